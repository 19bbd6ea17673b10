import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { SCHEMAS } from '../schema';
import { viewNamed, views } from '.';
import expected from './fixture/expected.json';
import { cleaned, cleanSelect, load, openDuckdb, type Row, rowsOf } from './testing/duckdb';

const ANSWERS: Record<string, unknown[][]> = expected.views;
/** What the fixture has records of: the parts of a post. */
const FED = ['pin', 'geo', 'user'] as const;

let connection: DuckDBConnection;
const records: Record<string, Row[]> = {};
beforeAll(async () => {
  connection = await openDuckdb();
  for (const dataset of FED) {
    const lines = readFileSync(join(__dirname, 'fixture', `${dataset}.ndjson`), 'utf8')
      .trimEnd()
      .split('\n');
    records[dataset] = await cleaned(connection, dataset, ...lines);
    await load(connection, ...lines);
    await connection.run(`create table ${dataset} as select * from (${cleanSelect(dataset)}) where outcome = 'clean'`);
  }
});
afterAll(() => connection.closeSync());

const lineNumber = (row: Row) => row.arrival_time_ms;

test.each(FED)('%s: clean rows are those worked out by hand', (dataset) => {
  const columns = [...SCHEMAS[dataset].cleanColumns.map(({ name }) => name), 'findings'];
  const rows = records[dataset]!.filter(({ outcome }) => outcome === 'clean').sort(
    (a, b) => Number(a.ind) - Number(b.ind),
  );
  expect(rows.map((row) => columns.map((column) => row[column]))).toEqual(expected.clean[dataset]);
});

test.each(FED)('%s: the rest is in quarantine with its reason and its text, or a duplicate', (dataset) => {
  const quarantined = records[dataset]!.filter(({ outcome }) => outcome === 'quarantined');
  const duplicates = records[dataset]!.filter(({ outcome }) => outcome === 'duplicate');
  expect(quarantined.map((row) => [lineNumber(row), row.reason])).toEqual(expected.quarantined[dataset]);
  expect(quarantined.every(({ line }) => typeof line === 'string' && line.length > 0)).toBe(true);
  expect(duplicates.map(lineNumber)).toEqual(expected.duplicates[dataset]);
});

test.each(Object.keys(ANSWERS))('%s: the answer is the one worked out by hand', async (name) => {
  const rows = await rowsOf(connection, viewNamed(name).sql);
  expect(rows.map((row) => Object.values(row))).toEqual(ANSWERS[name]);
});

test('the fixture answers no question that is not there', () => {
  const names = views().map(({ name }) => name);
  expect(Object.keys(ANSWERS).length).toBeGreaterThan(10);
  expect(Object.keys(ANSWERS).filter((name) => !names.includes(name))).toEqual([]);
});
