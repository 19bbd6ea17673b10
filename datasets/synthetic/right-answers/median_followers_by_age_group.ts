import { ageGroupOf } from '../answers/groups';
import { ageGroupName, Medians } from '../answers/medians';
import type { RightAnswer } from '../answers/right-answer';

export function rightAnswer(): RightAnswer {
  const medians = new Medians();
  return {
    columns: ['age_group', 'median_follower_count'],
    person: (user, followers) => medians.add(ageGroupOf(user.age), followers),
    rows: () => medians.rows(ageGroupName),
  };
}
