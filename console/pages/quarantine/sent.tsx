import type { Live, Replayed } from '@pipeline/local/serving/contract';
import { ask } from '../../api';
import { ContentLine } from '../../parts/content';
import { LayerMark } from '../../parts/marks';
import { PanelView } from '../../parts/panel';
import { addressOfPage } from '../../router';
import { useLive, usePanel } from '../../store';

/** What the API answered to a line that was sent again, and what has become of it. */
export function Sent({ replayed: { layer, verb, url, status, response, stored } }: { replayed: Replayed }) {
  return (
    <div class={`banner ${stored ? 'good' : 'wrong'}`} role="status">
      <p class="small">
        <LayerMark layer={layer} /> {verb} {url} answered {status}
        {!stored && (
          <>
            : <ContentLine content={response} />
          </>
        )}
      </p>
      {stored && <Became {...stored} layer={layer} />}
    </div>
  );
}

function Became({ log, partition, offset, layer }: NonNullable<Replayed['stored']> & { layer: Replayed['layer'] }) {
  const live = useLive();
  const params = { log, partition: String(partition), offset: String(offset) };
  const record = usePanel(
    `became/${log}/${partition}/${offset}`,
    (signal) => ask('record', { params }, signal),
    'data' in live ? movedBy(live.data.live, log, layer) : '',
  );
  return (
    <PanelView panel={record} lines={1}>
      {({ cleaned, cleanedWhy, filed }) => (
        <p>
          Stored as{' '}
          <a href={addressOfPage('/records', ['logs', log, partition, offset])}>
            {log} {partition} : {offset}
          </a>
          .{' '}
          {cleaned === null ? (
            <>
              {cleanedWhy}{' '}
              {(filed?.state === 'open' || filed?.state === 'waiting') && (
                <button type="button" onClick={() => void ask('closeFiles').then(record.again)}>
                  Close the file now
                </button>
              )}
            </>
          ) : cleaned.outcome === 'quarantined' ? (
            <strong class="wrong">
              ✗ In quarantine again: {cleaned.reason}. {cleaned.reasonWords}
            </strong>
          ) : (
            <strong class="good">✓ {cleaned.outcome === 'clean' ? 'Clean.' : 'A duplicate of a later record.'}</strong>
          )}
        </p>
      )}
    </PanelView>
  );
}

/** What moves when there is more to tell of a record: its layer's tables, and the open files of its topic. */
const movedBy = ({ layers, openFiles }: Live, log: string, layer: Replayed['layer']): string =>
  JSON.stringify([layers[layer].version, openFiles.filter((file) => file.log === log)]);
