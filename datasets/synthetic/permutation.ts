import { scramble } from './random';

const { imul } = Math;

/** A shuffle of 0 to `size` - 1 without memory: a Feistel network, repeated while its result is outside this range. */
export class Permutation {
  private readonly halfBits: number;
  private readonly mask: number;
  private readonly keys: readonly number[];

  constructor(
    private readonly size: number,
    seed: number,
  ) {
    let halfBits = 1;
    while (4 ** halfBits < size) halfBits++;
    this.halfBits = halfBits;
    this.mask = (1 << halfBits) - 1;
    this.keys = [1, 2, 3, 4].map((round) => scramble(seed + imul(round, 0x3c6ef372)));
  }

  /** The new position of `index`; each index has another one. */
  of(index: number): number {
    let at = index;
    do at = this.once(at);
    while (at >= this.size);
    return at;
  }

  private once(index: number): number {
    let left = index >>> this.halfBits;
    let right = index & this.mask;
    for (const key of this.keys) {
      const mixed = (left ^ scramble(right ^ key)) & this.mask;
      left = right;
      right = mixed;
    }
    return ((left << this.halfBits) | right) >>> 0;
  }
}
