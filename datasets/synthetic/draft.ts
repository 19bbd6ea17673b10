import type { Dataset } from '../schema';
import { CATEGORIES } from './categories';
import type { JsonValue, QuarantineReason } from './contract';
import type { FactsOf, GeoFacts, PinFacts, UserFacts } from './facts';
import type { LatentPost } from './latent-post';

/** Whether a record is good, with the facts of its row or the reason for quarantine. */
export type Verdict<D extends Dataset = Dataset> =
  | { readonly facts: FactsOf[D] }
  | { readonly facts: null; readonly reason: QuarantineReason };

/**
 * A record to be sent, with the verdict that cleaning must reach. Drafts of one key and dataset are sent in their
 * order.
 */
export type Draft = {
  [D in Dataset]: {
    readonly dataset: D;
    readonly value: JsonValue;
    readonly verdict: Verdict<D>;
    /** After how many further keys the record is sent; 0 for at once. */
    readonly delay: number;
  };
}[Dataset];

export function pinFacts(post: LatentPost): PinFacts {
  return {
    posterName: post.posterName === null ? null : post.posterName.trim(),
    followers: post.followers,
    category: (CATEGORIES[post.category] as (typeof CATEGORIES)[number]).name,
  };
}

export function geoFacts(post: LatentPost): GeoFacts {
  return { country: post.person.country, postedAt: post.postedAt * 1_000_000 };
}

export function userFacts({ person }: LatentPost): UserFacts {
  return { userName: `${person.firstName} ${person.lastName}`, age: person.age, joinedAt: person.joinedAt * 1_000_000 };
}

/** The facts of each dataset's row of a post. */
export const FACTS: { readonly [D in Dataset]: (post: LatentPost) => FactsOf[D] } = {
  pin: pinFacts,
  geo: geoFacts,
  user: userFacts,
};
