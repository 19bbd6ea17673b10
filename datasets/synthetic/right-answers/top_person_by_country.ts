import { compareText, firstPerGroup, TwoKeys } from '../answers/groups';
import type { RightAnswer } from '../answers/right-answer';

export function rightAnswer(): RightAnswer {
  const people = new TwoKeys<string, string, number>();
  return {
    columns: ['country', 'user_name', 'follower_count'],
    post: ({ pin: { followers }, geo: { country }, user: { userName } }) => {
      if (country !== null && userName !== null && followers !== null)
        people.update(country, userName, (most = 0) => Math.max(most, followers));
    },
    rows: () => firstPerGroup(people.groups, compareText),
  };
}
