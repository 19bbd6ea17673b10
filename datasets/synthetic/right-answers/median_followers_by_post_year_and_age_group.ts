import { ageGroupOf, TwoKeys, yearWithin } from '../answers/groups';
import { ageAndYear, ageAndYearName, Medians } from '../answers/medians';
import type { RightAnswer } from '../answers/right-answer';
import { personOf } from '../facts';

export function rightAnswer(): RightAnswer {
  const most = new TwoKeys<number, string, number>();
  return {
    columns: ['age_group', 'post_year', 'median_follower_count'],
    post: ({ pin: { followers }, geo, user }) => {
      const group = ageAndYear(ageGroupOf(user.age), yearWithin(geo.postedAt, 2018, 2022));
      if (group !== null && followers !== null)
        most.update(group, personOf(user), (before = 0) => Math.max(before, followers));
    },
    rows: () => {
      const medians = new Medians();
      for (const [group, people] of most.groups) for (const followers of people.values()) medians.add(group, followers);
      return medians.rows(ageAndYearName);
    },
  };
}
