import { compareText } from '../answers/groups';
import type { RightAnswer } from '../answers/right-answer';

export function rightAnswer(): RightAnswer {
  /** The most followers of any poster who has a name, by country. */
  const most = new Map<string, number>();
  return {
    columns: ['country', 'follower_count'],
    post: ({ pin: { posterName, followers }, geo: { country } }) => {
      if (country !== null && posterName !== null && followers !== null)
        most.set(country, Math.max(most.get(country) ?? 0, followers));
    },
    // One row, or none without posters; on a tie the first country by name.
    rows: () => [...most].sort(([a, mostA], [b, mostB]) => mostB - mostA || compareText(a, b)).slice(0, 1),
  };
}
