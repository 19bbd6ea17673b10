import { type LogRecord, UnknownTopicError } from '../log';
import { invalidArgument, resourceNotFound } from './errors';
import { REQUEST_LIMITS } from './limits';
import { HASH_KEY, type Service } from './operation';
import { sequenceNumber } from './sequence-numbers';
import { HASH_SPACE } from './shards';
import type { Stream } from './streams';

/** Members of a record, the same in PutRecord and PutRecords. */
export const RECORD = {
  Data: { type: 'Blob', required: true, maxLength: REQUEST_LIMITS.recordBytes },
  PartitionKey: { type: 'String', required: true, minLength: 1, maxLength: REQUEST_LIMITS.partitionKeyLength },
  ExplicitHashKey: HASH_KEY,
} as const;

export interface RecordToPut {
  readonly Data: Buffer;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
}

export interface PutResult {
  readonly shardIndex: number;
  /** Undefined when the shard was over its rate and did not take the record. */
  readonly sequenceNumber: string | undefined;
}

interface ShardGroup {
  readonly shardIndex: number;
  readonly records: LogRecord[];
  /** Index of each record in the request. */
  readonly places: number[];
}

/**
 * Commits all records within their shards' rates to the shards, together. Gives one result per record, in order.
 *
 * @throws KinesisError InvalidArgumentException for a wrong hash key or a record that is too large; then no record is stored.
 */
export function putAll(
  service: Service,
  { name }: Stream,
  records: readonly RecordToPut[],
): Promise<readonly PutResult[]> {
  const { streams } = service;
  return streams.whileShardsStay(name, () => put(service, streams.getOpen({ StreamName: name }), records));
}

async function put(service: Service, stream: Stream, records: readonly RecordToPut[]): Promise<readonly PutResult[]> {
  const shards = records.map((record) => shardOf(stream, record));
  const keys = records.map((record) => checkedKey(service, stream, record));
  const groups = new Map<number, ShardGroup>();
  const results: PutResult[] = [];
  records.forEach((record, place) => {
    const shardIndex = shards[place]!;
    const key = keys[place]!;
    results.push({ shardIndex, sequenceNumber: undefined });
    if (!service.throttle.takesRecord(stream, shardIndex, key.length + record.Data.length)) return;
    let group = groups.get(shardIndex);
    if (group === undefined) {
      group = { shardIndex, records: [], places: [] };
      groups.set(shardIndex, group);
    }
    group.records.push({ key, value: record.Data });
    group.places.push(place);
  });
  if (groups.size > 0) await commit(service, stream, [...groups.values()], results);
  return results;
}

async function commit(
  { log, accountId }: Service,
  { name, bases }: Stream,
  groups: readonly ShardGroup[],
  results: PutResult[],
): Promise<void> {
  const appends = groups.map(({ shardIndex, records }) => ({ topic: name, partition: shardIndex, records }));
  const appended = await log.append(appends).catch((error: unknown) => {
    // The stream was deleted after we looked it up.
    if (error instanceof UnknownTopicError)
      throw resourceNotFound(`Stream ${name} under account ${accountId} not found.`);
    throw error;
  });
  groups.forEach(({ shardIndex, places }, group) => {
    const { baseOffset, timestampMs } = appended[group]!;
    const base = bases[shardIndex]!;
    places.forEach((place, nth) => {
      results[place] = { shardIndex, sequenceNumber: sequenceNumber(base, baseOffset + nth, timestampMs) };
    });
  });
}

function shardOf({ routes }: Stream, { ExplicitHashKey, PartitionKey }: RecordToPut): number {
  if (ExplicitHashKey === undefined) return routes.shardOfKey(PartitionKey);
  const hash = BigInt(ExplicitHashKey);
  if (hash < HASH_SPACE) return routes.shardOfHash(hash);
  throw invalidArgument(
    `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
  );
}

function checkedKey(
  { accountId }: Service,
  { name, maxRecordKiB }: Stream,
  { PartitionKey, Data }: RecordToPut,
): Buffer {
  const key = Buffer.from(PartitionKey, 'utf8');
  const size = key.length + Data.length;
  if (size <= maxRecordKiB * 1024) return key;
  throw invalidArgument(
    `A record of ${size} bytes, data and partition key, is larger than the ${maxRecordKiB} KiB that stream ${name} under account ${accountId} takes.`,
  );
}
