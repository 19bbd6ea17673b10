import { rulesOf, sentenceOf } from '@pipeline/datasets/rules';
import { type Dataset, type Layer, SCHEMAS } from '@pipeline/datasets/schema';
import type { Cell, CleanedRecord } from '../../serving/contract';
import type { Tables, ViewResult } from '../../tables';
import type { RuleDesk } from './rule-desk';

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

/** A cleaned record with the rules that changed its fields, found by cleaning it alone, with one rule more each time. */
export async function cleanedRecord(
  rules: RuleDesk,
  dataset: Dataset,
  row: CleanRow,
  line: string,
): Promise<CleanedRecord> {
  const steps = await rules.steps(dataset, line);
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
    steps,
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

function columnsOf(dataset: Dataset): string {
  return SCHEMAS[dataset].cleanColumns.map(({ name }) => `r.${name}`).join(', ');
}

export function rowsOf({ columns, rows }: ViewResult): Record<string, Cell>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]!])));
}
