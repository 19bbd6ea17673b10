import { joinYearOf, Medians } from '../answers/medians';
import type { RightAnswer } from '../answers/right-answer';

export function rightAnswer(): RightAnswer {
  const medians = new Medians();
  return {
    columns: ['post_year', 'median_follower_count'],
    post: ({ pin, user }) => medians.add(joinYearOf(user), pin.followers),
    rows: () => medians.rows((year) => [year]),
  };
}
