import type { Verdict, ViewLayer } from '@pipeline/local/serving/contract';
import { words } from '../../format';
import { LayerMark, StateMark } from '../../parts/marks';
import { addressOfPage } from '../../router';

const LAYERS: readonly ViewLayer[] = ['batch', 'speed', 'serving'];

/** Every answer in every layer: right, wrong, or not compared yet. */
export function Correctness({ verdict }: { verdict: Verdict }) {
  const views = Object.entries(verdict.views);
  if (views.length === 0) return null;
  return (
    <section aria-labelledby="correctness">
      <h2 id="correctness">The answers</h2>
      <table class="wide correctness">
        <thead>
          <tr>
            <th scope="col">question</th>
            {LAYERS.map((layer) => (
              <th scope="col" key={layer}>
                <LayerMark layer={layer} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {views.map(([view, states]) => (
            <tr key={view}>
              <th scope="row">
                <a href={addressOfPage('/answers', [view])}>{words(view)}</a>
              </th>
              {LAYERS.map((layer) => (
                <td key={layer}>
                  <StateMark state={states[layer]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
