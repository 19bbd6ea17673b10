import type { Operation } from '../operation';
import { addTagsToStream } from './add-tags-to-stream';
import { createStream } from './create-stream';
import { decreaseStreamRetentionPeriod } from './decrease-stream-retention-period';
import { deleteStream } from './delete-stream';
import { describeLimits } from './describe-limits';
import { describeStream } from './describe-stream';
import { describeStreamSummary } from './describe-stream-summary';
import { getRecords } from './get-records';
import { getShardIterator } from './get-shard-iterator';
import { increaseStreamRetentionPeriod } from './increase-stream-retention-period';
import { listShards } from './list-shards';
import { listStreams } from './list-streams';
import { listTagsForStream } from './list-tags-for-stream';
import { mergeShards } from './merge-shards';
import { putRecord } from './put-record';
import { putRecords } from './put-records';
import { removeTagsFromStream } from './remove-tags-from-stream';
import { splitShard } from './split-shard';
import { updateShardCount } from './update-shard-count';

/** Every operation the endpoint serves, by the name on the wire. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['AddTagsToStream', addTagsToStream],
  ['CreateStream', createStream],
  ['DecreaseStreamRetentionPeriod', decreaseStreamRetentionPeriod],
  ['DeleteStream', deleteStream],
  ['DescribeLimits', describeLimits],
  ['DescribeStream', describeStream],
  ['DescribeStreamSummary', describeStreamSummary],
  ['GetRecords', getRecords],
  ['GetShardIterator', getShardIterator],
  ['IncreaseStreamRetentionPeriod', increaseStreamRetentionPeriod],
  ['ListShards', listShards],
  ['ListStreams', listStreams],
  ['ListTagsForStream', listTagsForStream],
  ['MergeShards', mergeShards],
  ['PutRecord', putRecord],
  ['PutRecords', putRecords],
  ['RemoveTagsFromStream', removeTagsFromStream],
  ['SplitShard', splitShard],
  ['UpdateShardCount', updateShardCount],
]);

/** Operations of AWS that this endpoint does not serve. */
export const NOT_SERVED: ReadonlySet<string> = new Set([
  'DeleteResourcePolicy',
  'DeregisterStreamConsumer',
  'DescribeStreamConsumer',
  'DisableEnhancedMonitoring',
  'EnableEnhancedMonitoring',
  'GetResourcePolicy',
  'ListStreamConsumers',
  'ListTagsForResource',
  'PutResourcePolicy',
  'RegisterStreamConsumer',
  'StartStreamEncryption',
  'StopStreamEncryption',
  'SubscribeToShard',
  'TagResource',
  'UntagResource',
  'UpdateMaxRecordSize',
  'UpdateStreamMode',
  'UpdateStreamWarmThroughput',
]);
