import { ascending, firstPerGroup, increase, TwoKeys, yearWithin } from '../answers/groups';
import type { RightAnswer } from '../answers/right-answer';

export function rightAnswer(): RightAnswer {
  const posts = new TwoKeys<number, string, number>();
  return {
    columns: ['post_year', 'category', 'category_count'],
    post: ({ pin, geo }) => {
      const year = yearWithin(geo.postedAt, 2018, 2022);
      if (year !== null && pin.category !== null) posts.update(year, pin.category, increase);
    },
    rows: () => firstPerGroup(posts.groups, ascending),
  };
}
