import * as zlib from 'node:zlib';
import { LogDamagedError } from './errors';
import type { LogRecord, StoredRecord } from './types';

declare module 'node:zlib' {
  // Node 20.15 and later; the type definitions we pin are older.
  export function crc32(data: Buffer): number;
}

/*
 * One stored batch, little endian:
 *   u32 CRC-32 of all that follows, u32 count, f64 timestamp in ms,
 *   u32 for each record: where it ends, counted from the first record's start,
 *   the records: u32 key size + 1 (0: null), u32 value size + 1 (0: null), key, value, headers as JSON up to the end.
 */
const COUNT_AT = 4;
const TIMESTAMP_AT = 8;
const ENDS_AT = 16;
const SIZES = 8;

/** Bytes that one record takes in a batch, its headers left out. */
export function recordSize(record: LogRecord): number {
  return 4 + SIZES + (record.key?.length ?? 0) + (record.value?.length ?? 0);
}

/** Encodes records, given as lists that follow each other, into one batch. */
export function encodeBatch(lists: readonly (readonly LogRecord[])[], timestampMs: number): Buffer {
  let count = 0;
  let size = ENDS_AT;
  let headers: Map<LogRecord, Buffer> | undefined;
  for (const records of lists) {
    count += records.length;
    for (const record of records) {
      size += recordSize(record);
      if (record.headers !== undefined) {
        const json = Buffer.from(JSON.stringify(record.headers));
        headers ??= new Map();
        headers.set(record, json);
        size += json.length;
      }
    }
  }
  const batch = Buffer.allocUnsafe(size);
  batch.writeUInt32LE(count, COUNT_AT);
  batch.writeDoubleLE(timestampMs, TIMESTAMP_AT);
  const start = ENDS_AT + 4 * count;
  let endAt = ENDS_AT;
  let at = start;
  for (const records of lists) {
    for (const record of records) {
      const { key, value } = record;
      batch.writeUInt32LE(key === null ? 0 : key.length + 1, at);
      batch.writeUInt32LE(value === null ? 0 : value.length + 1, at + 4);
      at += SIZES;
      if (key !== null) at = put(batch, key, at);
      if (value !== null) at = put(batch, value, at);
      const json = headers?.get(record);
      if (json !== undefined) at = put(batch, json, at);
      batch.writeUInt32LE(at - start, endAt);
      endAt += 4;
    }
  }
  batch.writeUInt32LE(zlib.crc32(batch.subarray(COUNT_AT)), 0);
  return batch;
}

function put(batch: Buffer, bytes: Buffer, at: number): number {
  batch.set(bytes, at);
  return at + bytes.length;
}

/** A batch read from the store; each of its records can be read alone. Records share the batch's memory. */
export class StoredBatch {
  readonly count: number;
  readonly timestampMs: number;
  readonly baseOffset: number;
  private readonly bytes: Buffer;
  private readonly start: number;

  /** @throws LogDamagedError when the bytes differ from what was written. */
  constructor(bytes: Buffer, lastOffset: number) {
    const sound = bytes.length >= ENDS_AT && bytes.readUInt32LE(0) === zlib.crc32(bytes.subarray(COUNT_AT));
    if (!sound) throw new LogDamagedError(`the batch that ends at offset ${lastOffset} fails its checksum`);
    this.bytes = bytes;
    this.count = bytes.readUInt32LE(COUNT_AT);
    this.timestampMs = bytes.readDoubleLE(TIMESTAMP_AT);
    this.baseOffset = lastOffset - this.count + 1;
    this.start = ENDS_AT + 4 * this.count;
  }

  get lastOffset(): number {
    return this.baseOffset + this.count - 1;
  }

  /** The `index`th record, from 0. */
  record(index: number): StoredRecord {
    const bytes = this.bytes;
    const begin = this.start + (index === 0 ? 0 : bytes.readUInt32LE(ENDS_AT + 4 * (index - 1)));
    const end = this.start + bytes.readUInt32LE(ENDS_AT + 4 * index);
    const keySize = bytes.readUInt32LE(begin) - 1;
    const valueSize = bytes.readUInt32LE(begin + 4) - 1;
    const keyAt = begin + SIZES;
    const valueAt = keyAt + Math.max(keySize, 0);
    const headersAt = valueAt + Math.max(valueSize, 0);
    const record = {
      offset: this.baseOffset + index,
      timestampMs: this.timestampMs,
      key: keySize < 0 ? null : bytes.subarray(keyAt, valueAt),
      value: valueSize < 0 ? null : bytes.subarray(valueAt, headersAt),
    };
    if (headersAt === end) return record;
    return { ...record, headers: JSON.parse(bytes.toString('utf8', headersAt, end)) as Record<string, string> };
  }
}
