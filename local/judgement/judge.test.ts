import { DATASETS, type Dataset, LAYERS, type Layer, perDataset } from '@pipeline/datasets/schema';
import { type SourceOptions, syntheticPosts } from '@pipeline/datasets/synthetic';
import type { Judgement } from '../serving/contract';
import { type RawRecord, Tables } from '../tables';
import { judge } from '.';

jest.setTimeout(120_000);

const SOURCE: SourceOptions = { seed: 100, posts: 700 };
type Row = Record<string, unknown>;

let tables: Tables;
let clock: number;
beforeEach(async () => {
  tables = await Tables.open(':memory:');
  clock = Date.UTC(2026, 0, 1, 11, 2);
});
afterEach(() => tables.close());

/** Sends records of one dataset into one layer, one second apart. */
async function send(layer: Layer, dataset: Dataset, values: readonly unknown[]): Promise<void> {
  const records = values.map((value): RawRecord => {
    clock += 1000;
    const order = String(clock).padStart(20, '0');
    return { line: JSON.stringify(value), arrivalTimeMs: clock, arrivalPartition: '0', arrivalOrder: order };
  });
  await tables.layer(layer).ingest(dataset, records, {});
}

/** The source's rows of one dataset, by key, those of the keys asked for. */
function rowsOf(dataset: Dataset, keys?: readonly number[], source = SOURCE): Row[] {
  const wanted = keys && new Set(keys);
  return [...syntheticPosts(source)]
    .filter(({ key }) => wanted === undefined || wanted.has(key))
    .flatMap(({ records }) => records.filter((record) => record.dataset === dataset).map(({ value }) => value as Row));
}

function wrong({ views }: Judgement): string[] {
  return Object.entries(views).flatMap(([name, byLayer]) =>
    Object.entries(byLayer).flatMap(([layer, { answer, right }]) =>
      right !== null &&
      JSON.stringify(answer.columns.map((column) => column.name)) === JSON.stringify(right.columns) &&
      JSON.stringify(answer.rows) === JSON.stringify(right.rows)
        ? []
        : [`${layer}.${name}`],
    ),
  );
}

/** Python's str(datetime), and other lawful forms that scripts send. */
const asScriptsWrite: Partial<Readonly<Record<Dataset, (row: Row) => Row>>> = {
  pin: ({ index, downloaded, ...row }) => ({ ...row, ind: String(index), downloaded: String(downloaded) }),
  geo: (row) => ({ ...row, timestamp: String(row.timestamp).replace('T', ' ').replace(/Z$/, '') }),
  user: (row) => {
    const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T(.*?)Z?$/.exec(String(row.date_joined))!;
    return { ...row, age: String(row.age), date_joined: `${month}/${day}/${year}, ${time}` };
  },
};

test('a random draw with repeats, in the forms that scripts write, has right answers in every layer', async () => {
  const keys = Array.from({ length: 400 }, (_, turn) => (turn * 7919) % 700).concat([5, 5, 12]);
  for (const dataset of DATASETS) {
    const byKey = new Map(rowsOf(dataset).map((row) => [Number(row.index ?? row.ind), row]));
    const drawn = keys.map((key) => (asScriptsWrite[dataset] ?? ((row: Row) => row))(byKey.get(key)!));
    for (const layer of LAYERS) await send(layer, dataset, drawn);
  }
  const judgement = await judge(tables, SOURCE);
  expect(judgement.others).toEqual([]);
  expect(wrong(judgement)).toEqual([]);
  // The right answers are those of what arrived, not of the whole source: 400 keys, each once.
  const { right } = judgement.views.posts_by_join_year!.batch;
  expect(right!.rows.reduce((sum, [, posts]) => sum + Number(posts), 0)).toBe(400);
});

test('layers that hold different parts of the source are each right for their part', async () => {
  for (const dataset of DATASETS) {
    await send('batch', dataset, rowsOf(dataset).slice(0, 300));
    await send('speed', dataset, rowsOf(dataset).slice(200, 650));
  }
  const judgement = await judge(tables, SOURCE);
  expect(wrong(judgement)).toEqual([]);
  const posts = (layer: 'batch' | 'speed' | 'serving') =>
    judgement.views.posts_by_join_year![layer].right!.rows.reduce((sum, [, count]) => sum + Number(count), 0);
  expect([posts('batch'), posts('speed'), posts('serving')]).toEqual([300, 450, 650]);
});

test('pins without their users, and an interrupted replay in hard mode, have right answers', async () => {
  const hard: SourceOptions = { seed: 7, posts: 400, hardMode: true };
  const records = [...syntheticPosts(hard)].slice(0, 260).flatMap((post) => post.records);
  for (const layer of LAYERS) {
    for (const dataset of DATASETS) {
      const values = records.filter((record) => record.dataset === dataset).map(({ value }) => value);
      await send(layer, dataset, dataset === 'user' ? values.slice(0, 100) : values);
    }
  }
  const judgement = await judge(tables, hard);
  expect(judgement.others).toEqual([]);
  expect(wrong(judgement)).toEqual([]);
});

test('records of others are named with the first of them, and the answers are judged without them', async () => {
  const [users, geos] = [rowsOf('user'), rowsOf('geo')];
  for (const dataset of DATASETS) await send('batch', dataset, rowsOf(dataset));
  const mine = Array.from({ length: 40 }, (_, turn) => ({
    ...rowsOf('pin', [turn])[0],
    index: 900_001 + turn,
    follower_count: '99M',
    poster_name: 'Somebody Else',
  }));
  clock = Date.UTC(2026, 0, 2, 11, 2, 0) - 1000;
  await send('batch', 'pin', mine);
  await send(
    'batch',
    'geo',
    mine.map(({ index }, turn) => ({ ...geos[turn], ind: index })),
  );
  await send(
    'batch',
    'user',
    mine.map(({ index }, turn) => ({ ...users[turn], ind: index })),
  );

  const judgement = await judge(tables, SOURCE);
  expect(judgement.others).toContainEqual({
    layer: 'batch',
    dataset: 'pin',
    records: 40,
    first: { key: 900_001, arrivedMs: Date.UTC(2026, 0, 2, 11, 2, 0) },
  });
  expect(judgement.others.map(({ records }) => records)).toEqual([40, 40, 40]);
  expect(wrong(judgement)).toEqual([]);
  const changed = judgement.changedByOthers.filter(({ layer }) => layer === 'batch').map(({ view }) => view);
  expect(changed).toContain('top_user_by_country');
  expect(judgement.changedByOthers.some(({ layer }) => layer === 'speed')).toBe(false);
});

test("a record of the source that another's superseded counts as itself", async () => {
  for (const dataset of DATASETS) await send('batch', dataset, rowsOf(dataset));
  await send('batch', 'pin', [{ ...rowsOf('pin', [3])[0], follower_count: '1', category: 'art' }]);
  const judgement = await judge(tables, SOURCE);
  expect(judgement.others).toMatchObject([{ layer: 'batch', dataset: 'pin', records: 1, first: { key: 3 } }]);
  expect(wrong(judgement)).toEqual([]);
  const posts = judgement.views.posts_by_join_year!.batch.right!.rows;
  expect(posts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(700);
  expect(judgement.arrived.batch).toEqual(perDataset(() => 700));
  expect(judgement.arrived.speed).toEqual(perDataset(() => 0));
});

test("a quarantined line that was corrected and sent again is the source's, or named where it says something else", async () => {
  for (const dataset of DATASETS) {
    const rows = rowsOf(dataset, [1, 2, 3, 4]);
    await send('batch', dataset, dataset === 'pin' ? rows.map((row) => ({ ...row, unique_id: 'cut off' })) : rows);
  }
  expect((await judge(tables, SOURCE)).arrived.batch.pin).toBe(0);
  await send('batch', 'pin', rowsOf('pin', [1, 2, 3]));
  await send('batch', 'pin', [{ ...rowsOf('pin', [4])[0], category: 'my own' }]);
  const judgement = await judge(tables, SOURCE);
  expect(judgement.arrived.batch.pin).toBe(3);
  expect(judgement.others).toMatchObject([{ layer: 'batch', dataset: 'pin', records: 1, first: { key: 4 } }]);
  expect(wrong(judgement)).toEqual([]);
  const posts = judgement.views.posts_by_join_year!.batch.right!.rows;
  expect(posts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(3);
});

test('an answer that is wrong is still found wrong', async () => {
  for (const dataset of DATASETS) await send('batch', dataset, rowsOf(dataset));
  const judgement = await judge(tables, { seed: 101, posts: 700 });
  // Nothing of this folder is of seed 101: all of it is others', and the answers over nothing are right.
  expect(judgement.others.map(({ records }) => records)).toEqual(DATASETS.map(() => 700));
  expect(judgement.views.posts_by_join_year!.batch.right!.rows).toEqual([]);
});
