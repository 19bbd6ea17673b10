import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface View {
  /** Name of the view and of its file. */
  readonly name: string;
  /** One SELECT over the relations `pin`, `geo` and `user`, its rows in a stated total order. */
  readonly sql: string;
  /** What one row stands for. */
  readonly grain: string;
  /** The view whose question this one answers by post rather than by person. */
  readonly companionOf?: string;
}

const NAMES: readonly (readonly [name: string, companionOf?: string])[] = [
  ['top_category_by_country'],
  ['posts_by_category_and_year'],
  ['top_category_by_year'],
  ['top_user_by_country'],
  ['country_with_top_user'],
  ['top_category_by_age_group'],
  ['median_followers_by_age_group'],
  ['users_joined_by_year'],
  ['median_followers_by_join_year'],
  ['median_followers_by_join_year_and_age_group'],
  ['median_followers_by_age_group_by_post', 'median_followers_by_age_group'],
  ['median_followers_by_join_year_by_post', 'median_followers_by_join_year'],
  ['median_followers_by_join_year_and_age_group_by_post', 'median_followers_by_join_year_and_age_group'],
  ['posts_by_join_year', 'users_joined_by_year'],
];

/**
 * Every question, in the order in which everything lists them: the ten of the exercise, then their companions.
 * A file is read whenever its text is asked for, so that a running pipeline answers with the SQL as it is now.
 */
export const VIEWS: readonly View[] = NAMES.map(([name, companionOf]) => ({
  name,
  get sql() {
    return readFileSync(join(__dirname, 'views', `${name}.sql`), 'utf8');
  },
  get grain() {
    return this.sql.slice(0, this.sql.indexOf('\n')).replace(/^-- /, '');
  },
  ...(companionOf !== undefined && { companionOf }),
}));

/** @throws Error naming the known views when there is none called `name`. */
export function viewNamed(name: string): View {
  const view = VIEWS.find((candidate) => candidate.name === name);
  if (!view) throw new Error(`no view '${name}' (known: ${VIEWS.map((known) => known.name).join(', ')})`);
  return view;
}
