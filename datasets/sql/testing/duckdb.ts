import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBPreparedStatement,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';
import { DATASETS, type Dataset, SCHEMAS } from '../../schema';
import { CLEAN_SQL, duckdbFunctions, duckdbRawRelation, viewNamed } from '..';

export type Row = Record<string, unknown>;

export const UUID = '00000000-0000-4000-8000-000000000001';
/** The smallest record that is clean, with `fields` set. */
export const smallest = (dataset: Dataset, fields: object = {}) => ({ ...SCHEMAS[dataset].smallestRecord, ...fields });
export const pin = (fields?: object) => smallest('pin', fields);
export const geo = (fields?: object) => smallest('geo', fields);
export const user = (fields?: object) => smallest('user', fields);

/** A connection to an empty database in memory, on which the shared functions exist. */
export async function openDuckdb(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  for (const statement of duckdbFunctions()) await connection.run(statement);
  return connection;
}

/** Rows as plain values: whole numbers as numbers, timestamps as ISO text, arrays as arrays. */
export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowObjectsJS().map((row) => plain(row) as Row);
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString().replace(/\.?0*Z$/, 'Z');
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  return value;
}

/**
 * What the clean file says about records of one feed, in the order given: text as it is, anything else as JSON. Record *n*
 * arrives at *n* ms, at offset *n* of partition 0.
 */
export async function cleaned(connection: DuckDBConnection, dataset: Dataset, ...records: unknown[]): Promise<Row[]> {
  const statement = await plan(connection, dataset);
  statement.bindList(1, records.map(lineOf), LIST(VARCHAR));
  return (await statement.runAndReadAll()).getRowObjectsJS().map((row) => plain(row) as Row);
}

/** Plans are kept: making one takes longer than a test. */
const plans = new WeakMap<DuckDBConnection, Map<Dataset, DuckDBPreparedStatement>>();

async function plan(connection: DuckDBConnection, dataset: Dataset): Promise<DuckDBPreparedStatement> {
  const known = plans.get(connection) ?? new Map<Dataset, DuckDBPreparedStatement>();
  plans.set(connection, known);
  const statement =
    known.get(dataset) ??
    (await connection.prepare(`${cleanSelect(dataset, `(${placed('$1')})`)} order by arrival_order`));
  known.set(dataset, statement);
  return statement;
}

/** Makes the table `records` of records placed as by `cleaned`. */
export async function load(connection: DuckDBConnection, ...records: unknown[]): Promise<void> {
  await connection.run(
    `create or replace temp table records as ${placed('$1')}`,
    [listValue(records.map(lineOf))],
    [LIST(VARCHAR)],
  );
}

/** The clean file over the relation `records`, as one SELECT. */
export function cleanSelect(dataset: Dataset, records = 'records'): string {
  return `with raw_${dataset} as (${duckdbRawRelation(dataset, records)}) select * from (${CLEAN_SQL[dataset]})`;
}

/** The rows of a question over these records, after cleaning. */
export async function answerOver(
  connection: DuckDBConnection,
  view: string,
  records: Partial<Record<Dataset, unknown[]>>,
): Promise<unknown[][]> {
  for (const dataset of DATASETS) {
    await load(connection, ...(records[dataset] ?? []));
    await connection.run(
      `create or replace table ${dataset} as select * from (${cleanSelect(dataset)}) where outcome = 'clean'`,
    );
  }
  return (await rowsOf(connection, viewNamed(view).sql)).map((row) => Object.values(row));
}

const lineOf = (record: unknown) => (typeof record === 'string' ? record : JSON.stringify(record));

const placed = (lines: string) => `
  select l.line, l.nth - 1 as arrival_time_ms, '0' as arrival_partition, lpad(cast(l.nth - 1 as string), 20, '0') as arrival_order
  from (select unnest(${lines}::string[]) as line, generate_subscripts(${lines}::string[], 1) as nth) as l`;
