import { describeShards } from '../describe';
import { invalidArgument, resourceNotFound } from '../errors';
import { REQUEST_LIMITS, STREAM_DEFAULTS } from '../limits';
import { OPTIONAL_NAME, OPTIONAL_STREAM, operation, type Service } from '../operation';
import { oldestRetainedMs } from '../retention';
import { type Shard, shardIndexOf } from '../shards';
import type { Stream, StreamNamed } from '../streams';
import { type ListFilter, nextToken, readNextToken } from '../tokens';

const FILTER_TYPES = [
  'AFTER_SHARD_ID',
  'AT_TRIM_HORIZON',
  'FROM_TRIM_HORIZON',
  'AT_LATEST',
  'AT_TIMESTAMP',
  'FROM_TIMESTAMP',
] as const;

interface ShardFilter {
  readonly Type: string;
  readonly ShardId?: string;
  readonly Timestamp?: number;
}

/** ListShards. A shard that closed before the retention period began is not listed. */
export const listShards = operation(
  {
    ...OPTIONAL_STREAM,
    NextToken: { type: 'String', minLength: 1, maxLength: REQUEST_LIMITS.nextTokenLength },
    ExclusiveStartShardId: OPTIONAL_NAME,
    MaxResults: { type: 'Integer', min: 1, max: REQUEST_LIMITS.listedShards },
    StreamCreationTimestamp: { type: 'Timestamp' },
    ShardFilter: {
      type: 'Structure',
      members: {
        Type: { type: 'String', required: true, oneOf: FILTER_TYPES },
        ShardId: OPTIONAL_NAME,
        Timestamp: { type: 'Timestamp' },
      },
    },
  },
  (service, input) => {
    const { NextToken, ExclusiveStartShardId, MaxResults = STREAM_DEFAULTS.listedShards } = input;
    const named = input.StreamName !== undefined || input.StreamARN !== undefined;
    if (!named && NextToken === undefined) throw invalidArgument('Either NextToken or StreamName should be provided.');
    if (named && NextToken !== undefined) {
      throw invalidArgument('NextToken and StreamName cannot be provided together.');
    }
    const after =
      input.ShardFilter === undefined ? ExclusiveStartShardId : startOfFilter(input.ShardFilter, ExclusiveStartShardId);
    const { stream, first, filter } =
      NextToken === undefined ? start(service, input, after, input.ShardFilter) : goOn(service, NextToken);
    service.throttle.listShards(stream);
    const { shards, last, hasMore } = describeShards(service, stream, first, MaxResults, (shard) =>
      isWanted(service, stream, shard, filter),
    );
    if (!hasMore) return { Shards: shards };
    const place = { stream: stream.name, createdMs: stream.createdMs, afterShard: last, filter };
    return { Shards: shards, NextToken: nextToken(place, service.now()) };
  },
);

function startOfFilter(
  { Type, ShardId, Timestamp }: ShardFilter,
  exclusiveStart: string | undefined,
): string | undefined {
  if (Type.endsWith('_TIMESTAMP') && Timestamp === undefined) {
    throw invalidArgument(`ShardFilter of type ${Type} needs a Timestamp.`);
  }
  if (Type !== 'AFTER_SHARD_ID') return exclusiveStart;
  if (ShardId === undefined) throw invalidArgument('ShardFilter of type AFTER_SHARD_ID needs a ShardId.');
  return ShardId;
}

/** Whether a shard passes the filter: it was open at an instant, or at any time since then. */
function isWanted(service: Service, stream: Stream, { createdMs, closedMs }: Shard, filter: ListFilter): boolean {
  const horizonMs = Math.max(oldestRetainedMs(service, stream), stream.createdMs);
  const isOpenAt = (ms: number) => createdMs <= ms && (closedMs === null || closedMs > ms);
  switch (filter.type) {
    case 'AT_LATEST':
      return closedMs === null;
    case 'AT_TRIM_HORIZON':
      return isOpenAt(horizonMs);
    case 'AT_TIMESTAMP':
      return isOpenAt(Math.max(filter.timestampMs, horizonMs));
    case 'FROM_TIMESTAMP':
      return closedMs === null || closedMs >= filter.timestampMs;
    default:
      return true;
  }
}

interface Start {
  readonly stream: Stream;
  readonly first: number;
  readonly filter: ListFilter;
}

function start(
  { streams, accountId }: Service,
  input: StreamNamed,
  after: string | undefined,
  { Type, Timestamp }: Partial<ShardFilter> = {},
): Start {
  const stream = streams.get(input);
  const filter = { type: Type ?? '', timestampMs: Timestamp ?? 0 };
  if (after === undefined) return { stream, first: 0, filter };
  const index = shardIndexOf(after);
  if (index !== undefined) return { stream, first: index + 1, filter };
  throw resourceNotFound(`Could not find shard ${after} in stream ${stream.name} under account ${accountId}.`);
}

function goOn({ streams, now, accountId }: Service, token: string): Start {
  const { stream: name, createdMs, afterShard, filter } = readNextToken(token, now());
  const stream = streams.get({ StreamName: name });
  if (stream.createdMs === createdMs) return { stream, first: afterShard + 1, filter };
  throw resourceNotFound(`Stream ${name} under account ${accountId} not found.`);
}
