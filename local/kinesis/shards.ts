import * as crypto from 'node:crypto';

declare module 'crypto' {
  // Node 20.12 and later; the type definitions we pin are older.
  export function hash(algorithm: string, data: string, outputEncoding: 'hex'): string;
}

export const HASH_SPACE = 1n << 128n;
const HIGH_BITS = 48n;
const HIGH_DIGITS = 12;
const LOW_BITS = 128n - HIGH_BITS;

/** `shardId-000000000003` for 3. */
export function shardIdOf(index: number): string {
  return 'shardId-' + String(index).padStart(12, '0');
}

/** The index in a shard id, read as leniently as AWS reads it (`shardId-3`, `x-3` and `3` are all shard 3), or undefined. */
export function shardIndexOf(shardId: string): number | undefined {
  const digits = shardId.split('-')[1] || shardId;
  const index = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  return index <= 2_147_483_647 ? index : undefined;
}

/** Hash of a partition key: its MD5 as an unsigned number, from 0 to 2^128-1. */
export function hashOfKey(partitionKey: string): bigint {
  return BigInt('0x' + crypto.hash('md5', partitionKey, 'hex'));
}

/** One shard of a stream: its range of hash keys and its parents. Its index is its place in the stream's list and its partition. */
export interface Shard {
  readonly index: number;
  /** First and last hash key. */
  readonly start: bigint;
  readonly end: bigint;
  readonly createdMs: number;
  /** Parents of this shard: none, one after a split, two after a merge. */
  readonly parents: readonly number[];
  /** When the shard was split or merged and stopped taking records; null while it is open. */
  readonly closedMs: number | null;
}

/** The `count` shards of a new stream: equal ranges of hash keys; the last range also takes the remainder. */
export function equalShards(count: number, createdMs: number): Shard[] {
  return equalStarts(count).map((start, index, starts) => ({
    index,
    start,
    end: (starts[index + 1] ?? HASH_SPACE) - 1n,
    createdMs,
    parents: [],
    closedMs: null,
  }));
}

export function equalStarts(count: number): bigint[] {
  const width = HASH_SPACE / BigInt(count);
  return Array.from({ length: count }, (_, index) => width * BigInt(index));
}

/** Finds the open shard that takes a hash key. The open shards of a stream always cover all hash keys, each once. */
export class HashRoutes {
  private readonly openShards: readonly Shard[];
  /** The first 48 bits of each shard's first hash key. Numbers compare faster than bigints and suffice but in one case of 2^48. */
  private readonly highStarts: Float64Array;

  constructor(shards: readonly Shard[]) {
    this.openShards = shards
      .filter(({ closedMs }) => closedMs === null)
      .sort((left, right) => (left.start < right.start ? -1 : 1));
    this.highStarts = Float64Array.from(this.openShards, ({ start }) => Number(start >> LOW_BITS));
  }

  /** Open shards in the order of their hash keys. */
  get open(): readonly Shard[] {
    return this.openShards;
  }

  /** Index of the shard whose range holds `hash`, a number from 0 to 2^128-1. */
  shardOfHash(hash: bigint): number {
    return this.at(this.last((place) => this.openShards[place]!.start <= hash));
  }

  /** Index of the shard that takes records of this partition key. */
  shardOfKey(partitionKey: string): number {
    return this.openShards.length === 1 ? this.at(0) : this.shardOfDigest(crypto.hash('md5', partitionKey, 'hex'));
  }

  /** The same as `shardOfHash` for a hash in 32 hexadecimal digits, but fast. */
  shardOfDigest(hex: string): number {
    const high = Number.parseInt(hex.slice(0, HIGH_DIGITS), 16);
    const place = this.last((each) => this.highStarts[each]! <= high);
    return this.highStarts[place] === high ? this.shardOfHash(BigInt('0x' + hex)) : this.at(place);
  }

  private at(place: number): number {
    return this.openShards[place]!.index;
  }

  /** The last shard in hash key order for which `isAtOrBefore` is true. */
  private last(isAtOrBefore: (place: number) => boolean): number {
    let place = 0;
    let beyond = this.openShards.length;
    while (beyond - place > 1) {
      const middle = (place + beyond) >>> 1;
      if (isAtOrBefore(middle)) place = middle;
      else beyond = middle;
    }
    return place;
  }
}
