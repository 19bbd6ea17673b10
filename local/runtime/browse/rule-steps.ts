import { ruleNamed, rulesOf } from '@pipeline/datasets/rules';
import { type Dataset, SCHEMAS } from '@pipeline/datasets/schema';
import { cleanSqlWithout, duckdbRawRelation, ruleSwitches } from '@pipeline/datasets/sql';
import type { Cell, RuleStep } from '../../serving/contract';
import type { ViewResult } from '../../tables';
import { rowsOf, sourcesOf } from './cleaned';

/** Rows of a statement whose one parameter is `line`. */
type Read = (sql: string, line: string) => Promise<ViewResult>;
type Row = Readonly<Record<string, Cell>>;

/**
 * What each rule did to each column of one record: the record is cleaned without any rule that can be switched off, then with one more each
 * time, and what differs is that rule's. The first cleaning puts together what a column has from several fields.
 */
export async function ruleSteps(read: Read, dataset: Dataset, line: string): Promise<RuleStep[]> {
  const switches = ruleSwitches(dataset);
  const cleanedWith = async (on: number): Promise<Row | undefined> => {
    const sql = cleanSqlWithout(dataset, switches.slice(on));
    const [row] = rowsOf(await read(`with raw_${dataset} as (${rawOf(dataset)}) select * from (${sql}) as c`, line));
    return row;
  };
  const [raw] = rowsOf(
    await read(
      `select r.* exclude (is_object), cast(r.is_object as string) as is_object from (${rawOf(dataset)}) as r`,
      line,
    ),
  );
  let before = await cleanedWith(0);
  // A line that is no object has no fields that a rule could change.
  if (raw === undefined || before === undefined || raw.is_object !== 'true') return [];
  const steps = firstSteps(dataset, raw, before);
  for (const [at, { rule }] of switches.entries()) {
    const after: Row = (await cleanedWith(at + 1)) ?? {};
    for (const column of columnsOf(dataset))
      if (!isSame(before[column] ?? null, after[column] ?? null))
        steps.push(stepOf(rule, column, before[column] ?? null, after[column] ?? null));
    before = after;
  }
  return steps;
}

/** Fields against columns before any rule that can be switched off. */
function firstSteps(dataset: Dataset, raw: Row, first: Row): RuleStep[] {
  return columnsOf(dataset).flatMap((column) => {
    const fields = sourcesOf(dataset, column).map((field) => raw[`f_${field}`] ?? null);
    const given = fields.filter((field) => field !== null);
    const after = first[column] ?? null;
    const before = given.length > 1 ? given : (given[0] ?? null);
    // What a rule makes of several fields is not there before it.
    if (isSame(before, after) || (after === null && fields.length > 1)) return [];
    return [stepOf(makerOf(dataset, column), column, before, after)];
  });
}

/** Several fields are put together by the column's own rule; all that is left is the cast. */
function makerOf(dataset: Dataset, column: string): string {
  const own = rulesOf(dataset, column).find(({ columns, fields }) => !columns.includes('*') && fields.length > 1);
  return own?.id ?? 'R1';
}

function stepOf(rule: string, column: string, before: Cell, after: Cell): RuleStep {
  return { rule, words: ruleNamed(rule).words, column, before, after };
}

/** Text that stands for the same number or moment has not been changed; a list reads like the text it was made of, and is another. */
function isSame(before: Cell, after: Cell): boolean {
  if (Array.isArray(before) || Array.isArray(after) || before === null || after === null)
    return JSON.stringify(before) === JSON.stringify(after);
  return String(before) === String(after);
}

const columnsOf = (dataset: Dataset): string[] => SCHEMAS[dataset].cleanColumns.map(({ name }) => name);

const rawOf = (dataset: Dataset): string =>
  duckdbRawRelation(
    dataset,
    "(select $1::string as line, 0::bigint as arrival_time_ms, '' as arrival_partition, '' as arrival_order)",
  );
