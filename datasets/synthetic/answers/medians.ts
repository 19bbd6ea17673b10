import type { ViewAnswer } from '../contract';
import type { UserFacts } from '../facts';
import { AGE_GROUPS, ageGroupOf, medianOf, yearWithin } from './groups';

/** Follower counts by age group, by join year and by both, and the medians of each group. */
export class Medians {
  private readonly ages = new Map<number, number[]>();
  private readonly years = new Map<number, number[]>();
  /** Under age group x 10000 + year, which sorts by age group, then by year. */
  private readonly both = new Map<number, number[]>();

  add(user: UserFacts, followers: number): void {
    const age = ageGroupOf(user.age);
    const year = yearWithin(user.joinedAt, 2015, 2020);
    if (age !== null) collect(this.ages, age, followers);
    if (year !== null) collect(this.years, year, followers);
    if (age !== null && year !== null) collect(this.both, age * 10_000 + year, followers);
  }

  byAgeGroup(): ViewAnswer {
    return {
      columns: ['age_group', 'median_follower_count'],
      rows: medians(this.ages).map(([age, median]) => [labelOf(age), median]),
    };
  }

  byJoinYear(): ViewAnswer {
    return { columns: ['post_year', 'median_follower_count'], rows: medians(this.years) };
  }

  byJoinYearAndAgeGroup(): ViewAnswer {
    return {
      columns: ['age_group', 'post_year', 'median_follower_count'],
      rows: medians(this.both).map(([both, median]) => [labelOf(Math.floor(both / 10_000)), both % 10_000, median]),
    };
  }
}

function collect(groups: Map<number, number[]>, group: number, followers: number): void {
  const values = groups.get(group);
  if (values === undefined) groups.set(group, [followers]);
  else values.push(followers);
}

function medians(groups: ReadonlyMap<number, readonly number[]>): (readonly [number, number | null])[] {
  return [...groups].sort(([a], [b]) => a - b).map(([group, values]) => [group, medianOf(values)]);
}

function labelOf(ageGroup: number): string {
  return AGE_GROUPS[ageGroup] as string;
}
