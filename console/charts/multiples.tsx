import type { ViewLayer } from '@pipeline/local/serving/contract';
import { max } from 'd3-array';
import { scaleBand, scaleLinear } from 'd3-scale';
import { count, short, words } from '../format';
import type { Grid } from './grid';

const [WIDTH, HEIGHT, TOP, BOTTOM] = [280, 170, 18, 20];

/** One small chart for each group, all to one scale from zero. */
export function Multiples({ grid, unit, layer }: { grid: Grid; unit: string; layer: ViewLayer }) {
  // The side with fewer values makes the charts, the other their bars.
  const isTurned = grid.rows.length > grid.columns.length;
  const groups = isTurned ? grid.columns : grid.rows;
  const within = isTurned ? grid.rows : grid.columns;
  const value = (group: number, at: number) => (isTurned ? grid.values[at]![group] : grid.values[group]![at]) ?? null;
  const greatest = max(grid.values.flat(), (each) => each ?? 0) ?? 1;
  const x = scaleBand(within, [0, WIDTH]).paddingInner(0.2);
  const y = scaleLinear([0, greatest], [HEIGHT - BOTTOM, TOP]);
  return (
    <figure class={`multiples ${layer}`}>
      <figcaption class="note quiet">
        {unit} by {words(grid.sides[isTurned ? 0 : 1])}, each chart from 0 to {count(greatest)}
      </figcaption>
      <ul>
        {groups.map((group, which) => (
          <li key={group}>
            <p class="group">{group}</p>
            <svg
              viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
              role="img"
              aria-label={`${group}; the table below has the same numbers`}
            >
              {within.map((name, at) => {
                const number = value(which, at);
                return (
                  <g key={name} transform={`translate(${x(name)} 0)`}>
                    {number !== null && (
                      <>
                        <rect y={y(number)} width={x.bandwidth()} height={HEIGHT - BOTTOM - y(number)} rx="2" />
                        <text x={x.bandwidth() / 2} y={y(number) - 5} text-anchor="middle" class="value">
                          {short(number)}
                        </text>
                      </>
                    )}
                    <text x={x.bandwidth() / 2} y={HEIGHT - 5} text-anchor="middle" class="label">
                      {name}
                    </text>
                  </g>
                );
              })}
              <path d={`M0 ${HEIGHT - BOTTOM}H${WIDTH}`} class="axis" />
            </svg>
          </li>
        ))}
      </ul>
    </figure>
  );
}
