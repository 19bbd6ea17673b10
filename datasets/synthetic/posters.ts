import { CATEGORIES, categoryStarts } from './categories';
import { Permutation } from './permutation';
import { exponential, naturalLog } from './portable-math';
import { Random, STREAMS, scramble } from './random';

const { floor, max, min } = Math;

/** The poster of a post: the number among all posters, and the number of posts. */
export interface PosterShare {
  readonly ordinal: number;
  readonly size: number;
}

/** Number of the poster that stands for all posts that the scraper failed to read. */
export const ERROR_POSTER = 0;

const LARGEST_POSTER = 235;
const EXPONENT = 2.33;
const CHECKPOINT = 64;

/** Post counts of posters, drawn until the sum is `capacity`; one byte per poster. The last count is reduced to fit. */
class Pool {
  private sizes = new Uint8Array(1024);
  private length = 0;
  /** Number of posts before posters 0, 64, 128, … */
  private readonly checkpoints: number[] = [];
  readonly firstOrdinal: number;

  constructor(capacity: number, firstOrdinal: number, thresholds: readonly number[], random: Random) {
    this.firstOrdinal = firstOrdinal;
    for (let given = 0; given < capacity; ) {
      const size = min(drawSize(thresholds, random), capacity - given);
      if (this.length % CHECKPOINT === 0) this.checkpoints.push(given);
      this.add(size);
      given += size;
    }
  }

  get endOrdinal(): number {
    return this.firstOrdinal + this.length;
  }

  /** The poster of one of the pool's posts. */
  holderOf(slot: number): PosterShare {
    let low = 0;
    let high = this.checkpoints.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.checkpoints[middle] as number) <= slot) low = middle;
      else high = middle - 1;
    }
    let poster = low * CHECKPOINT;
    let end = (this.checkpoints[low] as number) + (this.sizes[poster] as number);
    while (end <= slot) {
      poster++;
      end += this.sizes[poster] as number;
    }
    return { ordinal: this.firstOrdinal + poster, size: this.sizes[poster] as number };
  }

  private add(size: number): void {
    if (this.length === this.sizes.length) {
      const larger = new Uint8Array(this.sizes.length * 2);
      larger.set(this.sizes);
      this.sizes = larger;
    }
    this.sizes[this.length++] = size;
  }
}

/**
 * Gives the poster of every key, with half a byte of memory per post. Each category's block holds the posts of
 * posters who have only this category and, shuffled among them, a part of the posts of other posters. About two thirds of the
 * posters with several posts have only one category.
 */
export class Posters {
  /** The first key of each category, and the number of posts. */
  readonly categoryStarts: readonly number[];
  /** Number of posters. It includes the error poster, even if that has no posts. */
  readonly count: number;
  /** How many posts the error poster has: 1.1 %. */
  readonly errorPosts: number;
  private readonly local: readonly Pool[];
  private readonly blocks: readonly Permutation[];
  private readonly spread: Pool;
  private readonly spreadOrder: Permutation;
  private readonly spreadStarts: readonly number[];

  constructor(seed: number, posts: number) {
    const random = new Random(seed);
    this.categoryStarts = categoryStarts(posts);
    this.errorPosts = floor((posts * 123) / 11_154);
    const { local, spread, spreadShare } = sizeDistributions();
    const spreadPosts = this.errorPosts + floor((posts - this.errorPosts) * spreadShare);
    this.spreadStarts = this.categoryStarts.map((start) => floor((start * spreadPosts) / posts));
    const shuffleSeed = random.at(STREAMS.shuffle, 0).next();

    let nextOrdinal = ERROR_POSTER + 1;
    this.local = CATEGORIES.map((_, c) => {
      const capacity = this.blockSize(c) - this.spreadSize(c);
      const pool = new Pool(capacity, nextOrdinal, local, random.at(STREAMS.posterSizes, c));
      nextOrdinal = pool.endOrdinal;
      return pool;
    });
    const spreadRandom = random.at(STREAMS.posterSizes, CATEGORIES.length);
    this.spread = new Pool(spreadPosts - this.errorPosts, nextOrdinal, spread, spreadRandom);
    this.count = this.spread.endOrdinal;
    this.blocks = CATEGORIES.map((_, c) => new Permutation(max(1, this.blockSize(c)), scramble(shuffleSeed + c)));
    this.spreadOrder = new Permutation(max(1, spreadPosts), scramble(shuffleSeed - 1));
  }

  /** The number of the category in whose block `key` lies. */
  categoryOf(key: number): number {
    let category = 0;
    while (key >= (this.categoryStarts[category + 1] as number)) category++;
    return category;
  }

  /** Who wrote the post `key`, which lies in the block of `category`. */
  posterOf(key: number, category: number): PosterShare {
    const slot = (this.blocks[category] as Permutation).of(key - (this.categoryStarts[category] as number));
    const spreadSize = this.spreadSize(category);
    if (slot >= spreadSize) return (this.local[category] as Pool).holderOf(slot - spreadSize);
    const spreadSlot = this.spreadOrder.of((this.spreadStarts[category] as number) + slot);
    if (spreadSlot < this.errorPosts) return { ordinal: ERROR_POSTER, size: this.errorPosts };
    return this.spread.holderOf(spreadSlot - this.errorPosts);
  }

  private blockSize(category: number): number {
    return (this.categoryStarts[category + 1] as number) - (this.categoryStarts[category] as number);
  }

  private spreadSize(category: number): number {
    return (this.spreadStarts[category + 1] as number) - (this.spreadStarts[category] as number);
  }
}

/**
 * P(n) is in proportion to n^-2.33 for 1 to 235 posts. One third of the posters with several posts are spread; the
 * rest stay in one category. Thresholds are 32-bit numbers: threshold n-1 is the chance of at most n posts.
 */
function sizeDistributions(): { local: readonly number[]; spread: readonly number[]; spreadShare: number } {
  const chances = Array.from({ length: LARGEST_POSTER }, (_, i) => exponential(-EXPONENT * naturalLog(i + 1)));
  const several = chances.map((chance, i) => (i === 0 ? 0 : chance / 3));
  const staying = chances.map((chance, i) => chance - (several[i] as number));
  const postsOf = (list: readonly number[]) => list.reduce((sum, chance, i) => sum + chance * (i + 1), 0);
  return { local: thresholds(staying), spread: thresholds(several), spreadShare: postsOf(several) / postsOf(chances) };
}

function thresholds(chances: readonly number[]): readonly number[] {
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  let sum = 0;
  return chances.map((chance) => {
    sum += chance;
    return floor((sum / total) * 0x1_0000_0000);
  });
}

function drawSize(thresholds: readonly number[], random: Random): number {
  const drawn = random.next();
  let size = 1;
  while (size < LARGEST_POSTER && drawn >= (thresholds[size - 1] as number)) size++;
  return size;
}
