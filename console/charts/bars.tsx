import type { ViewLayer } from '@pipeline/local/serving/contract';
import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { count, short } from '../format';
import { useWidth } from './width';

export interface Bar {
  readonly label: string;
  /** The winner of a group, or nothing. */
  readonly note: string;
  readonly value: number;
  /** Whether another bar shares its place. */
  readonly isTied: boolean;
}

const ROW = 26;
/** With the name above the bar. */
const TALL_ROW = 44;

/** Bars from zero, one below the other, each with its name and its number. Bars that share a place are marked as tied. */
export function Bars({ bars, layer, unit }: { bars: readonly Bar[]; layer: ViewLayer; unit: string }) {
  const [holder, width] = useWidth<HTMLDivElement>();
  const isNarrow = width < 560;
  const nameOf = ({ label, note }: Bar) => (note === '' ? label : `${label} · ${note}`);
  const longest = max(bars, (bar) => nameOf(bar).length) ?? 0;
  // Beside a winner's name there is no room left for a bar.
  const isTall = isNarrow && bars.some(({ note }) => note !== '');
  const row = isTall ? TALL_ROW : ROW;
  const start = isTall ? 1 : Math.min(Math.max(longest * 7.2 + 24, 60), width * 0.45);
  const scale = scaleLinear([0, max(bars, ({ value }) => value) ?? 1], [0, Math.max(width - start - 84, 20)]);
  const greatest = scale.domain()[1]!;
  return (
    <figure class={`bars ${layer}`} ref={holder}>
      <figcaption class="note quiet">
        {unit}, from 0 to {count(greatest)}
      </figcaption>
      {width > 0 && (
        <svg
          width={width}
          height={bars.length * row + 4}
          role="img"
          aria-label={`${unit}; the table below has the same numbers`}
        >
          {bars.map((bar, at) => {
            const { label, note, value, isTied } = bar;
            return (
              <g key={`${label}/${note}`} transform={`translate(0 ${at * row})`}>
                <text x={isTall ? 6 : start - 8} y={17} text-anchor={isTall ? 'start' : 'end'} class="label">
                  {cut(nameOf(bar), isTall ? width : start)}
                  <title>{note === '' ? label : `${label}: ${note}`}</title>
                </text>
                <rect
                  x={start}
                  y={row - ROW + 4}
                  width={Math.max(scale(value), value > 0 ? 1 : 0)}
                  height={ROW - 8}
                  rx="2"
                  class={isTied ? 'tied' : undefined}
                />
                <text x={start + scale(value) + 6} y={row - ROW + 17} class="value">
                  {isNarrow ? short(value) : count(value)}
                  {isTied && <tspan class="tie"> = tie</tspan>}
                </text>
              </g>
            );
          })}
          <path d={`M${start} 0V${bars.length * row}`} class="axis" />
        </svg>
      )}
    </figure>
  );
}

/** As much of a label as has room, at 7.2 px a character. */
function cut(label: string, room: number): string {
  const characters = Math.floor((room - 14) / 7.2);
  const points = [...label];
  return points.length <= characters ? label : `${points.slice(0, Math.max(characters - 1, 3)).join('')}…`;
}
