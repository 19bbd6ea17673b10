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

/** The index a shard id means, read as leniently as AWS does (`shardId-3`, `x-3` and `3` are all shard 3), or undefined. */
export function shardIndexOf(shardId: string): number | undefined {
  const digits = shardId.split('-')[1] || shardId;
  const index = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  return index <= 2_147_483_647 ? index : undefined;
}

/** Hash of a partition key: its MD5 as an unsigned number, from 0 to 2^128-1. */
export function hashOfKey(partitionKey: string): bigint {
  return BigInt('0x' + crypto.hash('md5', partitionKey, 'hex'));
}

/** How `count` shards share out the hash keys: equal ranges, the last one takes what is left over. */
export class HashRanges {
  readonly count: number;
  readonly #width: bigint;
  /** The first 48 bits of where each shard begins: numbers that compare fast, and decide all but one case in 2^48. */
  readonly #highStarts: Float64Array;

  constructor(count: number) {
    this.count = count;
    this.#width = HASH_SPACE / BigInt(count);
    this.#highStarts = new Float64Array(count);
    for (let index = 0; index < count; index += 1) this.#highStarts[index] = Number(this.start(index) >> LOW_BITS);
  }

  /** First hash key of a shard. */
  start(index: number): bigint {
    return this.#width * BigInt(index);
  }

  /** Last hash key of a shard. */
  end(index: number): bigint {
    return (index === this.count - 1 ? HASH_SPACE : this.start(index + 1)) - 1n;
  }

  /** Shard whose range holds `hash`, a number from 0 to 2^128-1. */
  shardOfHash(hash: bigint): number {
    const index = Number(hash / this.#width);
    return index < this.count ? index : this.count - 1;
  }

  /** Shard that takes records of this partition key. */
  shardOfKey(partitionKey: string): number {
    return this.count === 1 ? 0 : this.shardOfDigest(crypto.hash('md5', partitionKey, 'hex'));
  }

  /** The same as `shardOfHash` for a hash in 32 hexadecimal digits, but fast. */
  shardOfDigest(hex: string): number {
    const high = Number.parseInt(hex.slice(0, HIGH_DIGITS), 16);
    const starts = this.#highStarts;
    let index = 0;
    let beyond = this.count;
    while (beyond - index > 1) {
      const middle = (index + beyond) >>> 1;
      if (starts[middle]! <= high) index = middle;
      else beyond = middle;
    }
    return starts[index] === high ? this.shardOfHash(BigInt('0x' + hex)) : index;
  }
}
