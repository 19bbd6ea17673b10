import { MISTAKES, type Mistake, mistaken } from '@pipeline/datasets/mistakes';
import type { View } from '@pipeline/datasets/sql';
import { columnsIn } from '../runtime/answer-handlers';
import type { ViewResult } from '../tables/result';
import { apartInAnswer } from './apart';
import { canonical, NULL_TEXT } from './canonical';
import type { Cause, Evidence, Finding } from './finding';
import type { Relation } from './reading';
import type { Columns } from './subjects';
import type { Truth } from './truth';

/** Most time that pairs of mistakes are tried for one answer. */
const PAIRS_MS = 30_000;
const SHOWN = 3;

export interface AnswerWork {
  readonly truth: Truth;
  /** Records that show every mistake, to tell mistakes apart. */
  readonly probes: () => Promise<Truth>;
  /** When trying pairs has to end, in ms since 1970. */
  readonly deadlineMs?: number;
}

/** Compares an answer of theirs with ours, whatever its order and its forms of numbers, and finds what gives theirs. */
export async function findInAnswer(
  work: AnswerWork,
  view: View,
  { theirs, guessed }: Columns,
  relation: Relation,
): Promise<Finding> {
  const right = (await work.truth.answer(view, []))!;
  const columns = right.columns.map(({ name }) => `cast("${theirs[name]!.replaceAll('"', '""')}" as varchar)`);
  const given = await work.truth.rows(`select ${columns.join(', ')} from main.${relation.table}`);
  const own = rowsOf(right, given);
  const should = rowsOf(right);
  const base = { path: relation.path, of: view.name, columns: theirs, guessed, notes: notesOf(own) };
  if (same(own, should)) {
    const summary = `${rowsText(own.length)}, as they should be`;
    return { ...base, verdict: 'right', summary, causes: [], apart: null, evidence: [] };
  }
  const causes = await causesOf(work, view, own);
  return {
    ...base,
    verdict: 'wrong',
    summary: summaryOf(own, should, causes.length > 0),
    causes: causes.map((mistakes) => causeOf(mistakes, view.name, [])),
    apart: causes.length > 1 ? await apartInAnswer(await work.probes(), view, causes) : null,
    evidence: evidenceOf(own, should, view),
  };
}

/** Mistakes that change anything which the question reads. */
export function candidatesFor(view: View): Mistake[] {
  const reads = columnsIn(view.sql);
  // Which person a row belongs to is in no column of the exercise, but in every count of people.
  return MISTAKES.filter((mistake) =>
    mistake.clean
      ? mistake.columns === undefined || mistake.columns.some((column) => reads.includes(column))
      : mistaken(mistake, view) !== undefined,
  );
}

async function causesOf(work: AnswerWork, view: View, own: readonly string[]): Promise<Mistake[][]> {
  const { truth } = work;
  const candidates = candidatesFor(view);
  const singles: Mistake[][] = [];
  for (const mistake of candidates) if (await reproduces(truth, view, [mistake], own)) singles.push([mistake]);
  if (singles.length > 0) return singles;
  const deadline = Math.min(work.deadlineMs ?? Number.POSITIVE_INFINITY, Date.now() + PAIRS_MS);
  const pairs: Mistake[][] = [];
  const idle = new Set<Mistake>();
  for (const mistake of candidates) if (mistake.clean && !(await truth.changes(view, [mistake]))) idle.add(mistake);
  for (const pair of pairsOf(candidates)) {
    if (Date.now() > deadline) break;
    // What changes nothing in these records gives with another what that gives alone.
    if (pair.every(({ clean }) => clean) && pair.some((mistake) => idle.has(mistake))) continue;
    if (await reproduces(truth, view, pair, own)) pairs.push(pair);
  }
  return pairs;
}

/** Every two, those last that make the tables anew. */
function pairsOf(mistakes: readonly Mistake[]): Mistake[][] {
  const pairs = mistakes.flatMap((one, at) => mistakes.slice(at + 1).map((other) => [one, other]));
  const cost = (pair: readonly Mistake[]) => (pair.every(({ clean }) => clean !== undefined) ? 1 : 0);
  return pairs.sort((a, b) => cost(a) - cost(b));
}

/** Whether mistakes give just these rows. */
export async function reproduces(
  truth: Truth,
  view: View,
  mistakes: readonly Mistake[],
  own: readonly string[],
): Promise<boolean> {
  const answer = await truth.answer(view, mistakes).catch(() => undefined);
  if (answer === undefined) return false;
  const chance = mistakes.find(({ anyOf }) => anyOf !== undefined)?.anyOf;
  return chance ? isOneOfEach(own, rowsOf(answer), chance.groups) : same(own, rowsOf(answer));
}

/** Whether there is one row for each group, and all are among those that may come. */
function isOneOfEach(own: readonly string[], candidates: readonly string[], groups: number): boolean {
  const groupOf = (row: string) => JSON.stringify((JSON.parse(row) as string[]).slice(0, groups));
  const wanted = new Set(candidates.map(groupOf));
  const known = new Set(candidates);
  return (
    own.length === wanted.size && new Set(own.map(groupOf)).size === wanted.size && own.every((row) => known.has(row))
  );
}

/** Rows in one form, sorted: of the answer itself, or of other rows with its columns. */
export function rowsOf(answer: ViewResult, others?: readonly (readonly unknown[])[]): string[] {
  const known = others === undefined ? inOneForm.get(answer) : undefined;
  if (known !== undefined) return known;
  const { columns, rows } = answer;
  const texts = (others ?? rows)
    .map((row) => JSON.stringify(row.map((value, at) => canonical(value, columns[at]!.type, columns[at]!.name))))
    .sort();
  if (others === undefined) inOneForm.set(answer, texts);
  return texts;
}

const inOneForm = new WeakMap<ViewResult, string[]>();

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((row, at) => row === b[at]);

/** What is in one list and not in the other, repeats counted. */
export function without(rows: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const row of others) left.set(row, (left.get(row) ?? 0) + 1);
  return rows.filter((row) => {
    const more = left.get(row) ?? 0;
    if (more > 0) left.set(row, more - 1);
    return more === 0;
  });
}

function summaryOf(own: readonly string[], should: readonly string[], isExplained: boolean): string {
  const [surplus, missing] = [without(own, should).length, without(should, own).length];
  const text = `${rowsText(own.length)}, ${surplus} of them wrong, and ${missing} of the ${should.length} right ones missing`;
  return !isExplained && own.length > 4 && surplus > 0.95 * own.length && missing > 0.95 * should.length
    ? `${text}; it may be the answer of another source`
    : text;
}

export function causeOf(mistakes: readonly Mistake[], otherwise: string, columns: readonly string[]): Cause {
  return {
    mistakes: mistakes.map(({ id }) => id),
    breaks: [...new Set(mistakes.map(({ rule }) => rule ?? otherwise))],
    words: mistakes.map(({ words }) => words).join(' And: '),
    columns,
  };
}

/** Rows of theirs that are wrong, each beside the right one of its group. */
function evidenceOf(own: readonly string[], should: readonly string[], view: View): Evidence[] {
  const wrong = without(own, should);
  const missing = without(should, own);
  const text = (row: string | undefined) =>
    row === undefined
      ? 'no such row'
      : (JSON.parse(row) as string[]).map((value) => (value === NULL_TEXT ? 'NULL' : value)).join(', ');
  const keyOf = (row: string) => (JSON.parse(row) as string[])[0];
  const shown = wrong.slice(0, SHOWN).map((row) => {
    const right = missing.find((each) => keyOf(each) === keyOf(row));
    return { row: view.name, theirs: text(row), right: text(right) };
  });
  return shown.length > 0
    ? shown
    : missing.slice(0, SHOWN).map((row) => ({ row: view.name, theirs: 'no such row', right: text(row) }));
}

function notesOf(own: readonly string[]): string[] {
  const repeats = own.length - new Set(own).size;
  return repeats > 0 ? [`${repeats} rows are there more than once`] : [];
}

function rowsText(rows: number): string {
  return rows === 1 ? '1 row' : `${rows.toLocaleString('en')} rows`;
}
