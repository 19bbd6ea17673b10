import type { Cell, ViewAnswer, ViewLayer } from '@pipeline/local/serving/contract';
import { ask, WITHIN } from '../../api';
import { counted } from '../../format';
import { useLive, usePanel } from '../../store';
import { textOf } from './shape';

/** Where an answer is wrong: what it should be, row by row. */
export function Expected({ view, layer, answer }: { view: string; layer: ViewLayer; answer: ViewAnswer }) {
  const live = useLive();
  const state = 'data' in live ? live.data.live.verdict.views[view]?.[layer] : undefined;
  return state === 'wrong' ? <Wrong view={view} layer={layer} answer={answer} /> : null;
}

const MOST = 100;

function Wrong({ view, layer, answer }: { view: string; layer: ViewLayer; answer: ViewAnswer }) {
  const expected = usePanel(
    `expected/${layer}/${view}`,
    (signal) => ask('viewExpected', { params: { view }, query: { layer, within: WITHIN } }, signal),
    answer.computedAt,
  );
  if (!('data' in expected) || !expected.data.known) return null;
  const line = (row: readonly Cell[] | undefined) => (row === undefined ? 'nothing' : row.map(textOf).join(' · '));
  const right = expected.data.rows;
  // Where others' records have come, it is the answer without them that is compared.
  const rows = (expected.data.judged?.answer ?? answer).rows;
  const places = Array.from({ length: Math.max(right.length, rows.length) }, (_, at) => at).filter(
    (at) => line(right[at]) !== line(rows[at]),
  );
  if (places.length === 0) return null;
  return (
    <section aria-labelledby="expected">
      <h2 id="expected" class="wrong">
        ✗ {counted(places.length, 'row')} should be otherwise
      </h2>
      {places.length > MOST && <p class="note quiet">The first {MOST} of them:</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="scroll rows" tabIndex={0} aria-label="Rows that should be otherwise">
        <table>
          <thead>
            <tr>
              <th scope="col" class="number">
                row
              </th>
              <th scope="col">is</th>
              <th scope="col">should be</th>
            </tr>
          </thead>
          <tbody>
            {places.slice(0, MOST).map((at) => (
              <tr key={at}>
                <td class="number">{at + 1}</td>
                <td>{line(rows[at])}</td>
                <td>{line(right[at])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
