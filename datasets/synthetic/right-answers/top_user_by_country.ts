import { compareText, firstPerGroup, TwoKeys } from '../answers/groups';
import type { RightAnswer } from '../answers/right-answer';

export function rightAnswer(): RightAnswer {
  const posters = new TwoKeys<string, string, number>();
  return {
    columns: ['country', 'poster_name', 'follower_count'],
    post: ({ pin: { posterName, followers }, geo: { country } }) => {
      if (country !== null && posterName !== null && followers !== null)
        posters.update(country, posterName, (most = 0) => Math.max(most, followers));
    },
    rows: () => firstPerGroup(posters.groups, compareText),
  };
}
