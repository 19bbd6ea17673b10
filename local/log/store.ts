import { type Database, open, type RootDatabase } from 'lmdb';
import { StoredBatch } from './batch';
import { LogDamagedError } from './errors';
import type { JsonValue } from './types';

const LARGEST = Number.MAX_SAFE_INTEGER;

/**
 * What is on disk, in one lmdb file: batches under (topic id, partition, *last* offset of the batch), so that the batch which holds an
 * offset is the first key at or after it; and a few JSON values under text keys.
 */
export class Store {
  readonly #root: RootDatabase<Buffer, Uint8Array>;
  readonly #batches: Database<Buffer, Uint8Array>;
  readonly #facts: Database<JsonValue, string>;
  readonly #fsync: boolean;

  constructor(path: string, { fsync, maxBytes }: { readonly fsync: boolean; readonly maxBytes: number }) {
    this.#fsync = fsync;
    this.#root = open<Buffer, Uint8Array>({
      path,
      noSubdir: true,
      mapSize: maxBytes,
      encoding: 'binary',
      keyEncoding: 'binary',
      noSync: !fsync,
      // The log groups its own commits; waiting another event turn for more would only add latency.
      eventTurnBatching: false,
      maxDbs: 2,
    });
    this.#batches = this.#root.openDB({ name: 'batches', encoding: 'binary', keyEncoding: 'binary' });
    this.#facts = this.#root.openDB<JsonValue, string>({ name: 'facts', encoding: 'json' });
  }

  /** Commits what `write` puts and removes as one transaction; with fsync, waits until it is on the disk. */
  async commit(write: () => void): Promise<void> {
    await this.#root.batch(write);
    if (this.#fsync) await this.#root.flushed;
  }

  putBatch(topicId: number, partition: number, lastOffset: number, bytes: Buffer): void {
    this.#batches.put(keyOf(topicId, partition, lastOffset), bytes);
  }

  removeBatch(topicId: number, partition: number, lastOffset: number): void {
    this.#batches.remove(keyOf(topicId, partition, lastOffset));
  }

  putFact(name: string, value: JsonValue): void {
    this.#facts.put(name, value);
  }

  removeFact(name: string): void {
    this.#facts.remove(name);
  }

  fact(name: string): JsonValue | undefined {
    return this.#facts.get(name);
  }

  /** All facts whose names begin with `prefix`, in the order of their names. */
  *facts(prefix: string): Generator<{ readonly name: string; readonly value: JsonValue }> {
    for (const { key, value } of this.#facts.getRange({ start: prefix, end: `${prefix}\uffff` })) {
      yield { name: key, value };
    }
  }

  /** The batches of a partition from the one that holds `fromOffset`, in order. */
  *batchesFrom(topicId: number, partition: number, fromOffset: number): Generator<StoredBatch> {
    const start = keyOf(topicId, partition, fromOffset);
    const end = keyOf(topicId, partition, LARGEST);
    for (const { key, value } of this.#batches.getRange({ start, end })) {
      yield new StoredBatch(value, lastOffsetOf(key));
    }
  }

  /** Last offsets of a partition's batches that lie wholly before `offset`. */
  lastOffsetsBefore(topicId: number, partition: number, offset: number): number[] {
    const start = keyOf(topicId, partition, 0);
    const end = keyOf(topicId, partition, offset);
    return Array.from(this.#batches.getKeys({ start, end }), lastOffsetOf);
  }

  lastBatch(topicId: number, partition: number): StoredBatch | undefined {
    const start = keyOf(topicId, partition, LARGEST);
    const end = keyOf(topicId, partition, 0);
    const range = this.#batches.getRange({ start, end, inclusiveEnd: true, reverse: true, limit: 1 });
    for (const { key, value } of range) return new StoredBatch(value, lastOffsetOf(key));
    return undefined;
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}

function keyOf(topicId: number, partition: number, offset: number): Uint8Array {
  const key = new DataView(new ArrayBuffer(16));
  key.setUint32(0, topicId);
  key.setUint32(4, partition);
  // Offsets stay exact as numbers up to 2^53.
  key.setBigUint64(8, BigInt(offset));
  return new Uint8Array(key.buffer);
}

function lastOffsetOf(key: Uint8Array): number {
  if (key.length !== 16) throw new LogDamagedError(`a batch has a key of ${key.length} bytes`);
  return Number(new DataView(key.buffer, key.byteOffset).getBigUint64(8));
}
