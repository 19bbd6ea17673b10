import './post.css';
import { DATASETS } from '@pipeline/datasets/schema';
import type { Live, Trace } from '@pipeline/local/serving/contract';
import { useAbout, useOffers } from '../../about';
import { ask } from '../../api';
import { Copy } from '../../parts/copy';
import { PanelView } from '../../parts/panel';
import type { Place } from '../../router';
import { useLive, usePanel } from '../../store';
import { FindPost } from './find-post';
import { PostDataset } from './post-dataset';
import { Without } from './without';

export function PostPage({ place }: { place: Place }) {
  const [key] = place.rest;
  return key === undefined ? <FindPost /> : <OnePost key={key} postKey={key} />;
}

/** Everything that happened to one post. */
function OnePost({ postKey }: { postKey: string }) {
  const live = useLive();
  const trace = usePanel(
    `trace/${postKey}`,
    (signal) => ask('trace', { params: { key: postKey } }, signal),
    'data' in live ? movedBy(live.data.live) : '',
  );
  return (
    <>
      <h1 tabIndex={-1}>Post {postKey}</h1>
      <PanelView panel={trace} lines={12}>
        {(data) => (data.records.length === 0 ? <Nowhere trace={data} /> : <Found trace={data} again={trace.again} />)}
      </PanelView>
    </>
  );
}

/** What moves when there may be more to tell of a post. */
const movedBy = ({ ends, layers, openFiles }: Live): string =>
  JSON.stringify([ends, layers.batch.version, layers.speed.version, openFiles.map((file) => file.fromOffset)]);

function Found({ trace, again }: { trace: Trace; again: () => void }) {
  const { env, live } = useAbout();
  const canLeaveOut = useOffers('traceWithout');
  const command = `npm run trace -- ${trace.key}${live ? '' : ` --env ${env}`}`;
  return (
    <>
      <p class="quiet">
        {trace.records.length === 1 ? 'One record' : `${trace.records.length} records`} carry this key.{' '}
        <Copy text={command} what="the command that shows this in a terminal" />
      </p>
      {DATASETS.map((dataset) => (
        <PostDataset
          key={dataset}
          dataset={dataset}
          records={trace.records.filter((record) => record.dataset === dataset)}
          served={trace.served?.[dataset]}
          again={again}
        />
      ))}
      {canLeaveOut && <Without postKey={trace.key} />}
      <Looked trace={trace} />
    </>
  );
}

function Nowhere({ trace }: { trace: Trace }) {
  return (
    <>
      <p class="banner waiting">No record carries the key {trace.key}.</p>
      <Looked trace={trace} />
    </>
  );
}

function Looked({ trace: { looked, notLooked } }: { trace: Trace }) {
  return (
    <section aria-labelledby="looked">
      <h2 id="looked">Where this was looked for</h2>
      <ul class="small">
        {looked.map((where) => (
          <li key={where}>{where}</li>
        ))}
        {notLooked.map(({ where, why }) => (
          <li key={where} class="waiting">
            Not in {where}: {why}
          </li>
        ))}
      </ul>
    </section>
  );
}
