import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Picture } from '../schema';
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
}

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
