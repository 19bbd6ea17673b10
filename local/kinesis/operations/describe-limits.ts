import { STREAM_LIMITS } from '../limits';
import { operation } from '../operation';

/** DescribeLimits. */
export const describeLimits = operation({}, ({ streams, throttle }) => {
  throttle.call('DescribeLimits');
  const all = streams.all();
  return {
    ShardLimit: STREAM_LIMITS.shardsPerAccount,
    OpenShardCount: all.reduce((sum, { routes }) => sum + routes.open.length, 0),
    OnDemandStreamCount: all.filter(({ mode }) => mode === 'ON_DEMAND').length,
    OnDemandStreamCountLimit: STREAM_LIMITS.onDemandStreams,
  };
});
