import { limitExceeded, validationError } from '../errors';
import { REQUEST_LIMITS, STREAM_DEFAULTS, STREAM_LIMITS } from '../limits';
import { operation, REQUIRED_NAME, type Service, TAGS } from '../operation';
import { checkShardLimit } from '../resharding';
import type { StreamMode } from '../streams';
import { checkTagCharacters } from '../tags';

/** CreateStream. Accepted and ignored: WarmThroughputMiBps and RecordDistributionStrategy. */
export const createStream = operation(
  {
    ShardCount: { type: 'Integer', min: 1, max: REQUEST_LIMITS.shardsPerStream },
    StreamName: REQUIRED_NAME,
    StreamModeDetails: {
      type: 'Structure',
      members: { StreamMode: { type: 'String', required: true, oneOf: ['PROVISIONED', 'ON_DEMAND'] } },
    },
    Tags: TAGS,
    MaxRecordSizeInKiB: { type: 'Integer', ...STREAM_LIMITS.maxRecordKiB },
  },
  async (service, { StreamName, ShardCount, StreamModeDetails, Tags = {}, MaxRecordSizeInKiB }) => {
    service.throttle.call('CreateStream');
    // A request with a name alone creates an on-demand stream.
    const byCount: StreamMode = ShardCount === undefined ? 'ON_DEMAND' : 'PROVISIONED';
    const mode = (StreamModeDetails?.StreamMode as StreamMode | undefined) ?? byCount;
    const shards = shardCount(mode, ShardCount);
    checkTagCharacters(Object.entries(Tags).flat());
    if (service.streams.find(StreamName) === undefined) {
      checkShardLimit(service, shards);
      checkStreamLimits(service, mode);
    }
    const maxRecordKiB = MaxRecordSizeInKiB ?? STREAM_DEFAULTS.maxRecordKiB;
    await service.streams.create(StreamName, shards, { mode, maxRecordKiB, tags: Tags });
    return undefined;
  },
);

function shardCount(mode: StreamMode, given: number | undefined): number {
  if (mode === 'ON_DEMAND') return STREAM_DEFAULTS.onDemandShards;
  if (given !== undefined) return given;
  throw validationError(
    "1 validation error detected: Value null at 'shardCount' failed to satisfy constraint: Member must not be null",
  );
}

function checkStreamLimits({ streams, throttle, accountId }: Service, mode: StreamMode): void {
  const all = streams.all();
  if (!throttle.isOn) return;
  const creating = all.filter((stream) => streams.status(stream) === 'CREATING').length;
  if (creating >= STREAM_LIMITS.creatingStreams) {
    throw limitExceeded(
      `Only ${STREAM_LIMITS.creatingStreams} streams can be in CREATING state at the same time under account ${accountId}.`,
    );
  }
  const onDemand = all.filter((stream) => stream.mode === 'ON_DEMAND').length;
  if (mode === 'ON_DEMAND' && onDemand >= STREAM_LIMITS.onDemandStreams) {
    throw limitExceeded(`Account ${accountId} has its limit of ${STREAM_LIMITS.onDemandStreams} on-demand streams.`);
  }
}
