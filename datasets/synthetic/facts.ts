import type { Dataset } from '../schema';

/**
 * What is true of a row after cleaning, as far as a question asks for it. Null stands for unknown.
 * These come from the generator's own knowledge, never from the text that it writes.
 */
export interface PinFacts {
  /** Without blanks at the ends. */
  readonly posterName: string | null;
  /** The number that the text stands for: 12,000 for 12k. */
  readonly followers: number | null;
  readonly category: string | null;
}

export interface GeoFacts {
  readonly country: string | null;
  /** Microseconds since 1970, UTC. */
  readonly postedAt: number | null;
}

export interface UserFacts {
  readonly userName: string | null;
  /** 0 to 120. */
  readonly age: number | null;
  /** Microseconds since 1970, UTC. */
  readonly joinedAt: number | null;
}

export interface FactsOf {
  readonly pin: PinFacts;
  readonly geo: GeoFacts;
  readonly user: UserFacts;
}

/** The clean rows of one key; null where no good row arrived. */
export type KeyFacts = { readonly [D in Dataset]: FactsOf[D] | null };

/** Who a person is: name, age and the moment of joining. Unknown is a value like any other. */
export function personOf({ userName, age, joinedAt }: UserFacts): string {
  return JSON.stringify([userName, age, joinedAt]);
}
