import * as zlib from 'node:zlib';
import { type Database, open, type RootDatabase } from 'lmdb';
import { StoredBatch } from './batch';
import { LogDamagedError } from './errors';
import type { JsonValue } from './types';

/** Address space for the file. The file grows with its records; when it is larger than this, lmdb maps it again. */
const ADDRESS_SPACE = 64 * 2 ** 30;
const LARGEST = Number.MAX_SAFE_INTEGER;

/**
 * The data on disk, in one lmdb file: batches under (topic id, partition, *last* offset of the batch), so that the batch of an
 * offset is the first key at or after it; and a few JSON values under text keys.
 */
export class Store {
  private readonly root: RootDatabase<Buffer, Uint8Array>;
  private readonly batches: Database<Buffer, Uint8Array>;
  private readonly factTable: Database<Buffer, Uint8Array>;
  private readonly fsync: boolean;

  /**
   * Opens the file `path`, or with `create` makes it. With `fsync` a commit waits for the disk.
   *
   * @throws LogDamagedError when an existing file lacks one of its databases.
   */
  constructor(path: string, { fsync, create }: { readonly fsync: boolean; readonly create: boolean }) {
    this.fsync = fsync;
    this.root = open<Buffer, Uint8Array>({
      path,
      noSubdir: true,
      mapSize: ADDRESS_SPACE,
      encoding: 'binary',
      keyEncoding: 'binary',
      noSync: !fsync,
      // The log groups its commits itself; lmdb's wait of one event turn would only add latency.
      eventTurnBatching: false,
      maxDbs: 2,
    });
    this.batches = this.openDatabase('batches', create);
    this.factTable = this.openDatabase('facts', create);
  }

  /** Commits what `write` puts and removes as one transaction; with fsync, waits until it is on the disk. */
  async commit(write: () => void): Promise<void> {
    try {
      await this.root.batch(write);
    } catch (error) {
      // lmdb gives the reason separately, as a promise that is always rejected.
      await (error as { readonly commitError?: Promise<never> }).commitError;
      throw error;
    }
    if (this.fsync) await this.root.flushed;
  }

  putBatch(topicId: number, partition: number, lastOffset: number, bytes: Buffer): void {
    this.batches.put(keyOf(topicId, partition, lastOffset), bytes);
  }

  removeBatch(topicId: number, partition: number, lastOffset: number): void {
    this.batches.remove(keyOf(topicId, partition, lastOffset));
  }

  putFact(name: string, value: JsonValue): void {
    this.factTable.put(new TextEncoder().encode(name), withChecksum(name, JSON.stringify(value)));
  }

  removeFact(name: string): void {
    this.factTable.remove(new TextEncoder().encode(name));
  }

  fact(name: string): JsonValue | undefined {
    const bytes = this.factTable.get(new TextEncoder().encode(name));
    return bytes && parseFact(name, bytes);
  }

  /** All facts whose names begin with `prefix`, in the order of their names. */
  *facts(prefix: string): Generator<{ readonly name: string; readonly value: JsonValue }> {
    for (const { key, value } of this.factTable.getRange({ start: new TextEncoder().encode(prefix) })) {
      const name = new TextDecoder().decode(key);
      if (!name.startsWith(prefix)) return;
      yield { name, value: parseFact(name, value) };
    }
  }

  /** The batches of a partition from the one that holds `fromOffset`, in order. */
  *batchesFrom(topicId: number, partition: number, fromOffset: number): Generator<StoredBatch> {
    const start = keyOf(topicId, partition, fromOffset);
    const end = keyOf(topicId, partition, LARGEST);
    for (const { key, value } of this.batches.getRange({ start, end })) {
      yield new StoredBatch(value, lastOffsetOf(key));
    }
  }

  /** Last offsets of a partition's batches that lie wholly before `offset`. */
  lastOffsetsBefore(topicId: number, partition: number, offset: number): number[] {
    const start = keyOf(topicId, partition, 0);
    const end = keyOf(topicId, partition, offset);
    return Array.from(this.batches.getKeys({ start, end }), lastOffsetOf);
  }

  lastBatch(topicId: number, partition: number): StoredBatch | undefined {
    const start = keyOf(topicId, partition, LARGEST);
    const end = keyOf(topicId, partition, 0);
    const range = this.batches.getRange({ start, end, inclusiveEnd: true, reverse: true, limit: 1 });
    for (const { key, value } of range) return new StoredBatch(value, lastOffsetOf(key));
    return undefined;
  }

  /**
   * Reads everything once.
   *
   * @throws LogDamagedError when a batch differs from what was written, or does not follow the batch before it.
   */
  check(): void {
    let facts = 0;
    for (const _ of this.facts('')) facts += 1;
    this.checkCount(this.factTable, facts, 'facts');
    let batches = 0;
    let before: { readonly partition: string; readonly lastOffset: number } | undefined;
    for (const { key, value } of this.batches.getRange()) {
      batches += 1;
      const batch = new StoredBatch(value, lastOffsetOf(key));
      const partition = Buffer.from(key).toString('hex', 0, 8);
      const follows =
        before === undefined ||
        partition > before.partition ||
        (partition === before.partition && before.lastOffset + 1 === batch.baseOffset);
      if (!follows) throw new LogDamagedError(`offset ${batch.baseOffset} follows ${before?.lastOffset}`);
      before = { partition, lastOffset: batch.lastOffset };
    }
    this.checkCount(this.batches, batches, 'batches');
  }

  private checkCount(database: Database<Buffer, Uint8Array>, found: number, what: string): void {
    const { entryCount } = database.getStats() as { readonly entryCount: number };
    if (entryCount !== found) throw new LogDamagedError(`${found} of ${entryCount} ${what} are there`);
  }

  private openDatabase(name: string, create: boolean): Database<Buffer, Uint8Array> {
    // `create` is an option that the type definitions forget.
    const options = { name, encoding: 'binary', keyEncoding: 'binary', create } as const;
    const database = this.root.openDB<Buffer, Uint8Array>(options) as Database<Buffer, Uint8Array> | undefined;
    if (database === undefined) throw new LogDamagedError(`its ${name} are missing`);
    return database;
  }

  async close(): Promise<void> {
    await this.root.close();
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

/** The JSON of a fact after a CRC-32 over its name and itself. */
function withChecksum(name: string, json: string): Buffer {
  const bytes = Buffer.from(`....${json}`);
  bytes.writeUInt32LE(zlib.crc32(Buffer.from(name + json)));
  return bytes;
}

function parseFact(name: string, bytes: Buffer): JsonValue {
  const json = bytes.toString('utf8', 4);
  if (bytes.length < 4 || bytes.readUInt32LE(0) !== zlib.crc32(Buffer.from(name + json))) {
    throw new LogDamagedError(`fact ${JSON.stringify(name)} fails its checksum`);
  }
  return JSON.parse(json) as JsonValue;
}
