import type { Dataset } from '../schema';

/**
 * The values of a row after cleaning that questions use. Null stands for unknown.
 * The generator knows them before it writes a text; they are never read from that text.
 */
export interface PinFacts {
  /** Without blanks at the ends. */
  readonly posterName: string | null;
  /** The number in the text: 12,000 for 12k. */
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

/** Who a person is: name, age and the moment of joining. An unknown part counts as a value. */
export function personOf({ userName, age, joinedAt }: UserFacts): string {
  return JSON.stringify([userName, age, joinedAt]);
}
