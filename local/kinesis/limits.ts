import { limitOf } from '../limits';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Limits on one request, always enforced. */
export const REQUEST_LIMITS = {
  streamNameLength: 128,
  streamArnLength: 2048,
  partitionKeyLength: 256,
  shardIteratorLength: 512,
  nextTokenLength: 1_048_576,
  recordBytes: 10 * MIB,
  recordsPerPut: 500,
  /** Data and partition keys of one PutRecords. */
  bytesPerPut: 10 * MIB,
  recordsPerRead: 10_000,
  bytesPerRead: 10 * MIB,
  listedShards: 10_000,
  listedStreams: 10_000,
  /** DescribeStream accepts a higher Limit but lists at most this many shards. */
  describedShards: 100,
  shardsPerStream: 100_000,
  tagsPerStream: 50,
  tagsPerRequest: 10,
  tagKeyLength: 128,
  tagValueLength: 256,
  /** A larger body is refused before it is read: 10 MiB as base64, with room for 500 keys. */
  bodyBytes: 16 * MIB,
} as const;

export const STREAM_DEFAULTS = {
  retentionHours: 24,
  maxRecordKiB: 1024,
  onDemandShards: 4,
  listedShards: 1000,
  listedStreams: 100,
} as const;

export const STREAM_LIMITS = {
  retentionHours: { min: 24, max: 8760 },
  maxRecordKiB: { min: 1024, max: 10_240 },
  /** Open shards of an account. AWS gives 20,000 in us-east-1; our log takes 10,000 partitions in a topic. */
  shardsPerAccount: 10_000,
  onDemandStreams: 50,
  creatingStreams: 5,
} as const;

/** A shard iterator and a NextToken are valid for this long. */
export const TOKEN_LIFETIME_MS = 300_000;

/** Rates per shard and second; enforced with `limits: 'aws'`. */
export const SHARD_RATES = {
  recordsWritten: limitOf('kinesis/shard-records-in'),
  bytesWritten: limitOf('kinesis/shard-bytes-in'),
  reads: limitOf('kinesis/shard-reads'),
  bytesRead: limitOf('kinesis/shard-bytes-out'),
} as const;

/** Calls per second; enforced with `limits: 'aws'`. Per account, unless said otherwise. */
export const CALL_RATES = {
  CreateStream: 5,
  DeleteStream: 5,
  ListStreams: 5,
  DescribeStream: 10,
  DescribeStreamSummary: 20,
  DescribeLimits: 1,
  AddTagsToStream: 5,
  ListTagsForStream: 5,
  RemoveTagsFromStream: 5,
  IncreaseStreamRetentionPeriod: 5,
  DecreaseStreamRetentionPeriod: 5,
  SplitShard: 5,
  MergeShards: 5,
  UpdateShardCount: 1,
  /** Per stream. */
  ListShards: 1000,
  /** Per shard. */
  GetShardIterator: 5,
} as const;
