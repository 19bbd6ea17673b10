import type { RecordDetail, RequestEntry } from '../../serving/contract';
import type { Pipeline } from '../pipeline';
import { type Arrival, cleanedRecord, rowOf } from './cleaned';
import { contentOf, DETAIL_LENGTH } from './content';
import { filedAt } from './filed';
import { datasetOf, type FoundRecord, logCalled, type NamedLog, partitionOf, recordAt } from './logs';

/** `GET /logs/{log}/{partition}/{offset}`: a record as sent, stored, filed and cleaned. @throws Problem */
export async function recordDetail(
  pipeline: Pipeline,
  params: { readonly log: string; readonly partition: string; readonly offset: string },
): Promise<RecordDetail> {
  const named = logCalled(pipeline, params.log);
  const { name, kind, layer } = named;
  const partition = partitionOf(named, params.partition);
  const record = await recordAt(pipeline, named, partition, params.offset);
  const { offset, sequenceNumber, timestampMs, key, value, headers } = record;
  const dataset = datasetOf(named, key);
  const sent = pipeline.requests.thatStored(name, partition, offset);
  const filed = kind === 'topic' && dataset !== null ? await filedAt(pipeline, name, partition, offset) : null;
  const row =
    dataset !== null && layer !== null
      ? await rowOf(pipeline.tables, layer, dataset, arrivalOf(named, partition, record))
      : undefined;
  const found = row && dataset !== null ? { row, dataset } : undefined;
  const cleaned = found && (await cleanedRecord(pipeline.rules, found.dataset, found.row, lineOf(value)));
  return {
    log: name,
    kind,
    dataset,
    layer,
    partition,
    offset,
    sequenceNumber,
    atMs: timestampMs,
    sent: sent ?? null,
    sentWhy: sent === undefined ? whyNotSent(pipeline, sent) : null,
    key: key && contentOf(key, DETAIL_LENGTH),
    value: value && contentOf(value, DETAIL_LENGTH),
    headers,
    filed,
    cleaned: cleaned ?? null,
    cleanedWhy: found === undefined ? whyNotCleaned({ ...named, dataset }, filed) : null,
    cleanedMs: found?.row.committedMs ?? null,
  };
}

/** How a layer's table names a record. */
export function arrivalOf({ log, name, kind }: NamedLog, partition: number, record: FoundRecord): Arrival {
  if (kind === 'topic')
    return {
      timestampMs: record.timestampMs,
      partition: String(partition),
      order: String(record.offset).padStart(20, '0'),
    };
  return {
    timestampMs: record.timestampMs,
    partition: `${name}@${log.topic(name)!.createdMs}/${partition}`,
    order: record.sequenceNumber!,
  };
}

export function lineOf(value: Buffer | null): string {
  return value?.toString('utf8') ?? '';
}

export function whyNotSent({ requests }: Pipeline, sent: RequestEntry | undefined): string | null {
  if (sent !== undefined) return null;
  return requests.hasForgotten
    ? 'It is not among the last 10,000 requests to the API.'
    : 'It came before this runtime started, or by another port than the API’s.';
}

function whyNotCleaned({ dataset, kind }: NamedLog, filed: RecordDetail['filed']): string {
  if (dataset === null) return 'It belongs to no dataset, so no layer reads it.';
  if (kind === 'stream') return 'The speed layer takes it in within a moment.';
  if (filed?.state === 'refused') return 'The sink refused it, so it is in no file.';
  if (filed?.state === 'closed') return 'Its file is closed; the batch layer takes it in within a moment.';
  return 'The batch layer reads closed files alone, and this one is not in any yet.';
}
