import type { StoredRecord } from '../../log';
import { hashKeyRange } from '../describe';
import { invalidArgument, resourceNotFound } from '../errors';
import { REQUEST_LIMITS } from '../limits';
import { DRY_RUN, OPTIONAL_STREAM, type Output, operation, type Service } from '../operation';
import { oldestRetainedMs } from '../retention';
import { sequenceNumber } from '../sequence-numbers';
import { shardIdOf } from '../shards';
import type { Stream } from '../streams';
import { type Position, readShardIterator, shardIterator } from '../tokens';
import { Blob, Instant } from '../values';

/** An iterator with the quotes of the JSON that it was copied from; AWS accepts it, too. */
const QUOTED = /^"(.*)"$/s;

/** GetRecords. At the end of a closed shard the answer has no next iterator, but names the child shards. */
export const getRecords = operation(
  {
    ShardIterator: { type: 'String', required: true, minLength: 1, maxLength: REQUEST_LIMITS.shardIteratorLength },
    Limit: { type: 'Integer', min: 1, max: REQUEST_LIMITS.recordsPerRead },
    StreamARN: OPTIONAL_STREAM.StreamARN,
    DryRun: DRY_RUN,
  },
  (service, { ShardIterator, Limit = REQUEST_LIMITS.recordsPerRead, StreamARN }) => {
    const { log, now, throttle } = service;
    const position = readShardIterator(ShardIterator.replace(QUOTED, '$1'), now());
    const stream = streamOf(service, position);
    if (StreamARN !== undefined && StreamARN !== stream.arn) throw invalidArgument('Invalid ShardIterator.');
    const { shardIndex } = position;
    service.read.add(stream.name);
    throttle.beginRead(stream, shardIndex);
    const records = read(service, stream, position, Limit);
    throttle.endRead(stream, shardIndex, sizeOf(records));
    const last = records.at(-1);
    const next = last === undefined ? position.offset : last.offset + 1;
    const isBehind = next < log.endOffset(stream.name, shardIndex);
    const isOver = !isBehind && stream.shards[shardIndex]!.closedMs !== null;
    return {
      Records: records.map((record) => describeRecord(stream.bases[shardIndex]!, record)),
      NextShardIterator: isOver ? null : shardIterator({ ...position, offset: next }, now()),
      // At least 1 while records are left: 0 tells a reader that it has seen all records.
      MillisBehindLatest: isBehind && last !== undefined ? Math.max(1, now() - last.timestampMs) : 0,
      ...(isOver ? { ChildShards: childrenOf(stream, shardIndex) } : {}),
    };
  },
);

function childrenOf(stream: Stream, shardIndex: number): Output[] {
  return stream.shards
    .filter(({ parents }) => parents.includes(shardIndex))
    .map((child) => ({
      ShardId: shardIdOf(child.index),
      ParentShards: child.parents.map(shardIdOf),
      HashKeyRange: hashKeyRange(child),
    }));
}

function streamOf({ streams, log, accountId }: Service, { stream: name, createdMs, shardIndex }: Position): Stream {
  const stream = streams.get({ StreamName: name });
  if (stream.createdMs === createdMs && shardIndex < stream.shards.length && log.topic(name) !== undefined)
    return stream;
  throw resourceNotFound(`Shard ${shardIdOf(shardIndex)} in stream ${name} under account ${accountId} does not exist`);
}

/** A reader does not see records past the retention period, even before they are trimmed. */
function read(service: Service, stream: Stream, { shardIndex, offset }: Position, maxRecords: number): StoredRecord[] {
  const { log } = service;
  const limits = { maxRecords, maxBytes: REQUEST_LIMITS.bytesPerRead };
  const oldestMs = oldestRetainedMs(service, stream);
  const records = log.read(stream.name, shardIndex, offset, limits);
  if (records.length === 0 || records[0]!.timestampMs >= oldestMs) return records;
  return log.read(stream.name, shardIndex, log.offsetForTime(stream.name, shardIndex, oldestMs), limits);
}

function sizeOf(records: readonly StoredRecord[]): number {
  return records.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0);
}

function describeRecord(base: bigint, { offset, timestampMs, key, value }: StoredRecord): Output {
  return {
    SequenceNumber: sequenceNumber(base, offset, timestampMs),
    ApproximateArrivalTimestamp: new Instant(timestampMs),
    Data: new Blob(value!),
    PartitionKey: key!.toString('utf8'),
  };
}
