import { ascending, increase, inOrder } from '../answers/groups';
import { joinYearOf } from '../answers/medians';
import type { RightAnswer } from '../answers/right-answer';

export function rightAnswer(): RightAnswer {
  const posts = new Map<number, number>();
  return {
    columns: ['post_year', 'number_posts'],
    post: ({ user }) => {
      const year = joinYearOf(user);
      if (year !== null) posts.set(year, increase(posts.get(year)));
    },
    rows: () => inOrder(posts, ascending),
  };
}
