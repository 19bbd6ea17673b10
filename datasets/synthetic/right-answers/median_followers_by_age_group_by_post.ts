import { ageGroupOf } from '../answers/groups';
import { ageGroupName, Medians } from '../answers/medians';
import type { RightAnswer } from '../answers/right-answer';

export function rightAnswer(): RightAnswer {
  const medians = new Medians();
  return {
    columns: ['age_group', 'median_follower_count'],
    post: ({ pin, user }) => medians.add(ageGroupOf(user.age), pin.followers),
    rows: () => medians.rows(ageGroupName),
  };
}
