import './records.css';
import type { Place } from '../../router';
import { FileLinesView } from './file-lines';
import { FileList } from './file-list';
import { LogList } from './log-list';
import { OneRecord } from './one-record';
import { RecordList } from './record-list';

/** Topics, streams and files: from the list of them down to one record. */
export function RecordsPage({ place: { rest, query } }: { place: Place }) {
  const [kind, log, partition, offset] = rest;
  if (kind === 'files') {
    const file = query.get('file');
    return file === null ? <FileList query={query} /> : <FileLinesView key={file} file={file} query={query} />;
  }
  if (kind !== 'logs' || log === undefined) return <LogList kind={query.get('kind')} />;
  if (offset !== undefined && partition !== undefined)
    return <OneRecord key={rest.join('/')} log={log} partition={partition} offset={offset} />;
  return <RecordList key={`${log}/${partition ?? 0}`} log={log} partition={partition ?? '0'} query={query} />;
}
