import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import UPlot from 'uplot';
import { short } from '../format';
import { roundAbove } from '../series';
import { useWidth } from './width';

interface TimeChartProps {
  /** Seconds since 1970, then the values of each line. */
  readonly columns: number[][];
  /** A colour is the name of a custom property. */
  readonly lines: readonly { readonly label: string; readonly colour: string; readonly dash: readonly number[] }[];
  readonly unit: string;
}

const HEIGHT = 200;

/** Lines over a fixed window of time, from zero, each named at its end. Its scale moves in round steps. */
export function TimeChart({ columns, lines, unit }: TimeChartProps) {
  const [holder, width] = useWidth<HTMLDivElement>();
  const chart = useRef<UPlot>(undefined);
  const greatest = roundAbove(Math.max(0, ...columns.slice(1).flat()));
  const isDark = useScheme();
  // Made anew for another width or theme; data is set below
  useEffect(() => {
    if (width === 0) return;
    const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const quiet = colour('--quiet');
    const axis = {
      stroke: quiet,
      font: '12px system-ui, sans-serif',
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
    };
    const made = new UPlot(
      {
        width,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        padding: [8, 8, 0, 0],
        scales: { x: { time: true }, y: { range: (_, __, max) => [0, roundAbove(max ?? 0)] } },
        axes: [
          {
            ...axis,
            values: (_, seconds) => seconds.map((second) => new Date(second * 1000).toISOString().slice(11, 16)),
            space: 70,
          },
          { ...axis, values: (_, values) => values.map(short), size: 48 },
        ],
        series: [
          {},
          ...lines.map(({ label, colour: name, dash }) => ({
            label,
            stroke: colour(name),
            width: 2,
            dash: [...dash],
            points: { show: false },
          })),
        ],
      },
      columns as UPlot.AlignedData,
      holder.current!,
    );
    chart.current = made;
    return () => made.destroy();
  }, [width, isDark]);
  useEffect(() => chart.current?.setData(columns as UPlot.AlignedData), [columns]);
  const now = lines.map(({ label }, at) => `${label} ${short(columns[at + 1]!.at(-1) ?? 0)}`).join(', ');
  return (
    <figure class="time-chart">
      <figcaption class="note">
        {lines.map(({ label, colour, dash }, at) => (
          <span key={label} class={`layer ${colour.slice(2)}`}>
            <svg width="22" height="10" aria-hidden="true">
              <path d="M0 5H22" stroke-dasharray={dash.join(' ')} />
            </svg>
            {label} {short(columns[at + 1]!.at(-1) ?? 0)}/s
          </span>
        ))}
        <span class="quiet">
          0 to {short(greatest)} {unit}, times in UTC
        </span>
      </figcaption>
      <div ref={holder} role="img" aria-label={`${unit} over the last five minutes; now ${now}`} />
    </figure>
  );
}

/** Whether the theme is dark, so that what is painted with colours is painted again when that changes. */
function useScheme(): boolean {
  const [isDark, setDark] = useState(() => matchMedia(DARK).matches);
  useEffect(() => {
    const query = matchMedia(DARK);
    const changed = () => setDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return isDark;
}

const DARK = '(prefers-color-scheme: dark)';
