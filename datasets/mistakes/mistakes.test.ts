import type { DuckDBConnection } from '@duckdb/node-api';
import { RULES } from '../rules';
import { type Dataset, SCHEMAS } from '../schema';
import { CLEAN_SQL, duckdbRawRelation, questions, views } from '../sql';
import { cleaned, openDuckdb, rowsOf, smallest } from '../sql/testing/duckdb';
import { changedBy, MISTAKES, type Mistake, mistaken, replaced } from '.';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openDuckdb();
});
afterAll(() => connection.closeSync());

const named = (mistakes: readonly Mistake[]) => mistakes.map((mistake) => [mistake.id, mistake] as const);
const cleaning = MISTAKES.filter(({ clean }) => clean !== undefined);
const asking = MISTAKES.filter(({ clean }) => clean === undefined);

test('every mistake has a name of its own, and words that are a sentence', () => {
  expect(new Set(MISTAKES.map(({ id }) => id)).size).toBe(MISTAKES.length);
  expect(MISTAKES.length).toBeGreaterThan(50);
  for (const { id, words } of MISTAKES) {
    expect(id).toMatch(/^[a-z0-9-]+$/);
    expect([id, words]).toEqual([id, expect.stringMatching(/^[A-Z'].*\.$|^['A-Za-z].*\.$/)]);
  }
});

test.each(named(cleaning))('%s changes text that is there, and names a rule that is there', (_, mistake) => {
  for (const dataset of changedBy(mistake))
    for (const [from] of mistake.clean![dataset]!) expect(CLEAN_SQL[dataset]).toContain(from);
  expect(RULES.map(({ id }) => id)).toContain(mistake.rule);
});

test.each(named(asking))('%s changes every question that it names, and one at least', (_, mistake) => {
  const changed = views().filter((view) => mistaken(mistake, view) !== undefined);
  expect(changed.length).toBeGreaterThan(0);
  const wanted = mistake.questions ?? Object.keys(mistake.sql ?? {});
  const known = questions().map(({ name }) => name);
  expect(
    wanted.filter((name) => known.includes(name)).filter((name) => !changed.some((view) => view.name === name)),
  ).toEqual([]);
});

const examples = cleaning.filter(({ example }) => example !== undefined);

test.each(named(examples))(
  'ours does not make the mistake %s, and what is said of it is what it makes',
  async (_, mistake) => {
    const { record, right, wrong } = mistake.example!;
    const [dataset, column] = mistake.columns![0]!.split('.') as [Dataset, string];
    const value = smallest(dataset, record);
    const [ours] = await cleaned(connection, dataset, value);
    expect(ours![column]).toEqual(right);
    const text = replaced(CLEAN_SQL[dataset], mistake.clean![dataset]!)!;
    const line = JSON.stringify(value).replaceAll("'", "''");
    const raw = duckdbRawRelation(
      dataset,
      `(select '${line}' as line, 0::bigint as arrival_time_ms, '0' as arrival_partition, '0' as arrival_order)`,
    );
    const [theirs] = await rowsOf(connection, `with raw_${dataset} as (${raw}) select * from (${text})`);
    expect(theirs![column]).toEqual(wrong);
  },
);

test('what a mistake says that it changes are clean columns', () => {
  for (const { columns = [] } of MISTAKES)
    for (const column of columns) {
      const [dataset, name] = column.split('.') as [Dataset, string];
      expect(SCHEMAS[dataset].cleanColumns.map((each) => each.name)).toContain(name);
    }
});
