import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import { views } from '@pipeline/datasets/sql';
import { type SourceOptions, syntheticPosts } from '@pipeline/datasets/synthetic';
import { type RawRecord, Tables, type ViewResult } from '.';
import { ServingMoment } from './serving-moment';

jest.setTimeout(120_000);

const SOURCES: readonly SourceOptions[] = [
  { seed: 100, posts: 600 },
  { seed: 7, posts: 600, hardMode: true },
  { seed: 23, posts: 600, hardMode: true },
];
/** Keys at the rim, in the middle, in both layers and in one alone. */
const KEYS = [1, 150, 420];

const keyOf = (value: unknown): string => {
  const { index, ind } = value as Record<string, unknown>;
  return String(index ?? ind).trim();
};

/** Tables of which each layer has a part of a source, and of the keys that both have now one, now the other the later record. */
async function tablesOf(source: SourceOptions, without?: number): Promise<Tables> {
  const tables = await Tables.open(':memory:');
  const posts = [...syntheticPosts(source)];
  const parts = { batch: posts.slice(0, 450), speed: posts.slice(150) };
  for (const layer of LAYERS) {
    for (const dataset of DATASETS) {
      const records = parts[layer]
        .flatMap((post, nth) =>
          post.records.filter((each) => each.dataset === dataset).map((each) => ({ ...each, nth })),
        )
        .map(({ value, nth }, order): RawRecord & { key: string } => ({
          key: keyOf(value),
          line: JSON.stringify(value),
          arrivalTimeMs: layer === 'batch' ? 10 + (nth % 3) : 11,
          arrivalPartition: '0',
          arrivalOrder: String(order).padStart(20, '0'),
        }));
      await tables.layer(layer).ingest(
        dataset,
        records.filter(({ key }) => without === undefined || key !== String(without)),
        {},
      );
    }
  }
  return tables;
}

/** Every question put straight to the relations of the serving layer. */
async function straight(tables: Tables): Promise<ViewResult['rows'][]> {
  const rows: ViewResult['rows'][] = [];
  // The first question over new rows is never answered from a copy.
  for (const { name } of views()) {
    await tables.layer('batch').ingest('pin', [], {});
    rows.push((await tables.view('serving', name)).rows);
  }
  return rows;
}

test.each(SOURCES)('answers from copied rows are the answers from all rows: %j', async (source) => {
  const tables = await tablesOf(source);
  const expected = await straight(tables);
  expect(expected.flat().length).toBeGreaterThan(100);
  await tables.layer('speed').ingest('pin', [], {});
  const spy = jest.spyOn(ServingMoment.prototype, 'answer');
  const copied: ViewResult['rows'][] = [];
  for (const { name } of [...views()].reverse()) copied.unshift((await tables.view('serving', name)).rows);
  expect(spy).toHaveBeenCalledTimes(views().length - 1);
  spy.mockRestore();
  expect(copied).toEqual(expected);
  await tables.close();
});

test.each(SOURCES)('answers without a key are those of tables that never had it: %j', async (source) => {
  const tables = await tablesOf(source);
  const whole = await straight(tables);
  for (const key of KEYS) {
    const found = await tables.without(BigInt(key), views());
    const other = await tablesOf(source, key);
    expect(found.whole.map(({ rows }) => rows)).toEqual(whole);
    expect(found.left.map(({ rows }) => rows)).toEqual(await straight(other));
    await other.close();
  }
  await tables.close();
});

async function keysOf(tables: Tables, sql: string): Promise<number[]> {
  const own = await tables.connect();
  const keys = (await own.read(sql)).getRows().map(([ind]) => Number(ind));
  await own.close();
  return keys;
}

/** Rows that are in one of two answers alone. */
function changes({ rows: whole }: ViewResult, { rows: left }: ViewResult): string[][] {
  const text = (row: unknown) => JSON.stringify(row);
  const [inWhole, inLeft] = [new Set(whole.map(text)), new Set(left.map(text))];
  return [[...inWhole].filter((row) => !inLeft.has(row)), [...inLeft].filter((row) => !inWhole.has(row))];
}

test.each(SOURCES)('what changes without a key is found among the posts of its groups: %j', async (source) => {
  const tables = await tablesOf(source);
  const answers = new Map<string, ViewResult>();
  for (const { name, sql } of views()) answers.set(sql, await tables.view('serving', name));
  let [changed, narrowed] = [0, 0];
  // Without those that stand first, places change hands.
  const first = await keysOf(tables, 'select p.ind from pin as p order by p.follower_count desc nulls last limit 4');
  for (const key of [...first, 1, 2, 150, 420, 599, 10_000]) {
    const all = await tables.without(BigInt(key), views());
    const inGroups = await tables.without(BigInt(key), views(), (sql) => answers.get(sql));
    for (const [at, { name }] of views().entries()) {
      const expected = changes(all.whole[at]!, all.left[at]!);
      expect([name, key, changes(inGroups.whole[at]!, inGroups.left[at]!)]).toEqual([name, key, expected]);
      changed += expected.flat().length;
      narrowed += Number(inGroups.whole[at]!.rows.length < all.whole[at]!.rows.length);
    }
  }
  expect(changed).toBeGreaterThan(40);
  expect(narrowed).toBeGreaterThan(60);
  await tables.close();
});

test('a question that is of more than its groups is answered over all posts', async () => {
  const tables = await tablesOf(SOURCES[0]!);
  const sql = 'select g.country, (select count(k.ind) from geo as k) as posts from geo as g group by g.country';
  const [whole] = (await tables.without(1n, [{ sql }])).whole;
  const found = await tables.without(1n, [{ sql, groups: ['country'] }], () => whole);
  expect(found.whole[0]!.rows.length).toBeGreaterThan(100);
  expect(new Set(found.left[0]!.rows.map(([, posts]) => posts))).toEqual(new Set([599]));
  await tables.close();
});

test('an answer that somebody has is not computed again, unless something has come', async () => {
  const tables = await tablesOf(SOURCES[0]!);
  const question = 'select count(*) as posts from pin as p';
  const known = { columns: [{ name: 'posts', type: 'BIGINT' }], rows: [[42]] };
  const told = await tables.without(1n, [{ sql: question }], () => known);
  expect([told.whole[0]!.rows, told.left[0]!.rows]).toEqual([[[42]], [[599]]]);
  let asked = 0;
  const meanwhile = tables.without(
    2n,
    [{ sql: question }, { sql: 'select p.ind from pin as p where p.ind = 5' }],
    () => {
      asked += 1;
      return known;
    },
  );
  await tables.layer('speed').ingest('pin', [], {});
  expect((await meanwhile).whole[0]!.rows).toEqual([[600]]);
  expect(asked).toBe(0);
  await tables.close();
});

test('a copy is made anew when rows come', async () => {
  const tables = await tablesOf(SOURCES[0]!);
  const posted = async () => {
    await tables.view('serving', 'top_category_by_year');
    const { rows } = await tables.view('serving', 'posts_by_join_year');
    return rows.reduce((sum, [, posts]) => sum + Number(posts), 0);
  };
  expect(await posted()).toBe(600);
  const [first] = [...syntheticPosts({ seed: 100, posts: 1 })];
  for (const { dataset, value } of first!.records) {
    const key = dataset === 'pin' ? 'index' : 'ind';
    const line = JSON.stringify({ ...(value as object), [key]: 99_999 });
    await tables
      .layer('speed')
      .ingest(dataset, [{ line, arrivalTimeMs: 20, arrivalPartition: '0', arrivalOrder: '9'.repeat(20) }], {});
  }
  expect(await posted()).toBe(601);
  await tables.close();
});

test.each([
  ['select count(*) from pin as p -- all * of it', true],
  ['select p.category, COUNT( * ) from pin as p group by p.category', true],
  ['select p.* from pin as p', false],
  ["select columns('cat.*') from pin as p", false],
  ['select columns(c -> c > 1) from pin as p', false],
  ['select p.ind from pin as p natural join geo as g', false],
  ['select 2 * p.follower_count from pin as p', false],
])('whether columns are named can be told: %s', (sql, can) => {
  expect(ServingMoment.canAnswer(sql)).toBe(can);
});

test('a question that asks for all columns gets all of them', async () => {
  const tables = await tablesOf(SOURCES[0]!);
  const { whole, left } = await tables.without(1n, [{ sql: 'select p.* from pin as p order by p.ind limit 2' }]);
  expect(whole[0]!.columns.map(({ name }) => name)).toContain('description');
  expect([whole[0]!.rows.length, left[0]!.rows.map(([ind]) => ind)]).toEqual([2, [0, 2]]);
  await tables.close();
});
