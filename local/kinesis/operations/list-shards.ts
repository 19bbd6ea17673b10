import { describeShards } from '../describe';
import { invalidArgument, resourceNotFound } from '../errors';
import { REQUEST_LIMITS, STREAM_DEFAULTS } from '../limits';
import { OPTIONAL_NAME, OPTIONAL_STREAM, operation, type Service } from '../operation';
import { shardIndexOf } from '../shards';
import type { Stream, StreamNamed } from '../streams';
import { nextToken, readNextToken } from '../tokens';

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

/** ListShards. All shards of a local stream are open as long as it lives, so every filter but AFTER_SHARD_ID lets all of them through. */
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
    const { stream, first } = NextToken === undefined ? start(service, input, after) : goOn(service, NextToken);
    service.throttle.listShards(stream);
    const { shards, hasMore } = describeShards(stream, service.streams.status(stream), first, MaxResults);
    if (!hasMore) return { Shards: shards };
    const place = { stream: stream.name, createdMs: stream.createdMs, afterShard: first + shards.length - 1 };
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

function start(
  { streams, accountId }: Service,
  input: StreamNamed,
  after: string | undefined,
): { readonly stream: Stream; readonly first: number } {
  const stream = streams.get(input);
  if (after === undefined) return { stream, first: 0 };
  const index = shardIndexOf(after);
  if (index !== undefined) return { stream, first: index + 1 };
  throw resourceNotFound(`Could not find shard ${after} in stream ${stream.name} under account ${accountId}.`);
}

function goOn(
  { streams, now, accountId }: Service,
  token: string,
): { readonly stream: Stream; readonly first: number } {
  const { stream: name, createdMs, afterShard } = readNextToken(token, now());
  const stream = streams.get({ StreamName: name });
  if (stream.createdMs === createdMs) return { stream, first: afterShard + 1 };
  throw resourceNotFound(`Stream ${name} under account ${accountId} not found.`);
}
