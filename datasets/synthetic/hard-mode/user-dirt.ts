import { USER_COLUMNS } from './columns';
import type { Dirt, DirtyUserFacts } from './dirty-row';
import { otherTimeForm } from './times-dirt';
import { unknowns } from './unknowns';

const EDGES = [0, 17, 18, 24, 25, 35, 36, 50, 51, 120];
const OUTSIDE = [-1, 121, 999];
const UNREADABLE = ['unknown', 'thirty', '34 years', '2O'];

/** Hard mode's dirt for the columns of a user row. */
export const USER_DIRT: readonly Dirt<DirtyUserFacts>[] = [
  {
    by: 'timestampForms',
    per1000: 60,
    apply(row, random) {
      if (!row.touch('date_joined')) return null;
      const { text, micros } = otherTimeForm(row.post.person.joinedAt, random);
      row.wire.date_joined = text;
      row.facts.joinedAt = micros;
      return 'timestampForms';
    },
  },
  {
    by: 'ages',
    per1000: 40,
    apply(row, random) {
      if (!row.touch('age')) return null;
      const kind = random.pick(['edges', 'outside', 'text', 'unreadable']);
      if (kind === 'text') {
        row.wire.age = `${row.post.person.age}`;
      } else if (kind === 'edges') {
        const age = random.pick(EDGES);
        row.wire.age = age;
        row.facts.age = age;
      } else {
        row.wire.age = random.pick<number | string>(kind === 'outside' ? OUTSIDE : UNREADABLE);
        row.facts.age = null;
      }
      return `ages.${kind}`;
    },
  },
  ...unknowns(USER_COLUMNS),
];
