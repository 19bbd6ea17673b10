import type { AnswersWithout } from '@pipeline/local/serving/contract';
import { useState } from 'preact/hooks';
import { ask, WITHIN } from '../../api';
import { counted, latency, words } from '../../format';
import { PanelView } from '../../parts/panel';
import { addressOfPage } from '../../router';
import { usePanel } from '../../store';

/** On request: which answers would be others if the post were not there. */
export function Without({ postKey }: { postKey: string }) {
  const [isAsked, setAsked] = useState(false);
  return (
    <section aria-labelledby="without">
      <h2 id="without">The answers without it</h2>
      {isAsked ? (
        <Changed postKey={postKey} />
      ) : (
        <p>
          <button type="button" onClick={() => setAsked(true)}>
            Answer every question without this post
          </button>
        </p>
      )}
    </section>
  );
}

function Changed({ postKey }: { postKey: string }) {
  const without = usePanel(`without/${postKey}`, (signal) =>
    ask('traceWithout', { params: { key: postKey }, query: { within: WITHIN } }, signal),
  );
  return (
    <PanelView panel={without} lines={6}>
      {(data) => (
        <>
          <p class="quiet">
            {data.views.length === 0
              ? 'No answer changes.'
              : `${counted(data.views.length, 'answer changes', 'answers change')}.`}{' '}
            Computed in {latency(data.tookMs)}.
          </p>
          {data.views.map((view) => (
            <ChangedView key={view.view} {...view} />
          ))}
        </>
      )}
    </PanelView>
  );
}

function ChangedView({ view, columns, changed }: AnswersWithout['views'][number]) {
  const line = (row: (typeof changed)[number]['with']) => (row === null ? '–' : row.join(' · '));
  return (
    <>
      <h3>
        <a href={addressOfPage('/answers', [view])}>{words(view)}</a>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={words(view)}>
        <table>
          <thead>
            <tr>
              <th scope="col">with it: {columns.map(words).join(' · ')}</th>
              <th scope="col">without it</th>
            </tr>
          </thead>
          <tbody>
            {changed.map((row) => (
              <tr key={`${line(row.with)}/${line(row.without)}`}>
                <td>{line(row.with)}</td>
                <td>{line(row.without)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
