import type { RecordsBatch } from '@platformatic/kafka';
import type { StoredRecord } from '../log';

const IS_CONTROL = 0x20;
const IS_LOG_APPEND_TIME = 0x08;

/** The records in batches of one partition, from an offset on. */
export interface Unpacked {
  readonly records: readonly StoredRecord[];
  /** The offset after the last batch, even if that batch ends without a record. */
  readonly next: number;
}

/**
 * Unpacks the records of a partition's batches from `from` on, without transaction markers. With LogAppendTime, a batch has
 * one time for all of its records: the last field of its head.
 */
export function unpacked(batches: readonly RecordsBatch[], from: number): Unpacked {
  const records: StoredRecord[] = [];
  let next = from;
  for (const batch of batches) {
    const base = Number(batch.firstOffset);
    next = Math.max(next, base + batch.lastOffsetDelta + 1);
    if ((batch.attributes & IS_CONTROL) !== 0) continue;
    const stamped = (batch.attributes & IS_LOG_APPEND_TIME) !== 0;
    for (const { key, value, headers, offsetDelta, timestampDelta } of batch.records) {
      const offset = base + offsetDelta;
      if (offset < from) continue;
      const timestampMs = Number(stamped ? batch.maxTimestamp : batch.firstTimestamp + timestampDelta);
      records.push({
        offset,
        timestampMs,
        key,
        value,
        ...(headers.length > 0 && {
          headers: Object.fromEntries(headers.map(([name, text]) => [String(name ?? ''), String(text ?? '')])),
        }),
      });
    }
  }
  return { records, next };
}
