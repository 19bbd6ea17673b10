import type { LogAbout, LogPartition } from '@pipeline/local/serving/contract';
import { useOffers } from '../../about';
import { ask } from '../../api';
import { count, exact, span } from '../../format';
import { NotSeen } from '../../parts/not-seen';
import { PanelView } from '../../parts/panel';
import { addressOfPage } from '../../router';
import { useClock, useLive, usePanel } from '../../store';
import { Tabs } from './tabs';

/** Every topic, or every stream, with its partitions. */
export function LogList({ kind }: { kind: string | null }) {
  const wanted = kind === 'stream' ? 'stream' : 'topic';
  const live = useLive();
  const ends = 'data' in live ? live.data.live.ends : {};
  const logs = usePanel('logs', (signal) => ask('logs', {}, signal), Object.keys(ends).join());
  return (
    <>
      <h1 tabIndex={-1}>Records</h1>
      <Tabs chosen={wanted} />
      <PanelView panel={logs} lines={8}>
        {(known) =>
          known
            .filter((log) => log.kind === wanted)
            // Those that carry a dataset first, in the order they came in.
            .sort((a, b) => Number(a.dataset === null) - Number(b.dataset === null))
            .map((log) => <Log key={log.name} log={log} ends={ends[log.name] ?? []} />)
        }
      </PanelView>
      <NotSeen />
    </>
  );
}

function Log({ log, ends }: { log: LogAbout; ends: readonly number[] }) {
  const nowMs = useClock();
  const canRead = useOffers('records');
  const end = ({ partition, end: known }: LogPartition) => ends[partition] ?? known;
  return (
    <section aria-labelledby={log.name}>
      <h2 id={log.name}>{log.name}</h2>
      <p class="note quiet">
        {log.dataset === null ? 'Of no dataset' : `Carries ${log.dataset}`}
        {log.createdMs !== null && (
          <>
            ; made <span title={exact(log.createdMs)}>{span(nowMs - log.createdMs)} ago</span>; keeps records{' '}
            {log.retentionHours === null ? 'for ever' : `for ${count(log.retentionHours)} hours`}
          </>
        )}
        .
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={`Partitions of ${log.name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">{log.kind === 'stream' ? 'shard' : 'partition'}</th>
              <th scope="col" class="number">
                records
              </th>
              <th scope="col" class="number">
                first offset
              </th>
              <th scope="col" class="number">
                next offset
              </th>
              {canRead && <th scope="col">newest</th>}
            </tr>
          </thead>
          <tbody>
            {log.partitions.map((partition) => (
              <tr key={partition.partition}>
                <th scope="row">
                  {canRead ? (
                    <a href={addressOfPage('/records', ['logs', log.name, partition.partition])}>
                      {partition.shard ?? partition.partition}
                    </a>
                  ) : (
                    (partition.shard ?? partition.partition)
                  )}
                </th>
                <td class="number">{count(end(partition) - partition.begin)}</td>
                <td class="number">{count(partition.begin)}</td>
                <td class="number">{count(end(partition))}</td>
                {canRead && (
                  <td>
                    {partition.newestMs === null ? (
                      <span class="quiet">none</span>
                    ) : (
                      <span title={exact(partition.newestMs)}>{span(nowMs - partition.newestMs)} ago</span>
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
