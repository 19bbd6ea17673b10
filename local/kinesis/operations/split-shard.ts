import { invalidArgument } from '../errors';
import { HASH_KEY, operation, REQUIRED_NAME, STREAM } from '../operation';
import { checkReshardable, checkShardLimit, checkShardList, openShard, Resharding } from '../resharding';
import { shardIdOf } from '../shards';

/** SplitShard: replaces one open shard by two, at once. */
export const splitShard = operation(
  { ShardToSplit: REQUIRED_NAME, NewStartingHashKey: { ...HASH_KEY, required: true }, ...STREAM },
  async (service, input) => {
    const { streams, throttle, accountId, now } = service;
    throttle.call('SplitShard', streams.get(input).name);
    await streams.reshard(input, (stream) => {
      checkReshardable(service, stream, 'SplitShard');
      const shard = openShard(service, stream, input.ShardToSplit);
      checkShardLimit(service, 1);
      const at = BigInt(input.NewStartingHashKey);
      if (at <= shard.start + 1n || at >= shard.end) {
        throw invalidArgument(
          `NewStartingHashKey ${at} used in SplitShard() on shard ${shardIdOf(shard.index)} in stream ${stream.name} under account ` +
            `${accountId} is not both greater than one plus the shard's StartingHashKey ${shard.start} and less than the shard's ` +
            `EndingHashKey ${shard.end}.`,
        );
      }
      const resharding = new Resharding(stream, now());
      resharding.split(shard, at);
      checkShardList(stream, resharding);
      return resharding.shards;
    });
    return undefined;
  },
);
