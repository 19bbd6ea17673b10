import { createHash } from 'node:crypto';
import { type Dataset, SCHEMAS } from '@pipeline/datasets/schema';
import {
  CLEAN_SQL,
  duckdbFunctions,
  duckdbRawRelation,
  duckdbRawRelationOfFiles,
  sqlFunctions,
} from '@pipeline/datasets/sql';

/** One shared function as the SQL files have it. */
export interface SharedFunction {
  readonly name: string;
  /** The statement that creates it. */
  readonly statement: string;
}

/** The shared functions as their file says now. */
export function sharedFunctions(): SharedFunction[] {
  const statements = duckdbFunctions();
  return sqlFunctions().map(({ name }, at) => ({ name, statement: statements[at]! }));
}

/**
 * Tells the rules that clean one dataset from others: its SQL, the functions that this calls, its columns. Comments and blanks do not count.
 *
 * @param clean the dataset's SQL. @default as its file says now
 */
export function rulesDigest(
  dataset: Dataset,
  functions: readonly SharedFunction[] = sharedFunctions(),
  clean: string = CLEAN_SQL[dataset],
): string {
  const known = latest.get(dataset);
  if (known?.functions === functions && known.clean === clean) return known.digest;
  const raw = [duckdbRawRelation(dataset, 'records'), duckdbRawRelationOfFiles(dataset, 'lines')];
  const columns = JSON.stringify(SCHEMAS[dataset].cleanColumns);
  const text = [...raw, clean, columns].map(essence).join('\n');
  const called = calledIn(text, functions).map(({ statement }) => essence(statement));
  const digest = createHash('sha256')
    .update([text, ...called].join('\n'))
    .digest('hex')
    .slice(0, 16);
  latest.set(dataset, { functions, clean, digest });
  return digest;
}

/** What was told last of each dataset: every few records that come ask for it. */
const latest = new Map<Dataset, { functions: readonly SharedFunction[]; clean: string; digest: string }>();

/** Functions that a text calls, and those that these call. A function stands after all that it calls itself. */
function calledIn(text: string, functions: readonly SharedFunction[]): SharedFunction[] {
  const called: SharedFunction[] = [];
  let calling = text;
  for (const each of [...functions].reverse()) {
    if (!new RegExp(`\\b${each.name}\\b`, 'i').test(calling)) continue;
    called.push(each);
    calling += `\n${each.statement}`;
  }
  return called;
}

/** A statement without its comments, and with one blank where there were several. Texts in quotes stay as they are. */
function essence(sql: string): string {
  return sql.replace(/('(?:[^']|'')*')|(?:--[^\n]*|\s+)+/g, (_, quoted: string | undefined) => quoted ?? ' ').trim();
}
