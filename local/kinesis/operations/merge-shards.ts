import { invalidArgument } from '../errors';
import { operation, REQUIRED_NAME, STREAM } from '../operation';
import { checkReshardable, checkShardList, openShard, Resharding } from '../resharding';
import { shardIdOf } from '../shards';

/** MergeShards: replaces two neighbouring shards by one, at once. */
export const mergeShards = operation(
  { ShardToMerge: REQUIRED_NAME, AdjacentShardToMerge: REQUIRED_NAME, ...STREAM },
  async (service, input) => {
    const { streams, throttle, accountId, now } = service;
    throttle.call('MergeShards', streams.get(input).name);
    await streams.reshard(input, (stream) => {
      checkReshardable(service, stream, 'MergeShards');
      const shard = openShard(service, stream, input.ShardToMerge);
      const adjacent = openShard(service, stream, input.AdjacentShardToMerge);
      if (shard.end + 1n !== adjacent.start && adjacent.end + 1n !== shard.start) {
        throw invalidArgument(
          `Shards ${shardIdOf(shard.index)} and ${shardIdOf(adjacent.index)} in stream ${stream.name} under account ${accountId} ` +
            'are not an adjacent pair of shards eligible for merging',
        );
      }
      const resharding = new Resharding(stream, now());
      resharding.merge(shard, adjacent);
      checkShardList(stream, resharding);
      return resharding.shards;
    });
    return undefined;
  },
);
