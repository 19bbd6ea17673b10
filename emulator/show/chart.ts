/** One line of a chart. Told apart by dash as well as colour. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  /** SVG dash pattern; empty for a solid line. */
  readonly dash: string;
  /** In the order of `seconds`. The line has a gap where there is no value. */
  readonly values: readonly (number | undefined)[];
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  /** Where each value stands on the time axis. */
  readonly seconds: readonly number[];
  readonly series: readonly Series[];
}

const WIDTH = 900;
const HEIGHT = 260;
const LEFT = 80;
const RIGHT = 16;
const TOP = 12;
const BOTTOM = 34;

/** A line chart as SVG; both axes start at zero. */
export function renderChart({ title, unit, seconds, series }: Chart): string {
  const top = niceTop(Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const end = Math.max(seconds.at(-1) ?? 0, 1e-9);
  const x = (second: number) => round(LEFT + (second / end) * (WIDTH - LEFT - RIGHT));
  const y = (value: number) => round(HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM));
  const rows = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = share * top;
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}"/><text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${number(value)}</text>`;
  });
  const columns = ticks(end).map(
    (second) => `<text x="${x(second)}" y="${HEIGHT - 14}" text-anchor="middle">${number(second)} s</text>`,
  );
  const lines = series.map(({ name, colour, dash, values }) => {
    const points = values.map((value, i) => (value === undefined ? undefined : `${x(seconds[i]!)},${y(value)}`));
    return `<path fill="none" stroke="${colour}" stroke-width="2" stroke-linecap="round" stroke-dasharray="${dash}" d="${pathOf(points)}"><title>${escaped(name)}</title></path>`;
  });
  const legend = series.map(
    ({ name, colour, dash }) =>
      `<li><svg width="28" height="8" aria-hidden="true"><line x1="0" x2="28" y1="4" y2="4" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/></svg> ${escaped(name)}</li>`,
  );
  return `<figure><figcaption>${escaped(title)} <small>(${escaped(unit)})</small></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(`${title}, ${unit}, over time`)}">${rows.join('')}${columns.join('')}${lines.join('')}</svg>
<ul class="legend">${legend.join('')}</ul></figure>`;
}

/** HTML text in which nothing is markup. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** One stroke for each run of points; a point alone is a dot. */
function pathOf(points: readonly (string | undefined)[]): string {
  return points
    .map((point, i) => {
      if (point === undefined) return '';
      if (points[i - 1] !== undefined) return `L${point}`;
      return points[i + 1] === undefined ? `M${point}h0` : `M${point}`;
    })
    .join('');
}

/** Round seconds from 0 to at most `end`, four to ten of them. */
function ticks(end: number): number[] {
  const power = 10 ** Math.floor(Math.log10(end));
  const step = end / power < 2 ? power / 5 : end / power < 5 ? power / 2 : power;
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, i) => i * step);
}

/** The next 1, 2 or 4 times a power of ten: quarters of it are short numbers. */
function niceTop(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 10].map((step) => step * power).find((top) => top >= most)!;
}

function number(value: number): string {
  if (value === 0) return '0';
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
