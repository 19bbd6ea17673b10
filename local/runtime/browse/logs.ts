import { DATASETS, type Dataset, type Layer } from '@pipeline/datasets/schema';
import { datasetOfStreamKey, UNASSIGNED_TO } from '@pipeline/datasets/stream-keys';
import { shardIdOf } from '../../kinesis';
import { Problem, Reply, unknown, wholeNumber } from '../../serving';
import type { LogAbout, LogPartition, RecordHead, RecordPage } from '../../serving/contract';
import type { TopicStore } from '../../topics';
import type { Pipeline } from '../pipeline';
import { contentOf, PREVIEW_LENGTH } from './content';

/** A topic or a stream, and where it is kept. */
export interface NamedLog {
  readonly log: TopicStore;
  readonly name: string;
  readonly kind: 'topic' | 'stream';
  readonly partitions: number;
  /** The dataset that it carries, and the layer that reads it; null for others, and no dataset where it carries all. */
  readonly dataset: Dataset | null;
  readonly layer: Layer | null;
}

/** One record of a log, with its sequence number where it has one. */
export interface FoundRecord {
  readonly offset: number;
  readonly timestampMs: number;
  readonly sequenceNumber: string | null;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Records looked at by one step of a search, and how long a search may take before it says how far it came. */
const SEARCH_STEP = 500;
const SEARCH_MS = 300;
const MOST_RECORDS = 500;

export function logsOf({ kafkaLog, kinesisLog }: Pipeline): string[] {
  return [...kafkaLog.topics(), ...kinesisLog.topics()];
}

/** @throws Problem 404 */
export function logCalled(pipeline: Pipeline, name: string): NamedLog {
  const { kafkaLog, kinesisLog, environment } = pipeline;
  const isTopic = kafkaLog.topic(name) !== undefined;
  const log = isTopic ? kafkaLog : kinesisLog;
  const topic = log.topic(name);
  if (topic === undefined) throw unknown('topic or stream', name, logsOf(pipeline));
  const named = isTopic ? environment.names.topics : environment.names.streams;
  const datasets = DATASETS.filter((each) => named[each] === name);
  const dataset = datasets.length === 1 ? datasets[0]! : null;
  const layer = datasets.length === 0 ? null : isTopic ? 'batch' : 'speed';
  return { log, name, kind: isTopic ? 'topic' : 'stream', partitions: topic.partitions, dataset, layer };
}

/** The dataset of a record: the log's, or in a stream that carries all the one that the record's key names. */
export function datasetOf({ dataset, layer }: NamedLog, key: Buffer | null): Dataset | null {
  if (dataset !== null || layer === null) return dataset;
  return datasetOfStreamKey(key?.toString('utf8') ?? '') ?? UNASSIGNED_TO;
}

/** @throws Problem 404 */
export function partitionOf({ name, partitions, kind }: NamedLog, text: string): number {
  if (/^\d{1,6}$/.test(text) && Number(text) < partitions) return Number(text);
  throw new Problem(404, `${kind} ${name} has no partition '${text}' (it has 0 to ${partitions - 1})`);
}

export async function readRecords(
  pipeline: Pipeline,
  { log, name, kind }: NamedLog,
  partition: number,
  from: number,
  max: number,
): Promise<FoundRecord[]> {
  const records = await log.read(name, partition, from, { maxRecords: max, maxBytes: 16 * 2 ** 20 });
  const numbers =
    kind === 'stream' ? pipeline.kinesis.readRecords(name, partition, from, { maxRecords: records.length }) : undefined;
  return records.map(({ offset, timestampMs, key, value, headers }, at) => ({
    offset,
    timestampMs,
    sequenceNumber: numbers?.[at]?.sequenceNumber ?? null,
    key,
    value,
    headers: headers ?? {},
  }));
}

/** One record. @throws Problem 404 for one that is not written yet, 410 for one that retention has removed */
export async function recordAt(
  pipeline: Pipeline,
  named: NamedLog,
  partition: number,
  text: string,
): Promise<FoundRecord> {
  const { log, name } = named;
  const end = log.endOffset(name, partition);
  const begin = log.beginningOffset(name, partition);
  const offset = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(offset < end))
    throw new Problem(404, `${name} partition ${partition} has no offset '${text}' (it has ${begin} to ${end - 1})`);
  if (offset < begin)
    throw new Problem(410, `${name} partition ${partition} begins at ${begin}: retention has removed offset ${text}`);
  const [record] = await readRecords(pipeline, named, partition, offset, 1);
  if (record?.offset !== offset)
    throw new Problem(404, `${name} partition ${partition} holds no record at offset ${offset}`);
  return record;
}

/** `GET /logs/{log}/{partition}/{offset}/value`: its bytes, as a file. @throws Problem */
export async function recordValue(
  pipeline: Pipeline,
  params: { readonly log: string; readonly partition: string; readonly offset: string },
): Promise<Reply> {
  const named = logCalled(pipeline, params.log);
  const partition = partitionOf(named, params.partition);
  const { value, offset } = await recordAt(pipeline, named, partition, params.offset);
  if (value === null) throw new Problem(404, 'this record has no value: it is a tombstone');
  const file = `${named.name}-${partition}-${offset}`.replace(/[^A-Za-z0-9._-]/g, '_');
  return new Reply(value, {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${file}"`,
  });
}

export function logAbouts(pipeline: Pipeline): Promise<LogAbout[]> {
  const abouts = logsOf(pipeline).map(async (name) => {
    const named = logCalled(pipeline, name);
    const { log, kind, partitions, dataset, layer } = named;
    return {
      name,
      kind,
      dataset,
      createdMs: log.topic(name)!.createdMs,
      retentionHours:
        kind === 'stream' && layer !== null ? pipeline.environment.retentionHours[dataset ?? DATASETS[0]!] : null,
      partitions: await Promise.all(
        Array.from({ length: partitions }, async (_, partition): Promise<LogPartition> => {
          const begin = log.beginningOffset(name, partition);
          const end = log.endOffset(name, partition);
          const timeOf = async (offset: number) =>
            begin < end ? ((await log.read(name, partition, offset, { maxRecords: 1 }))[0]?.timestampMs ?? null) : null;
          const shard = kind === 'stream' ? shardIdOf(partition) : null;
          return { partition, shard, begin, end, oldestMs: await timeOf(begin), newestMs: await timeOf(end - 1) };
        }),
      ),
    };
  });
  return Promise.all(abouts);
}

/** `GET /logs/{log}/{partition}`: from an offset, a time or the end, or those of a key. @throws Problem */
export async function recordPage(
  pipeline: Pipeline,
  params: { readonly log: string; readonly partition: string },
  query: Readonly<Partial<Record<string, string>>>,
): Promise<RecordPage> {
  const named = logCalled(pipeline, params.log);
  const { log, name } = named;
  const partition = partitionOf(named, params.partition);
  const begin = log.beginningOffset(name, partition);
  const end = log.endOffset(name, partition);
  const limit = wholeNumber('limit', query.limit, { otherwise: 50, least: 1, most: MOST_RECORDS });
  const offset = (word: string, otherwise: number) =>
    wholeNumber(word, query[word], { otherwise, most: Number.MAX_SAFE_INTEGER });
  if (query.key !== undefined) {
    const before = Math.min(end, offset('before', end));
    return { begin, end, ...(await ofKey(pipeline, named, partition, query.key, { before, begin, limit })) };
  }
  const before = Math.min(end, offset('before', end));
  const first =
    query.at !== undefined
      ? await log.offsetForTime(name, partition, offset('at', 0))
      : offset('from', Math.max(begin, before - limit));
  const most = query.from === undefined && query.at === undefined ? Math.min(limit, before - first) : limit;
  const records = most <= 0 ? [] : await readRecords(pipeline, named, partition, first, most);
  return { begin, end, records: records.map(headOf), searchedTo: null };
}

/** Whether a record was sent under a key: the REST proxy stores a key in JSON as JSON, so a text stands in quotes. */
export function isKey(key: Buffer | null, wanted: string): boolean {
  const text = key?.toString('utf8');
  return text === wanted || text === JSON.stringify(wanted);
}

/** Records with a key, newest first, as far back as there is time to look. */
async function ofKey(
  pipeline: Pipeline,
  named: NamedLog,
  partition: number,
  key: string,
  { before, begin, limit }: { readonly before: number; readonly begin: number; readonly limit: number },
): Promise<Pick<RecordPage, 'records' | 'searchedTo'>> {
  const stopMs = performance.now() + SEARCH_MS;
  const records: RecordHead[] = [];
  let to = before;
  while (to > begin && records.length < limit && performance.now() < stopMs) {
    const from = Math.max(begin, to - SEARCH_STEP);
    // A step may give fewer records than it spans, when they are large.
    for (let at = from, found: FoundRecord[] = []; at < to; at = found.at(-1)!.offset + 1) {
      found = await readRecords(pipeline, named, partition, at, to - at);
      if (found.length === 0) break;
      const heads = found.filter((record) => isKey(record.key, key)).map(headOf);
      records.unshift(...heads.reverse());
    }
    to = from;
  }
  records.sort((a, b) => b.offset - a.offset);
  if (records.length > limit) to = records[limit - 1]!.offset;
  return { records: records.slice(0, limit), searchedTo: to };
}

function headOf({ offset, sequenceNumber, timestampMs, key, value }: FoundRecord): RecordHead {
  return {
    offset,
    sequenceNumber,
    atMs: timestampMs,
    key: key && contentOf(key, PREVIEW_LENGTH),
    value: value && contentOf(value, PREVIEW_LENGTH),
  };
}
