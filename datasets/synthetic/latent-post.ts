import { CATEGORIES } from './categories';
import { drawFollowers, oneStep } from './followers';
import { drawPerson, type Person } from './people';
import { PosterNames } from './poster-names';
import { ERROR_POSTER, type PosterShare, Posters } from './posters';
import { Random, STREAMS } from './random';

/**
 * Kinds of pins in the original, by the values that they lack together. Images and videos may also lack a description
 * or tags.
 */
export type PinGroup = 'image' | 'video' | 'story' | 'story without picture' | 'unreadable';

/** The true facts of a post. The text on the wire and the right answers are both made from them. */
export interface LatentPost {
  readonly key: number;
  /** Number of the category in CATEGORIES. */
  readonly category: number;
  /** With the source's trailing blanks. Null for a post whose poster the scraper could not read. */
  readonly posterName: string | null;
  /** Null for a post whose poster the scraper could not read. */
  readonly followers: number | null;
  readonly person: Person;
  /** Seconds since 1970, UTC. */
  readonly postedAt: number;
  readonly group: PinGroup;
  readonly description: 'text' | 'missing' | 'untitled';
  readonly hasTags: boolean;
}

const POSTED_FROM = 1_508_457_600; // 2017-10-20 00:00:00
const POST_SECONDS = 1825 * 86_400; // to the end of 2022-10-18

/** Every post of one source, by key, in any order. */
export class LatentPosts {
  readonly random: Random;
  private readonly posters: Posters;
  private readonly names: PosterNames;
  private readonly errorPerson: Person;

  constructor(
    seed: number,
    readonly posts: number,
  ) {
    this.random = new Random(seed);
    this.posters = new Posters(seed, posts);
    this.names = new PosterNames(this.random, this.posters.count);
    this.errorPerson = drawPerson(this.random, ERROR_POSTER, this.posters.errorPosts || 1);
  }

  at(key: number): LatentPost {
    const category = this.posters.categoryOf(key);
    const poster = this.posters.posterOf(key, category);
    const isError = poster.ordinal === ERROR_POSTER;
    const person = isError ? this.errorPerson : drawPerson(this.random, poster.ordinal, poster.size);
    const posterName = isError ? null : this.names.of(poster.ordinal);
    const counted = isError ? null : drawFollowers(this.random, poster.ordinal, poster.size);

    const random = this.random.at(STREAMS.post, key);
    const group = isError ? 'unreadable' : drawGroup(random, category);
    const isPlain = group === 'image' || group === 'video';
    return {
      key,
      category,
      posterName,
      followers: counted === null ? null : drawStep(random, counted, poster),
      person,
      postedAt: POSTED_FROM + random.below(POST_SECONDS),
      group,
      description: isPlain ? drawDescriptionState(random) : 'missing',
      hasTags: isPlain ? !random.oneIn(49, 10_000) : !isError,
    };
  }
}

function drawGroup(random: Random, category: number): PinGroup {
  const { stories } = CATEGORIES[category] as (typeof CATEGORIES)[number];
  if (random.oneIn(stories, 1000)) return random.oneIn(24, 100) ? 'story without picture' : 'story';
  return random.oneIn(31, 1000) ? 'video' : 'image';
}

function drawDescriptionState(random: Random): LatentPost['description'] {
  const drawn = random.below(1000);
  if (drawn < 18) return 'missing';
  return drawn < 19 ? 'untitled' : 'text';
}

/** Posts of posters with many posts were scraped at different times, so one count in ten is one step more or less. */
function drawStep(random: Random, followers: number, poster: PosterShare): number {
  const drawn = random.below(20);
  return poster.size < 6 || drawn > 1 ? followers : oneStep(followers, drawn === 0);
}
