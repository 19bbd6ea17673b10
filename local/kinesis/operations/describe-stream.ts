import { describeShards, describeStreamBasics } from '../describe';
import { resourceNotFound } from '../errors';
import { REQUEST_LIMITS } from '../limits';
import { OPTIONAL_NAME, operation, type Service, STREAM } from '../operation';
import { shardIndexOf } from '../shards';
import type { Stream } from '../streams';

/** DescribeStream, up to 100 shards at a time. */
export const describeStream = operation(
  {
    Limit: { type: 'Integer', min: 1, max: REQUEST_LIMITS.listedShards },
    ExclusiveStartShardId: OPTIONAL_NAME,
    ...STREAM,
  },
  (service, input) => {
    const stream = service.streams.get(input);
    service.throttle.call('DescribeStream', stream.name);
    const first = firstAfter(service, stream, input.ExclusiveStartShardId);
    const limit = Math.min(input.Limit ?? REQUEST_LIMITS.describedShards, REQUEST_LIMITS.describedShards);
    const status = service.streams.status(stream);
    const { shards, hasMore } = describeShards(service, stream, first, limit);
    return { StreamDescription: { ...describeStreamBasics(stream, status), Shards: shards, HasMoreShards: hasMore } };
  },
);

function firstAfter({ accountId }: Service, { name }: Stream, shardId: string | undefined): number {
  if (shardId === undefined) return 0;
  const index = shardIndexOf(shardId);
  if (index !== undefined) return index + 1;
  throw resourceNotFound(`Could not find shard ${shardId} in stream ${name} under account ${accountId}.`);
}
