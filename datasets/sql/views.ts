import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset, Picture } from '../schema';
import { readJson } from './read-json';

/** One line of questions.json. */
export interface Question {
  /** Name of the view and of its file. */
  readonly name: string;
  /** The question in plain English. */
  readonly asks: string;
  readonly picture: Picture;
  /** The view whose question this one answers by post rather than by person. */
  readonly companionOf?: string;
  /** What each row of the answer is about: posts of other groups do not touch it. Left out: any post may touch any row. */
  readonly groups?: readonly Group[];
}

/** Groups of posts: the dataset whose row tells a post's group, and how, where that row is `r`. */
export const GROUPS = {
  country: { dataset: 'geo', of: 'r.country' },
  age_group: { dataset: 'user', of: 'age_group(r.age)' },
  post_year: { dataset: 'geo', of: 'extract(year from r.timestamp)' },
  join_year: { dataset: 'user', of: 'extract(year from r.date_joined)' },
} as const satisfies Readonly<Record<string, { readonly dataset: Dataset; readonly of: string }>>;

export type Group = keyof typeof GROUPS;

export interface View extends Question {
  /** One SELECT over the relations `pin`, `geo` and `user`, its rows in a stated total order. */
  readonly sql: string;
  /** What one row stands for. */
  readonly grain: string;
}

const FOLDER = join(__dirname, 'views');

/** The lines of questions.json as it is now: the order in which everything lists the questions. */
export function questions(): readonly Question[] {
  return readJson(join(__dirname, '..', 'questions.json'), 'datasets/questions.json');
}

/**
 * Every question that has SQL: those of questions.json in its order, then by name those that it does not know yet.
 * List and files are read whenever they are asked for, so that a running pipeline answers with the SQL as it is now.
 */
export function views(): readonly View[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.sql'));
  const written = files.map((file) => file.slice(0, -'.sql'.length)).sort();
  const listed = questions();
  const others = written.filter((name) => !listed.some((question) => question.name === name));
  return [...listed.filter(({ name }) => written.includes(name)), ...others.map(unlisted)].map((question) => ({
    ...question,
    get sql() {
      return readFileSync(join(FOLDER, `${question.name}.sql`), 'utf8');
    },
    get grain() {
      return this.sql.slice(0, this.sql.indexOf('\n')).replace(/^-- /, '');
    },
  }));
}

/** @throws Error naming the known views when there is none called `name`. */
export function viewNamed(name: string): View {
  const known = views();
  const view = known.find((candidate) => candidate.name === name);
  if (!view) throw new Error(`no view '${name}' (known: ${known.map((each) => each.name).join(', ')})`);
  return view;
}

/** Path in the project of the file that answers the question `name`. */
export function viewFile(name: string): string {
  return `datasets/sql/views/${name}.sql`;
}

/** What is said of a question without a line in questions.json. */
function unlisted(name: string): Question {
  return { name, asks: `${name.replaceAll('_', ' ')}?`, picture: 'bars' };
}
