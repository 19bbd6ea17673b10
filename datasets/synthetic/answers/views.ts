import type { ViewAnswer } from '../contract';
import type { KeyFacts, UserFacts } from '../facts';
import { AGE_GROUPS, ageGroupOf, compareText, firstPlaces, TwoKeys, yearWithin } from './groups';
import { Medians } from './medians';

type Row = readonly (string | number)[];

/** A person with known followers and the groups they count in. */
interface Followed {
  readonly user: UserFacts;
  followers: number;
}

/** Collects the clean rows of every key and answers every question from them. A post is a key with all three rows. */
export class ViewAnswers {
  private readonly byCountry = new TwoKeys<string, string, number>();
  private readonly byPostYear = new TwoKeys<number, string, number>();
  private readonly byAgeGroup = new TwoKeys<number, string, number>();
  private readonly posterByCountry = new TwoKeys<string, string, number>();
  private readonly joined = new Map<number, Set<string>>();
  private readonly postsByJoinYear = new Map<number, number>();
  private readonly followed = new Map<string, Followed>();
  private readonly byPost = new Medians();

  add({ pin, geo, user }: KeyFacts): void {
    if (user !== null) this.addPerson(user);
    if (pin === null || geo === null || user === null) return;

    const { category, followers, posterName } = pin;
    const postYear = yearWithin(geo.postedAt, 2018, 2022);
    const joinYear = yearWithin(user.joinedAt, 2015, 2020);
    const ageGroup = ageGroupOf(user.age);
    if (category !== null) {
      if (geo.country !== null) this.byCountry.update(geo.country, category, increase);
      if (postYear !== null) this.byPostYear.update(postYear, category, increase);
      if (ageGroup !== null) this.byAgeGroup.update(ageGroup, category, increase);
    }
    if (joinYear !== null) this.postsByJoinYear.set(joinYear, increase(this.postsByJoinYear.get(joinYear)));
    if (followers === null) return;

    if (geo.country !== null && posterName !== null)
      this.posterByCountry.update(geo.country, posterName, (most = 0) => Math.max(most, followers));
    this.byPost.add(user, followers);
    const person = personOf(user);
    const known = this.followed.get(person);
    if (known === undefined) this.followed.set(person, { user, followers });
    else known.followers = Math.max(known.followers, followers);
  }

  /** Every view by name, the ten questions and then their companions; rows in the stated order. */
  views(): Readonly<Record<string, ViewAnswer>> {
    const byPerson = new Medians();
    for (const { user, followers } of this.followed.values()) byPerson.add(user, followers);
    const topUsers = firstPerGroup(this.posterByCountry.groups, compareText);
    return {
      top_category_by_country: {
        columns: ['country', 'category', 'category_count'],
        rows: firstPerGroup(this.byCountry.groups, compareText),
      },
      posts_by_category_and_year: {
        columns: ['post_year', 'category', 'category_count'],
        rows: this.categoriesByYear(),
      },
      top_category_by_year: {
        columns: ['post_year', 'category', 'category_count'],
        rows: firstPerGroup(this.byPostYear.groups, ascending),
      },
      top_user_by_country: { columns: ['country', 'poster_name', 'follower_count'], rows: topUsers },
      country_with_top_user: { columns: ['country', 'follower_count'], rows: countryOfMost(topUsers) },
      top_category_by_age_group: {
        columns: ['age_group', 'category', 'category_count'],
        rows: firstPerGroup(this.byAgeGroup.groups, ascending).map(([group, ...rest]) => [
          AGE_GROUPS[group as number] as string,
          ...rest,
        ]),
      },
      median_followers_by_age_group: byPerson.byAgeGroup(),
      users_joined_by_year: {
        columns: ['post_year', 'number_users_joined'],
        rows: inOrder(this.joined, ascending).map(([year, persons]) => [year, persons.size]),
      },
      median_followers_by_join_year: byPerson.byJoinYear(),
      median_followers_by_join_year_and_age_group: byPerson.byJoinYearAndAgeGroup(),
      median_followers_by_age_group_by_post: this.byPost.byAgeGroup(),
      median_followers_by_join_year_by_post: this.byPost.byJoinYear(),
      median_followers_by_join_year_and_age_group_by_post: this.byPost.byJoinYearAndAgeGroup(),
      posts_by_join_year: {
        columns: ['post_year', 'number_posts'],
        rows: inOrder(this.postsByJoinYear, ascending),
      },
    };
  }

  private addPerson(user: UserFacts): void {
    const year = yearWithin(user.joinedAt, 2015, 2020);
    if (year === null) return;
    const persons = this.joined.get(year);
    if (persons === undefined) this.joined.set(year, new Set([personOf(user)]));
    else persons.add(personOf(user));
  }

  private categoriesByYear(): Row[] {
    return inOrder(this.byPostYear.groups, ascending).flatMap(([year, counts]) =>
      [...counts]
        .sort(([a, countA], [b, countB]) => countB - countA || compareText(a, b))
        .map(([category, count]) => [year, category, count]),
    );
  }
}

/** Who a person is: name, age and the moment of joining. Unknown is a value like any other. */
function personOf({ userName, age, joinedAt }: UserFacts): string {
  return JSON.stringify([userName, age, joinedAt]);
}

function firstPerGroup<G extends string | number>(
  groups: ReadonlyMap<G, ReadonlyMap<string, number>>,
  order: (a: G, b: G) => number,
): Row[] {
  return inOrder(groups, order).flatMap(([group, members]) =>
    firstPlaces(members).map(([name, count]) => [group, name, count]),
  );
}

/** The first country among those whose top poster has the most followers: one row, or none without posters. */
function countryOfMost(topUsers: readonly Row[]): Row[] {
  let most: Row | undefined;
  for (const row of topUsers) if (most === undefined || (row[2] as number) > (most[2] as number)) most = row;
  return most === undefined ? [] : [[most[0] as string, most[2] as number]];
}

function inOrder<K, V>(map: ReadonlyMap<K, V>, order: (a: K, b: K) => number): (readonly [K, V])[] {
  return [...map].sort(([a], [b]) => order(a, b));
}

const ascending = (a: number, b: number): number => a - b;
const increase = (count = 0): number => count + 1;
