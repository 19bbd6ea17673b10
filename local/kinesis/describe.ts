import type { Output, Service } from './operation';
import { isExpired } from './retention';
import { sequenceNumber } from './sequence-numbers';
import { type Shard, shardIdOf } from './shards';
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

/** Up to `limit` shards that pass `isWanted`, from index `first` on. Empty while the stream is being created. */
export function describeShards(
  service: Service,
  stream: Stream,
  first: number,
  limit: number,
  isWanted: (shard: Shard) => boolean = () => true,
): { readonly shards: readonly Output[]; readonly last: number; readonly hasMore: boolean } {
  const isThere = service.streams.status(stream) !== 'CREATING';
  const wanted = isThere
    ? stream.shards.filter((shard) => shard.index >= first && !isExpired(service, stream, shard) && isWanted(shard))
    : [];
  const page = wanted.slice(0, limit);
  return {
    shards: page.map((shard) => describeShard(service, stream, shard)),
    last: page.at(-1)?.index ?? first - 1,
    hasMore: page.length < wanted.length,
  };
}

export function hashKeyRange({ start, end }: Shard): Output {
  return { StartingHashKey: String(start), EndingHashKey: String(end) };
}

function describeShard({ log }: Service, { name, bases }: Stream, shard: Shard): Output {
  const { index, createdMs, closedMs, parents } = shard;
  const [parent, adjacent] = parents;
  const base = bases[index]!;
  return {
    ShardId: shardIdOf(index),
    ...(parent === undefined ? {} : { ParentShardId: shardIdOf(parent) }),
    ...(adjacent === undefined ? {} : { AdjacentParentShardId: shardIdOf(adjacent) }),
    HashKeyRange: hashKeyRange(shard),
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumber(base, -1, createdMs),
      ...(closedMs === null
        ? {}
        : { EndingSequenceNumber: sequenceNumber(base, log.endOffset(name, index), closedMs) }),
    },
  };
}
