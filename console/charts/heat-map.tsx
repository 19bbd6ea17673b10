import type { ViewLayer } from '@pipeline/local/serving/contract';
import { max, min } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { count, short, words } from '../format';
import type { Grid } from './grid';

const SHADES = 5;

/** A table whose cells are shaded by their number: the numbers are there to be read, the shades to find the dark ones. */
export function HeatMap({ grid, unit, layer }: { grid: Grid; unit: string; layer: ViewLayer }) {
  const all = grid.values.flat().filter((value) => value !== null);
  const [least, greatest] = [min(all) ?? 0, max(all) ?? 1];
  const shade = scaleLinear([0, greatest], [0, SHADES]);
  return (
    <figure class={`heat-map ${layer}`}>
      <figcaption class="note quiet">
        {unit}, from {count(least)} to {count(greatest)}; the stronger, the more, shades begin at 0
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={unit}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words(grid.sides[0])}</th>
              {grid.columns.map((column) => (
                <th scope="col" class="number" key={column}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {grid.rows.map((row, at) => (
              <tr key={row}>
                <th scope="row">{row}</th>
                {grid.values[at]!.map((value, column) => (
                  <td
                    key={grid.columns[column]}
                    class={`number shade-${value === null ? 0 : Math.min(Math.ceil(shade(value)), SHADES)}`}
                    title={value === null ? 'none' : count(value)}
                  >
                    {value === null ? '–' : short(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </figure>
  );
}
