import { invalidArgument } from '../errors';
import { REQUEST_LIMITS } from '../limits';
import { operation, STREAM } from '../operation';
import { checkReshardable, checkShardLimit, checkShardList, Resharding } from '../resharding';

/** UpdateShardCount: splits and merges to the wanted number of equal shards, at once. Left out: the limit of ten calls in a day. */
export const updateShardCount = operation(
  {
    TargetShardCount: { type: 'Integer', required: true, min: 1, max: REQUEST_LIMITS.shardsPerStream },
    ScalingType: { type: 'String', required: true, oneOf: ['UNIFORM_SCALING'] },
    ...STREAM,
  },
  async (service, input) => {
    const { streams, throttle, now } = service;
    const { TargetShardCount: target } = input;
    throttle.call('UpdateShardCount', streams.get(input).name);
    let current = 0;
    const { name, arn } = await streams.reshard(input, (stream) => {
      checkReshardable(service, stream, 'UpdateShardCount');
      current = stream.routes.open.length;
      const counts = `Current open shard count: ${current} Target shard count: ${target}`;
      if (target > 2 * current) {
        throw invalidArgument(`UpdateShardCount cannot scale up over double your current open shard count. ${counts}`);
      }
      if (target < Math.ceil(current / 2)) {
        throw invalidArgument(`UpdateShardCount cannot scale down below half your current open shard count. ${counts}`);
      }
      checkShardLimit(service, target - current);
      const resharding = new Resharding(stream, now());
      resharding.toEqual(target);
      checkShardList(stream, resharding);
      return resharding.shards;
    });
    return { StreamName: name, CurrentShardCount: current, TargetShardCount: target, StreamARN: arn };
  },
);
