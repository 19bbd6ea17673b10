import type { Log, ReadLimits } from '../log';
import { sequenceNumber } from './sequence-numbers';
import type { Stream } from './streams';

/** A record as a reader inside this process gets it. */
export interface StreamRecord {
  /** 56 digits; numbers of one shard compare as text. */
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** Shares memory with the log; do not change it. */
  readonly data: Buffer;
  readonly arrivalTimestampMs: number;
  /** Offset in the shard's log. Offsets have no gaps. */
  readonly offset: number;
}

/** Records of a shard from `fromOffset` on; a trimmed offset is replaced by the oldest one. */
export function readRecords(
  log: Log,
  { name, bases }: Stream,
  shardIndex: number,
  fromOffset: number,
  limits: ReadLimits,
): StreamRecord[] {
  const records = log.read(name, shardIndex, fromOffset, limits);
  return records.map(({ key, value, offset, timestampMs }) => ({
    sequenceNumber: sequenceNumber(bases[shardIndex]!, offset, timestampMs),
    partitionKey: key!.toString('utf8'),
    data: value!,
    arrivalTimestampMs: timestampMs,
    offset,
  }));
}
