import type { OpenFile } from '@pipeline/local/serving/contract';
import { useState } from 'preact/hooks';
import { useAbout } from '../../about';
import { ask } from '../../api';
import { bytes, count, counted, exact, span } from '../../format';
import { PanelView } from '../../parts/panel';
import { addressOfPage } from '../../router';
import { useClock, useLive, usePanel } from '../../store';
import { Tabs } from './tabs';

const LIMIT = 100;

/** Files of the lake: those that are open, then the closed ones, newest first. */
export function FileList({ query }: { query: URLSearchParams }) {
  const { live } = useAbout();
  const now = useLive();
  const nowMs = useClock();
  const from = Number(query.get('from') ?? 0);
  const files = usePanel(
    `files/${from}`,
    (signal) => ask('files', { query: { from: String(from), limit: String(LIMIT) } }, signal),
    'data' in now ? now.data.live.hops.find((hop) => hop.id === 'file')?.soFar : 0,
  );
  return (
    <>
      <h1 tabIndex={-1}>Records</h1>
      <Tabs chosen="files" />
      {'data' in now && <OpenFiles files={now.data.live.openFiles} />}
      <h2>Closed files</h2>
      <PanelView panel={files} lines={12}>
        {({ files: listed, total }) =>
          total === 0 ? (
            <None />
          ) : (
            <>
              <p class="note quiet">{counted(total, 'file')}, the newest first. The batch layer reads these.</p>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
              <section class="scroll" tabIndex={0} aria-label="Closed files">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">file</th>
                      <th scope="col" class="number">
                        size
                      </th>
                      <th scope="col">closed</th>
                      {live && <th scope="col">batch layer</th>}
                    </tr>
                  </thead>
                  <tbody>
                    {listed.map((file) => (
                      <tr key={file.file}>
                        <th scope="row" class="file">
                          <a href={addressOfPage('/records', ['files'], { file: file.file })}>{file.file}</a>
                        </th>
                        <td class="number">{bytes(file.bytes)}</td>
                        <td title={exact(file.closedMs)}>{span(nowMs - file.closedMs)} ago</td>
                        {live && (
                          <td>
                            {file.takenIn ? (
                              <span class="good">✓ taken in</span>
                            ) : (
                              <span class="waiting">… not yet</span>
                            )}
                          </td>
                        )}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </section>
              <p class="tabs">
                {from > 0 && (
                  <a href={addressOfPage('/records', ['files'], { from: Math.max(0, from - LIMIT) })}>Newer</a>
                )}
                {from + LIMIT < total && (
                  <a href={addressOfPage('/records', ['files'], { from: from + LIMIT })}>Older</a>
                )}
              </p>
            </>
          )
        }
      </PanelView>
    </>
  );
}

function None() {
  return (
    <p class="banner waiting">
      No file has closed yet: the sink closes one when it is full, or when its time is over. Send records with{' '}
      <code>npm run emulate</code>.
    </p>
  );
}

function OpenFiles({ files }: { files: readonly OpenFile[] }) {
  const nowMs = useClock();
  const [trouble, setTrouble] = useState<string>();
  if (files.length === 0) return null;
  return (
    <section aria-labelledby="open">
      <h2 id="open">Open files</h2>
      <ul class="small">
        {files.map(({ log, partition, fromOffset, records, closesMs, closesAtRecords }) => (
          <li key={`${log}/${partition}`}>
            {log} {partition} from offset {count(fromOffset)}: {counted(records, 'record')}, closes{' '}
            {closesMs !== null && <span title={exact(closesMs)}>in {span(closesMs - nowMs)} or </span>}
            at {count(closesAtRecords)}
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => void ask('closeFiles').catch((error: Error) => setTrouble(error.message))}>
        Close them now
      </button>
      {trouble !== undefined && (
        <p class="wrong" role="alert">
          {trouble}
        </p>
      )}
    </section>
  );
}
