import type { GeoFacts, KeyFacts, PinFacts, UserFacts } from '../facts';

export type Row = readonly (string | number | null)[];

/** A post: a key that has all three rows. */
export interface PostFacts {
  readonly pin: PinFacts;
  readonly geo: GeoFacts;
  readonly user: UserFacts;
}

/**
 * The right answer to one question in the making: it hears what is true, as far as it asks for it, and then gives its
 * rows. It is computed from what the generator knows, never from the text that it writes and never by SQL.
 */
export interface RightAnswer {
  readonly columns: readonly string[];
  /** Hears of every key, whichever rows it has. */
  readonly key?: (facts: Pick<KeyFacts, 'pin' | 'geo' | 'user'> & Partial<KeyFacts>) => void;
  /** Hears of every post. */
  readonly post?: (post: PostFacts) => void;
  /** Hears at the end, once, of everyone who has a post with known followers; `followers` is the most on any of them. */
  readonly person?: (user: UserFacts, followers: number) => void;
  /** The rows in the stated order. */
  readonly rows: () => readonly Row[];
}
