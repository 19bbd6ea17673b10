import { ageGroupOf, ascending, firstPerGroup, increase, TwoKeys } from '../answers/groups';
import { ageGroupName } from '../answers/medians';
import type { RightAnswer } from '../answers/right-answer';

export function rightAnswer(): RightAnswer {
  const posts = new TwoKeys<number, string, number>();
  return {
    columns: ['age_group', 'category', 'category_count'],
    post: ({ pin, user }) => {
      const age = ageGroupOf(user.age);
      if (age !== null && pin.category !== null) posts.update(age, pin.category, increase);
    },
    rows: () => firstPerGroup(posts.groups, ascending).map(([age, ...rest]) => [...ageGroupName(age), ...rest]),
  };
}
