import type { Output } from './operation';
import { sequenceNumber } from './sequence-numbers';
import { shardIdOf } from './shards';
import type { Stream, StreamStatus } from './streams';
import { Instant } from './values';

/** The members that DescribeStream and DescribeStreamSummary share. */
export function describeStreamBasics(stream: Stream, status: StreamStatus): Output {
  return {
    ...summarizeStream(stream, status),
    RetentionPeriodHours: stream.retentionHours,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: 'NONE',
  };
}

/** A stream as ListStreams shows it. */
export function summarizeStream({ name, arn, mode, createdMs }: Stream, status: StreamStatus): Output {
  return {
    StreamName: name,
    StreamARN: arn,
    StreamStatus: status,
    StreamModeDetails: { StreamMode: mode },
    StreamCreationTimestamp: new Instant(createdMs),
  };
}

/** Up to `limit` shards from index `first` on; none while the stream is being created. */
export function describeShards(
  stream: Stream,
  status: StreamStatus,
  first: number,
  limit: number,
): { readonly shards: readonly Output[]; readonly hasMore: boolean } {
  const count = status === 'CREATING' ? 0 : stream.ranges.count;
  const end = Math.min(first + limit, count);
  const shards: Output[] = [];
  for (let index = first; index < end; index += 1) shards.push(describeShard(stream, index));
  return { shards, hasMore: end < count };
}

function describeShard({ ranges, bases, createdMs }: Stream, index: number): Output {
  return {
    ShardId: shardIdOf(index),
    HashKeyRange: { StartingHashKey: String(ranges.start(index)), EndingHashKey: String(ranges.end(index)) },
    SequenceNumberRange: { StartingSequenceNumber: sequenceNumber(bases[index]!, -1, createdMs) },
  };
}
