// Read from the global object once, because each look-up is slow under jest.
const { floor, imul } = Math;

/** Scrambles 32 bits; a bijection, so different inputs give different outputs. */
export function scramble(bits: number): number {
  let h = bits | 0;
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * Random numbers that depend only on a seed, a stream and an index, not on the order of the calls.
 * Only 32-bit integer operations and exact IEEE arithmetic, so every engine draws the same numbers.
 */
export class Random {
  private readonly seedLow: number;
  private readonly seedHigh: number;
  private counter = 0;
  private salt = 0;

  constructor(seed: number) {
    this.seedLow = scramble((seed % 0x1_0000_0000) | 0);
    this.seedHigh = scramble(floor(seed / 0x1_0000_0000) + 0x51ed270b);
  }

  /** Moves to the start of the numbers for `index` in `stream`, both whole numbers from 0. */
  at(stream: number, index: number): this {
    const low = index | 0;
    const high = floor(index / 0x1_0000_0000) | 0;
    this.counter = scramble(this.seedLow ^ scramble(low + imul(stream, 0x9e3779b1)));
    this.salt = scramble(this.seedHigh ^ scramble(imul(low, 0x632be5ab) ^ imul(stream, 0x6c8e9cf5) ^ high));
    return this;
  }

  /** The next 32 bits, as a number from 0 to 4294967295. */
  next(): number {
    this.counter = (this.counter + 0x9e3779b9) | 0;
    let z = this.counter;
    z = imul(z ^ (z >>> 16), 0x21f0aaad) ^ this.salt;
    z = imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return floor((this.next() * limit) / 0x1_0000_0000);
  }

  /** True in `chances` of `outOf` cases. */
  oneIn(chances: number, outOf: number): boolean {
    return this.below(outOf) < chances;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** Nearly normal, mean 0 and standard deviation 1: the sum of twelve even draws, which needs no logarithm. */
  normal(): number {
    let sum = 0;
    for (let i = 0; i < 6; i++) {
      const bits = this.next();
      sum += (bits >>> 16) + (bits & 0xffff);
    }
    return (sum - 12 * 32_767.5) / 65_536;
  }
}

/** The independent streams of random numbers, one per purpose, so that a change to one leaves the others alone. */
export const STREAMS = {
  shuffle: 0,
  posterSizes: 1,
  person: 2,
  followers: 3,
  posterName: 4,
  post: 5,
  text: 6,
  image: 8,
  uniqueId: 7,
  hardMode: 100,
} as const;
