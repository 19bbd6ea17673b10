import { ageAndYearName, ageAndYearOf, Medians } from '../answers/medians';
import type { RightAnswer } from '../answers/right-answer';

export function rightAnswer(): RightAnswer {
  const medians = new Medians();
  return {
    columns: ['age_group', 'post_year', 'median_follower_count'],
    post: ({ pin, user }) => medians.add(ageAndYearOf(user), pin.followers),
    rows: () => medians.rows(ageAndYearName),
  };
}
