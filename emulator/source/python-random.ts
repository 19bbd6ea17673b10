const SIZE = 624;
const SHIFT = 397;

/**
 * Python's `random.Random(seed)`, as far as the stock emulator uses it: the Mersenne Twister MT19937, seeded by array, and whole
 * numbers by rejection. Gives the numbers that CPython 3.2 and later give.
 */
export class PythonRandom {
  private readonly state = new Uint32Array(SIZE);
  private index = SIZE;

  /** @param seed whole number from 0 to 2^53 - 1 */
  constructor(seed: number) {
    const low = seed >>> 0;
    const high = Math.floor(seed / 2 ** 32);
    this.seedByArray(high > 0 ? [low, high] : [low]);
  }

  /** A whole number from `least` to `most`, both included, at most 2^32 - 1 apart: Python's `randint`. */
  randint(least: number, most: number): number {
    const count = most - least + 1;
    const bits = 32 - Math.clz32(count);
    let drawn = this.next() >>> (32 - bits);
    while (drawn >= count) drawn = this.next() >>> (32 - bits);
    return least + drawn;
  }

  private seedByArray(key: readonly number[]): void {
    const { state } = this;
    state[0] = 19650218;
    for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1812433253, mixed(state[i - 1]!)) + i;
    let i = 1;
    for (let k = 0; k < SIZE; k++) {
      const j = k % key.length;
      state[i] = (state[i]! ^ Math.imul(mixed(state[i - 1]!), 1664525)) + key[j]! + j;
      i = this.wrapped(i + 1);
    }
    for (let k = 0; k < SIZE - 1; k++) {
      state[i] = (state[i]! ^ Math.imul(mixed(state[i - 1]!), 1566083941)) - i;
      i = this.wrapped(i + 1);
    }
    state[0] = 0x80000000;
  }

  private wrapped(i: number): number {
    if (i < SIZE) return i;
    this.state[0] = this.state[SIZE - 1]!;
    return 1;
  }

  private next(): number {
    if (this.index === SIZE) this.twist();
    let y = this.state[this.index++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  private twist(): void {
    const { state } = this;
    for (let i = 0; i < SIZE; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % SIZE]! & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.index = 0;
  }
}

function mixed(word: number): number {
  return word ^ (word >>> 30);
}

/** The highest row number that the stock emulator draws; the 153 rows behind it it never sends. */
export const STOCK_LAST_ROW = 11_000;

/** The stock emulator's endless sequence of row numbers. Before each it draws how long to sleep, 0 or 1 second. */
export function* stockOrder(seed: number): Generator<number, never> {
  const random = new PythonRandom(seed);
  for (;;) {
    random.randint(0, 1);
    yield random.randint(0, STOCK_LAST_ROW);
  }
}
