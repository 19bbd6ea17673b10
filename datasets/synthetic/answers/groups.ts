import { yearOf } from '../times';

/** The age groups, youngest first, which is their order in every answer. */
export const AGE_GROUPS = ['18-24', '25-35', '36-50', '+50'] as const;

/** The number of the group in AGE_GROUPS, or null for an unknown age and for one under 18. */
export function ageGroupOf(age: number | null): number | null {
  if (age === null || age < 18) return null;
  if (age <= 24) return 0;
  if (age <= 35) return 1;
  return age <= 50 ? 2 : 3;
}

/**
 * The calendar year of a time in microseconds. Null if it is unknown or not within the years `first` to `last`, both
 * included.
 */
export function yearWithin(micros: number | null, first: number, last: number): number | null {
  if (micros === null) return null;
  const year = yearOf(Math.floor(micros / 1_000_000));
  return year >= first && year <= last ? year : null;
}

/** Compares by UTF-8 bytes, as SQL does. JavaScript's own order puts emoji before full-width letters. */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The middle value, or the mean of the two middle ones. Null for an empty list. */
export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** A map with two keys: group and name. */
export class TwoKeys<A, B, V> {
  readonly groups = new Map<A, Map<B, V>>();

  update(a: A, b: B, change: (before: V | undefined) => V): void {
    let inner = this.groups.get(a);
    if (inner === undefined) {
      inner = new Map();
      this.groups.set(a, inner);
    }
    inner.set(b, change(inner.get(b)));
  }
}

/** All entries of a group that have its greatest number, by name. */
export function firstPlaces(group: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  let most = Number.NEGATIVE_INFINITY;
  for (const count of group.values()) most = Math.max(most, count);
  return [...group].filter(([, count]) => count === most).sort(([a], [b]) => compareText(a, b));
}

/** The entries in first place of each group, in the order of the groups. */
export function firstPerGroup<G extends string | number>(
  groups: ReadonlyMap<G, ReadonlyMap<string, number>>,
  order: (a: G, b: G) => number,
): (readonly [G, string, number])[] {
  return inOrder(groups, order).flatMap(([group, members]) =>
    firstPlaces(members).map(([name, count]) => [group, name, count] as const),
  );
}

export function inOrder<K, V>(map: ReadonlyMap<K, V>, order: (a: K, b: K) => number): (readonly [K, V])[] {
  return [...map].sort(([a], [b]) => order(a, b));
}

export const ascending = (a: number, b: number): number => a - b;
export const increase = (count = 0): number => count + 1;
