import { ruleOf, rulesOf, sentenceOf } from '@pipeline/datasets/rules';
import { type Dataset, type Layer, SCHEMAS } from '@pipeline/datasets/schema';
import { CLEAN_SQL, duckdbRawRelation } from '@pipeline/datasets/sql';
import type { Cell, CleanedRecord, RuleStep } from '../../serving/contract';
import type { Tables, ViewResult } from '../../tables';

/** Where a record stands among those that a layer has taken in. */
export interface Arrival {
  readonly timestampMs: number;
  readonly partition: string;
  readonly order: string;
}

/** A record's row in its layer. */
export interface CleanRow {
  readonly outcome: CleanedRecord['outcome'];
  readonly reason: string | null;
  readonly findings: readonly string[];
  readonly ind: Cell;
  /** When the ingest that took it in was committed; undefined when that is not known any more. */
  readonly committedMs: number | undefined;
  readonly values: Readonly<Record<string, Cell>>;
}

/** The row of one record; undefined while the layer has not taken it in. */
export async function rowOf(
  tables: Tables,
  layer: Layer,
  dataset: Dataset,
  { timestampMs, partition, order }: Arrival,
): Promise<CleanRow | undefined> {
  const result = await tables.layer(layer).read(
    `select ${columnsOf(dataset)}, r.outcome, r.reason, r.findings, r.ingest from ${layer}.${dataset}_records as r
    where r.arrival_time_ms = $1::bigint and r.arrival_partition = $2 and r.arrival_order = $3`,
    [BigInt(timestampMs), partition, order],
  );
  const [row] = rowsOf(result);
  if (row === undefined) return undefined;
  return {
    outcome: row.outcome as CleanRow['outcome'],
    reason: row.reason as string | null,
    findings: String(row.findings)
      .split(',')
      .filter((finding) => finding !== ''),
    ind: row.ind!,
    committedMs: tables.layer(layer).committedMs(BigInt(String(row.ingest))),
    values: row,
  };
}

/** A cleaned record with the rules that changed its fields, found by cleaning it alone, step by step. */
export async function cleanedRecord(
  tables: Tables,
  layer: Layer,
  dataset: Dataset,
  row: CleanRow,
  line: string,
): Promise<CleanedRecord> {
  const stages = await stagesOf(tables, layer, dataset, line);
  return {
    outcome: row.outcome,
    reason: row.reason,
    reasonWords: row.reason === null ? null : (sentenceOf(row.reason) ?? row.reason),
    columns: SCHEMAS[dataset].cleanColumns.map(({ name, type }) => ({
      name,
      type,
      value: row.values[name]!,
      from: sourcesOf(dataset, name),
    })),
    findings: row.findings.map((finding) => ({ finding, words: sentenceOf(finding) ?? finding })),
    steps: stages === undefined ? [] : stepsOf(dataset, stages, row),
  };
}

/** Fields that a clean column is made of. */
export function sourcesOf(dataset: Dataset, column: string): string[] {
  const { sourceColumns } = SCHEMAS[dataset];
  const own = rulesOf(dataset, column).filter(({ columns }) => !columns.includes('*'));
  const named = own.flatMap(({ fields }) => fields);
  const same = sourceColumns.filter(({ name }) => name === column).map(({ name }) => name);
  const sources = [...new Set([...same, ...named])].filter((field) => field !== '*');
  return sources;
}

type Fields = Readonly<Record<string, Cell>>;

interface Stages {
  readonly raw: Fields;
  readonly trimmed: Fields;
  readonly normalised: Fields;
}

/** The fields of one line as they are, trimmed, and with words for nothing removed; undefined when the SQL has other steps. */
async function stagesOf(tables: Tables, layer: Layer, dataset: Dataset, line: string): Promise<Stages | undefined> {
  const sql = CLEAN_SQL[dataset];
  const end = sql.indexOf('),\nmarked as (');
  const begin = sql.indexOf('with trimmed as (');
  if (begin < 0 || end < 0) return undefined;
  const raw = duckdbRawRelation(
    dataset,
    "(select $1::string as line, 0::bigint as arrival_time_ms, '' as arrival_partition, '' as arrival_order)",
  );
  const fields = SCHEMAS[dataset].sourceColumns
    .map(({ name }) => name)
    .filter((name) => name !== 'index' && name !== 'ind');
  const select = fields.flatMap((field) => [
    `r.f_${field} as "raw/${field}"`,
    `t.${field} as "trimmed/${field}"`,
    `n.${field} as "normalised/${field}"`,
  ]);
  const result = await tables
    .layer(layer)
    .read(
      `with raw_${dataset} as (${raw}), ${sql.slice(begin + 'with '.length, end)}) select ${select.join(', ')}
      from raw_${dataset} as r, trimmed as t, normalised as n`,
      [line],
    )
    .catch(() => undefined);
  const [row] = result === undefined ? [] : rowsOf(result);
  if (row === undefined) return undefined;
  const stage = (name: string) =>
    Object.fromEntries(fields.map((field) => [field, row[`${name}/${field}`] ?? null])) as Fields;
  return { raw: stage('raw'), trimmed: stage('trimmed'), normalised: stage('normalised') };
}

/** What each rule did, in the order in which they are applied. */
function stepsOf(dataset: Dataset, { raw, trimmed, normalised }: Stages, row: CleanRow): RuleStep[] {
  return SCHEMAS[dataset].cleanColumns.flatMap(({ name: column }) => {
    const field = sourcesOf(dataset, column).find((each) => each in raw);
    if (field === undefined) return [];
    const steps: RuleStep[] = [];
    const step = (rule: { id: string; words: string } | undefined, before: Cell, after: Cell) => {
      if (rule !== undefined && JSON.stringify(before) !== JSON.stringify(after))
        steps.push({ rule: rule.id, words: rule.words, column, before, after });
    };
    const every = rulesOf(dataset, column);
    const own = every.filter(({ columns }) => !columns.includes('*'));
    step(
      every.find(({ id }) => id === 'R5'),
      raw[field]!,
      trimmed[field]!,
    );
    const emptied = normalised[field] === null ? every.find(({ id }) => id === 'R6') : undefined;
    step(emptied ?? own[0] ?? every.find(({ id }) => id === 'R6'), trimmed[field]!, normalised[field]!);
    const noted = row.findings.map(ruleOf).find((rule) => rule !== undefined && own.includes(rule));
    const value = row.values[column]!;
    // Text that stands for the same number or moment has not been changed by any rule but the cast of R1.
    // A list reads like the text it was made of, and is none.
    if (Array.isArray(value) || String(value) !== String(normalised[field]))
      step(noted ?? own[0] ?? every.find(({ id }) => id === 'R1'), normalised[field]!, value);
    return steps;
  });
}

function columnsOf(dataset: Dataset): string {
  return SCHEMAS[dataset].cleanColumns.map(({ name }) => `r.${name}`).join(', ');
}

export function rowsOf({ columns, rows }: ViewResult): Record<string, Cell>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]!])));
}
