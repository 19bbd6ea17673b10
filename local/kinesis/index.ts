/**
 * Kinesis Data Streams on a laptop, over the log: `openKinesis` answers operations, `listenKinesis` puts them on a port that AWS's
 * clients can use with no more settings than its address.
 *
 * Differs from AWS in this: streams are ACTIVE at once unless `activationMs` says otherwise; a stream never changes its shards by itself; no
 * registered consumers (SubscribeToShard), encryption or resource policies; DryRun is refused; requests need no signature; an account
 * has 10,000 shards.
 */
export { KinesisError } from './errors';
export { type Kinesis, type KinesisOptions, openKinesis } from './kinesis';
export { listenKinesis } from './listener';
export type { StreamRecord } from './reader';
export { parseSequenceNumber } from './sequence-numbers';
export { shardIdOf } from './shards';
export { Blob, Instant } from './values';
