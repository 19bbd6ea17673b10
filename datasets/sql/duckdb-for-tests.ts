import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Dataset } from '../schema';
import { CLEAN_SQL, duckdbFunctions, duckdbRawRelation } from '.';

export type Row = Record<string, unknown>;

export const UUID = '00000000-0000-4000-8000-000000000001';
/** The smallest records that are clean, with `fields` set. */
export const pin = (fields: object = {}) => ({ index: 1, unique_id: UUID, title: 'A title', ...fields });
export const geo = (fields: object = {}) => ({ ind: 1, timestamp: '2020-01-02T03:04:05Z', country: 'Peru', ...fields });
export const user = (fields: object = {}) => ({ ind: 1, first_name: 'Ada', last_name: 'Stone', age: 30, ...fields });

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
  await connection.run(
    'create or replace temp table records (line string, arrival_time_ms bigint, arrival_partition string, arrival_order string)',
  );
  for (const [index, record] of records.entries()) {
    await connection.run("insert into records values ($1, $2, '0', $3)", [
      typeof record === 'string' ? record : JSON.stringify(record),
      BigInt(index),
      String(index).padStart(20, '0'),
    ]);
  }
  return rowsOf(connection, `${cleanSelect(dataset)} order by arrival_order`);
}

/** The clean file over the relation `records`, as one SELECT. */
export function cleanSelect(dataset: Dataset): string {
  return `with raw_${dataset} as (${duckdbRawRelation(dataset, 'records')}) select * from (${CLEAN_SQL[dataset]})`;
}
