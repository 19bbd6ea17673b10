import { AGES_AND_YEARS } from './ages-and-years';
import { FOLLOWERS } from './followers';
import { GEO_AND_USER } from './geo-and-user';
import type { Mistake } from './mistake';
import { PEOPLE } from './people';
import { PLACES } from './places';
import { SAMPLES } from './samples';
import { TEXTS } from './texts';

/**
 * What people really do with this data, and get other numbers than ours: each mistake is a change of our SQL, beside the rule or the
 * question that it breaks. The doctor runs them, and a test runs each against a record that shows it.
 */
export const MISTAKES: readonly Mistake[] = [
  ...FOLLOWERS,
  ...TEXTS,
  ...GEO_AND_USER,
  ...SAMPLES,
  ...PEOPLE,
  ...PLACES,
  ...AGES_AND_YEARS,
];

export { type Mistake, mistaken, type Replacement, replaced } from './mistake';
export { PROBES } from './probes';
export { changedBy } from './samples';
