import type { Dataset } from '../schema';
import { viewNamed } from '../sql';

/** Text of ours, and what stands in its place. */
export type Replacement = readonly [from: string, to: string];

/**
 * A way in which people read a cleaning rule or a question, and get other numbers: the SQL of ours, changed so that it does just this.
 * What is changed runs on DuckDB.
 */
export interface Mistake {
  readonly id: string;
  /** The rule that it breaks; left out where it is a definition of the questions that it changes. */
  readonly rule?: string;
  /** What was done, in a sentence. */
  readonly words: string;
  /** Changes of `sql/clean/`. */
  readonly clean?: Partial<Readonly<Record<Dataset, readonly Replacement[]>>>;
  /** Clean columns whose values the mistake changes, as `pin.follower_count`; left out where it changes which rows there are. */
  readonly columns?: readonly string[];
  /** Changes of `sql/views/`, made in every question that has such a text, or in those of `questions` alone. */
  readonly views?: readonly Replacement[];
  readonly questions?: readonly string[];
  /** Whole texts of questions, or the name of another question that is answered instead. */
  readonly sql?: Readonly<Record<string, string>>;
  /**
   * Which of several rows comes is left to chance: any one of the rows that `candidates` makes of the question does, one for each group.
   * A group is what has the same values in so many first columns.
   */
  readonly anyOf?: { readonly groups: number; readonly candidates: readonly Replacement[] };
  /** A record, what cleaning makes of the first of `columns`, and what this makes of it. */
  readonly example?: { readonly record: object; readonly right: unknown; readonly wrong: unknown };
}

/** The text with every replacement whose `from` it contains; undefined where it contains none of them. */
export function replaced(text: string, replacements: readonly Replacement[]): string | undefined {
  const fitting = replacements.filter(([from]) => text.includes(from));
  return fitting.length === 0 ? undefined : fitting.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
}

/** The text of a question with a mistake in it; undefined where it has no place for it. */
export function mistaken(
  mistake: Mistake,
  { name, sql }: { readonly name: string; readonly sql: string },
): string | undefined {
  if (mistake.questions && !mistake.questions.includes(name)) return undefined;
  const whole = mistake.sql?.[name];
  if (whole !== undefined) return /\s/.test(whole) ? whole : viewNamed(whole).sql;
  return mistake.views && replaced(sql, mistake.views);
}
