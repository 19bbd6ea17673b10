import type { Filed, RecordDetail } from '@pipeline/local/serving/contract';
import { addressOf, ask, WITHIN } from '../../api';
import { clock, count, exact, span } from '../../format';
import { ContentView, Visible } from '../../parts/content';
import { Copy } from '../../parts/copy';
import { LayerMark } from '../../parts/marks';
import { PanelView } from '../../parts/panel';
import { addressOfPage } from '../../router';
import { useClock, useLive, usePanel } from '../../store';
import { Cleaned } from './cleaned';

interface OneRecordProps {
  readonly log: string;
  readonly partition: string;
  readonly offset: string;
}

/** One record as sent, as stored, as filed, as cleaned. */
export function OneRecord({ log, partition, offset }: OneRecordProps) {
  const live = useLive();
  const version = 'data' in live ? `${live.data.live.layers.batch.version}/${live.data.live.layers.speed.version}` : '';
  const params = { log, partition, offset };
  const record = usePanel(
    `record/${log}/${partition}/${offset}`,
    (signal) => ask('record', { params, query: { within: WITHIN } }, signal),
    version,
  );
  return (
    <>
      <p class="small">
        <a href={addressOfPage('/records', ['logs', log, partition], { from: Math.max(0, Number(offset) - 5) })}>
          {log} {partition}
        </a>
      </p>
      <h1 tabIndex={-1}>
        {log} {partition} : {offset}
      </h1>
      <PanelView panel={record} lines={12}>
        {(data) => (
          <>
            <Stations record={data} />
            <h2>As stored</h2>
            <ContentView
              content={data.value}
              whole={addressOf('recordValue', { params })}
              indent
              label="Value of the record"
            />
            <Cleaned record={data} />
          </>
        )}
      </PanelView>
    </>
  );
}

/** Where the record came from and where it is, as a list of facts. */
function Stations({ record }: { record: RecordDetail }) {
  const { sent, sentWhy, atMs, key, layer, sequenceNumber, headers, filed } = record;
  const keyText = key?.text.replace(/^"(.*)"$/, '$1') ?? '';
  return (
    <dl class="facts">
      <dt>place</dt>
      <dd>
        {record.kind === 'stream' ? 'shard' : 'partition'} {record.partition}, offset {count(record.offset)}
      </dd>
      <dt>sent</dt>
      <dd>
        {sent ? (
          <>
            {sent.verb} {sent.route}, answered {sent.status} after {sent.tookMs.toFixed(1)} ms{' '}
            <span class="quiet">(request {sent.requestId})</span>
          </>
        ) : (
          <span class="quiet">{sentWhy}</span>
        )}
      </dd>
      <dt>stored</dt>
      <dd title={exact(atMs)}>
        {clock(atMs)} {layer && <LayerMark layer={layer} />}
      </dd>
      {sequenceNumber !== null && (
        <>
          <dt>sequence number</dt>
          <dd>
            <code>{sequenceNumber}</code> <Copy text={sequenceNumber} what="the sequence number" />
          </dd>
        </>
      )}
      <dt>key</dt>
      <dd>
        {keyText === '' ? (
          <span class="quiet">none</span>
        ) : (
          <>
            <Visible text={key!.text} /> <a href={addressOfPage('/post', [keyText])}>Follow this post</a>
          </>
        )}
      </dd>
      {Object.entries(headers).map(([name, value]) => (
        <>
          <dt key={name}>{name}</dt>
          <dd>
            <Visible text={value} />
          </dd>
        </>
      ))}
      <dt>filed</dt>
      <dd>
        {filed === null ? <span class="quiet">a stream's records are in no file</span> : <FiledWhere filed={filed} />}
      </dd>
    </dl>
  );
}

function FiledWhere({ filed }: { filed: Filed }) {
  const nowMs = useClock();
  switch (filed.state) {
    case 'closed':
      return (
        <>
          <a href={addressOfPage('/records', ['files'], { file: filed.file, from: filed.line })}>{filed.file}</a>, line{' '}
          {count(filed.line)}, closed <span title={exact(filed.closedMs)}>{clock(filed.closedMs)}</span>
        </>
      );
    case 'open':
      return (
        <span class="waiting">
          In an open file of {count(filed.records)} records
          {filed.closesMs === null
            ? `, which closes at ${count(filed.closesAtRecords)} records`
            : `, which closes in ${span(filed.closesMs - nowMs)} or at ${count(filed.closesAtRecords)} records`}
        </span>
      );
    case 'waiting':
      return <span class="waiting">The sink has not come to it yet</span>;
    case 'refused':
      return <span class="wrong">Refused by the sink: {filed.why}</span>;
    case 'gone':
      return <span class="quiet">{filed.why}</span>;
  }
}
