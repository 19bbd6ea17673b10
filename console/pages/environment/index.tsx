import { DATASETS } from '@pipeline/datasets/schema';
import type { AnswersState, EnvironmentNow } from '@pipeline/local/serving/contract';
import { useAbout } from '../../about';
import { ask } from '../../api';
import { count, exact, span } from '../../format';
import { Copy } from '../../parts/copy';
import { LayerMark } from '../../parts/marks';
import { NotSeen } from '../../parts/not-seen';
import { PanelView } from '../../parts/panel';
import { useClock, usePanel } from '../../store';
import { signedCurl } from './signed-curl';

const REFRESH_MS = 60_000;
const LAYERS = ['batch', 'speed'] as const;

/** The Overview of a deployed pipeline, as far as it can be seen from outside. */
export function EnvironmentPage() {
  const { env } = useAbout();
  const minute = Math.floor(useClock() / REFRESH_MS);
  const now = usePanel('environment', (signal) => ask('environment', {}, signal), minute);
  return (
    <>
      <h1 tabIndex={-1}>Pinterest data pipeline</h1>
      <p class="quiet">
        Every post goes through one API into a batch layer and a speed layer; a serving layer answers from both. This is{' '}
        {env}, seen from outside.
      </p>
      <PanelView panel={now} lines={12}>
        {(data) => (
          <>
            <Answers now={data} />
            <Topics now={data} />
            <section aria-labelledby="ask">
              <h2 id="ask">Ask it yourself</h2>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
              <pre tabIndex={0}>{signedCurl(data)}</pre>
              <Copy text={signedCurl(data)} what="the command" />
            </section>
          </>
        )}
      </PanelView>
      <NotSeen />
    </>
  );
}

function Answers({ now: { answers, answersWhy } }: { now: EnvironmentNow }) {
  const nowMs = useClock();
  if (answers === null) return <p class="banner waiting">No answers: {answersWhy}</p>;
  const asOfMs = Date.parse(answers.asOf);
  return (
    <section aria-labelledby="answers">
      <h2 id="answers">
        Answers as of <span title={exact(asOfMs)}>{span(nowMs - asOfMs)} ago</span>
      </h2>
      <p class="note">
        <a href="/answers">All questions</a>. Records that they rest on:
      </p>
      <Counts counts={answers.counts} />
    </section>
  );
}

function Counts({ counts }: Pick<AnswersState, 'counts'>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label="Records of each layer">
      <table>
        <thead>
          <tr>
            <th scope="col">layer</th>
            <th scope="col">dataset</th>
            {['read', 'clean', 'in quarantine', 'duplicates'].map((name) => (
              <th scope="col" class="number" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {LAYERS.flatMap((layer) =>
            DATASETS.map((dataset) => {
              const { read, clean, quarantined, duplicates } = counts[layer][dataset];
              return (
                <tr key={`${layer}/${dataset}`}>
                  <td>
                    <LayerMark layer={layer} />
                  </td>
                  <th scope="row">{dataset}</th>
                  <td class="number">{count(read)}</td>
                  <td class="number">{count(clean)}</td>
                  <td class="number">{count(quarantined)}</td>
                  <td class="number">{count(duplicates)}</td>
                </tr>
              );
            }),
          )}
        </tbody>
      </table>
    </section>
  );
}

function Topics({ now: { topics, topicsWhy } }: { now: EnvironmentNow }) {
  return (
    <section aria-labelledby="topics">
      <h2 id="topics">In the topics now</h2>
      {topics === null ? (
        <p class="banner wrong">{topicsWhy}</p>
      ) : (
        <ul class="list">
          {DATASETS.map((dataset) => (
            <li key={dataset}>
              <a href="/records">{topics[dataset].name}</a>: {count(topics[dataset].records)} records so far
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
