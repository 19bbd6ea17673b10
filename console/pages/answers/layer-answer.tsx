import type { ViewAbout, ViewAnswer, ViewLayer } from '@pipeline/local/serving/contract';
import { useAbout } from '../../about';
import { addressOf } from '../../api';
import { count, exact, span } from '../../format';
import { PanelView } from '../../parts/panel';
import { WithCode } from '../../parts/with-code';
import { useClock } from '../../store';
import { AnswerTable } from './answer-table';
import { Expected } from './expected';
import { AnswerPicture } from './picture';
import { useAnswer } from './use-answer';

/** `1 pin, 2 geo and 3 user records`. */
const listedRecords = (records: Readonly<Record<string, number>>): string =>
  `${listed(Object.entries(records).map(([dataset, amount]) => `${count(amount)} ${dataset}`))} records`;

const listed = (words: readonly string[]): string => `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** The answer of one layer: what it rests on, a picture, the table. */
export function LayerAnswer({ about, layer, query }: { about: ViewAbout; layer: ViewLayer; query: URLSearchParams }) {
  const answer = useAnswer(about.name, layer);
  const asked = { params: { view: about.name } };
  return (
    <PanelView panel={answer} lines={12}>
      {(data) => (
        <>
          <RestsOn answer={data} />
          {data.rows.length === 0 ? (
            <p class="banner waiting">
              <WithCode text={EMPTY[layer]} />
            </p>
          ) : (
            <>
              <AnswerPicture answer={data} picture={about.picture} />
              <AnswerTable
                answer={data}
                query={query}
                csv={addressOf('view', { ...asked, query: { layer, format: 'csv' } })}
                json={addressOf('view', { ...asked, query: { layer } })}
              />
            </>
          )}
          <Expected view={about.name} layer={layer} answer={data} />
        </>
      )}
    </PanelView>
  );
}

const EMPTY: Readonly<Record<ViewLayer, string>> = {
  batch: 'The answer is empty: the batch layer reads closed files, and no closed file holds such a post yet.',
  speed: 'The answer is empty: no such post has arrived in the streams. Send some with `npm run emulate`.',
  serving: 'The answer is empty: no such post has arrived. Send some with `npm run emulate`.',
};

function RestsOn({ answer: { restsOn, asOf, computedAt, stale } }: { answer: ViewAnswer }) {
  const nowMs = useClock();
  const { live } = useAbout();
  const age = (time: string) => <span title={exact(Date.parse(time))}>{span(nowMs - Date.parse(time))}</span>;
  if (!live && asOf !== null)
    return (
      <p class="note quiet">
        {restsOn !== null && `Rests on ${listedRecords(restsOn)}. `}
        As of {age(asOf)} ago: what has come since is in the next run's answer.
      </p>
    );
  return (
    <p class="note quiet">
      Rests on {restsOn === null ? 'records that nobody counts' : listedRecords(restsOn)}
      {asOf !== null && <>, the newest {age(asOf)} old</>}. Computed {age(computedAt)} ago
      {stale ? '; newer records are in, and it is being computed again.' : '; nothing has come in since.'}
    </p>
  );
}
