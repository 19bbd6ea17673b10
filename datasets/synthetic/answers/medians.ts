import type { UserFacts } from '../facts';
import { AGE_GROUPS, ageGroupOf, ascending, inOrder, medianOf, yearWithin } from './groups';
import type { Row } from './right-answer';

/** Follower counts by a numbered group, and the median of each. */
export class Medians {
  private readonly groups = new Map<number, number[]>();

  /** Adds a count. Ignores a user without a group, and unknown followers. */
  add(group: number | null, followers: number | null): void {
    if (group === null || followers === null) return;
    const values = this.groups.get(group);
    if (values === undefined) this.groups.set(group, [followers]);
    else values.push(followers);
  }

  /** A row for each group, in the order of their numbers. */
  rows(nameOf: (group: number) => readonly (string | number)[]): Row[] {
    return inOrder(this.groups, ascending).map(([group, values]) => [...nameOf(group), medianOf(values)]);
  }
}

/** The year of joining; null for a year that the exercise does not ask for. */
export function joinYearOf(user: UserFacts): number | null {
  return yearWithin(user.joinedAt, 2015, 2020);
}

/** Age group and year as one number, which sorts by age group, then by year. */
export function ageAndYear(age: number | null, year: number | null): number | null {
  return age === null || year === null ? null : age * 10_000 + year;
}

/** Age group and year of joining as one number. */
export function ageAndYearOf(user: UserFacts): number | null {
  return ageAndYear(ageGroupOf(user.age), joinYearOf(user));
}

export function ageGroupName(age: number): [string] {
  return [AGE_GROUPS[age] as string];
}

export function ageAndYearName(both: number): [string, number] {
  return [...ageGroupName(Math.floor(both / 10_000)), both % 10_000];
}
