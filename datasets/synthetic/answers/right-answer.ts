import type { GeoFacts, KeyFacts, PinFacts, UserFacts } from '../facts';

export type Row = readonly (string | number | null)[];

/** A post: a key that has all three rows. */
export interface PostFacts {
  readonly pin: PinFacts;
  readonly geo: GeoFacts;
  readonly user: UserFacts;
}

/**
 * Computes the right answer to one question. It has a method for each kind of fact that it needs; at the end it gives its
 * rows. The facts are the generator's own, never the text that it writes, and never the result of SQL.
 */
export interface RightAnswer {
  readonly columns: readonly string[];
  /** Called for each key, even if some of its rows are missing. */
  readonly key?: (facts: Pick<KeyFacts, 'pin' | 'geo' | 'user'> & Partial<KeyFacts>) => void;
  /** Called for each post. */
  readonly post?: (post: PostFacts) => void;
  /** Called at the end for each person with known followers. `followers` is the largest count on the person's posts. */
  readonly person?: (user: UserFacts, followers: number) => void;
  /** The rows in the stated order. */
  readonly rows: () => readonly Row[];
}
