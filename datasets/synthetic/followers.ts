import { exponential } from './portable-math';
import { type Random, STREAMS } from './random';

const { floor } = Math;

const THOUSAND = 1_000;
const MILLION = 1_000_000;
const MOST = 15 * MILLION;

/** Mean and standard deviation of the logarithm (base 10) of the follower count, for posters of up to `posts` posts. */
const BY_SIZE = [
  { posts: 1, mean: 3.4, deviation: 1.25 },
  { posts: 2, mean: 4.2, deviation: 1.0 },
  { posts: 5, mean: 4.6, deviation: 0.9 },
  { posts: 11, mean: 4.9, deviation: 0.8 },
  { posts: 29, mean: 5.2, deviation: 0.7 },
  { posts: Number.POSITIVE_INFINITY, mean: 5.5, deviation: 0.5 },
];

/**
 * A poster's follower count: below 1000 exact, below a million whole thousands, then whole millions, at most 15
 * million. A larger number is drawn again: if it were cut to the maximum, a dozen posters would share the first place.
 */
export function drawFollowers(random: Random, ordinal: number, posts: number): number {
  const { mean, deviation } = BY_SIZE.find((row) => posts <= row.posts) as (typeof BY_SIZE)[number];
  const draws = random.at(STREAMS.followers, ordinal);
  for (;;) {
    const count = floor(exponential((mean + deviation * draws.normal()) * Math.LN10));
    const shown = floor(count / unitOf(count)) * unitOf(count);
    if (shown <= MOST) return shown;
  }
}

/** The count a moment earlier or later: one step of its unit more or less, or the same if the step would change the unit. */
export function oneStep(count: number, up: boolean): number {
  const unit = unitOf(count);
  const moved = count + (up ? unit : -unit);
  return moved > 0 && moved <= MOST && unitOf(moved) === unit ? moved : count;
}

/** As the site shows it: 437, 12k, 3M. */
export function followerText(count: number): string {
  if (count >= MILLION) return `${count / MILLION}M`;
  return count >= THOUSAND ? `${count / THOUSAND}k` : `${count}`;
}

function unitOf(count: number): number {
  if (count >= MILLION) return MILLION;
  return count >= THOUSAND ? THOUSAND : 1;
}
