import { compareText, firstPerGroup, increase, TwoKeys } from '../answers/groups';
import type { RightAnswer } from '../answers/right-answer';

export function rightAnswer(): RightAnswer {
  const posts = new TwoKeys<string, string, number>();
  return {
    columns: ['country', 'category', 'category_count'],
    post: ({ pin, geo }) => {
      if (geo.country !== null && pin.category !== null) posts.update(geo.country, pin.category, increase);
    },
    rows: () => firstPerGroup(posts.groups, compareText),
  };
}
