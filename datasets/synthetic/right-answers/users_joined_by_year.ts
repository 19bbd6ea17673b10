import { ascending, inOrder } from '../answers/groups';
import { joinYearOf } from '../answers/medians';
import type { RightAnswer } from '../answers/right-answer';
import { personOf } from '../facts';

/** Counts people of the user table, whether they posted or not. */
export function rightAnswer(): RightAnswer {
  const joined = new Map<number, Set<string>>();
  return {
    columns: ['post_year', 'number_users_joined'],
    key: ({ user }) => {
      const year = user && joinYearOf(user);
      if (user === null || year === null) return;
      const persons = joined.get(year) ?? new Set<string>();
      joined.set(year, persons.add(personOf(user)));
    },
    rows: () => inOrder(joined, ascending).map(([year, persons]) => [year, persons.size]),
  };
}
