import type { Dataset, Layer } from '@pipeline/datasets/schema';
import { Tables } from '.';
import { pin, record } from './testing/records';

let tables: Tables;
beforeEach(async () => {
  tables = await Tables.open(':memory:');
});
afterEach(() => tables.close());

const geo = (ind: number) => ({ ind, timestamp: '2020-01-01T00:00:00Z', country: 'Peru' });
const user = (ind: number) => ({
  ind,
  first_name: 'Ada',
  last_name: 'Stone',
  age: 30,
  date_joined: '2016-01-01T00:00:00Z',
});

/** Takes one version of a post's three rows into a layer; each call is its own offset. */
let offset = 0;
async function post(layer: Layer, ind: number, category: string, time: number): Promise<void> {
  const rows: [Dataset, unknown][] = [
    ['pin', pin(ind, { category })],
    ['geo', geo(ind)],
    ['user', user(ind)],
  ];
  for (const [dataset, row] of rows) await tables.layer(layer).ingest(dataset, [record(offset++, row, { time })], {});
}
const categories = async (layer: Layer | 'serving') => (await tables.view(layer, 'posts_by_category_and_year')).rows;

test('a post that one layer alone has is served from there', async () => {
  await post('batch', 1, 'art', 10);
  await post('speed', 2, 'beauty', 5);
  expect(await categories('batch')).toEqual([[2020, 'art', 1]]);
  expect(await categories('speed')).toEqual([[2020, 'beauty', 1]]);
  expect(await categories('serving')).toEqual([
    [2020, 'art', 1],
    [2020, 'beauty', 1],
  ]);
});

test('of a post that both have, the later arrival is served', async () => {
  await post('batch', 1, 'art', 10);
  await post('speed', 1, 'beauty', 9);
  expect(await categories('serving')).toEqual([[2020, 'art', 1]]);
  await post('speed', 1, 'travel', 11);
  expect(await categories('serving')).toEqual([[2020, 'travel', 1]]);
});

test('on equal time the speed layer is served', async () => {
  await post('batch', 1, 'art', 10);
  await post('speed', 1, 'beauty', 10);
  expect(await categories('serving')).toEqual([[2020, 'beauty', 1]]);
});

test('parts of one post may come from different layers', async () => {
  await tables.layer('batch').ingest('pin', [record(0, pin(1, { category: 'art' }))], {});
  await tables.layer('speed').ingest('geo', [record(0, geo(1))], {});
  await tables.layer('batch').ingest('user', [record(0, user(1))], {});
  expect(await categories('batch')).toEqual([]);
  expect(await categories('serving')).toEqual([[2020, 'art', 1]]);
});

test('an answer is kept until rows change, and then computed anew', async () => {
  await post('batch', 1, 'art', 10);
  expect(await tables.view('batch', 'posts_by_join_year')).toBe(await tables.view('batch', 'posts_by_join_year'));
  await post('batch', 2, 'art', 10);
  expect((await tables.view('batch', 'posts_by_join_year')).rows).toEqual([[2016, 2]]);
  await tables.layer('batch').reset();
  expect((await tables.view('batch', 'posts_by_join_year')).rows).toEqual([]);
  expect((await tables.view('serving', 'posts_by_join_year')).rows).toEqual([]);
});

test('an unknown view is refused by name', async () => {
  await expect(tables.view('batch', 'nonsense')).rejects.toThrow(
    /^no view 'nonsense' \(known: top_category_by_country,/,
  );
});

test('times are ISO text in UTC to the microsecond, arrays are arrays, doubles numbers', async () => {
  const places = [
    { timestamp: '2020-01-02T03:04:05.120Z', latitude: -12.5, longitude: 0.1 },
    { timestamp: '1969-12-31T23:59:59.000001Z', latitude: 1, longitude: 2 },
    { timestamp: null, latitude: null, longitude: null },
  ];
  await tables.layer('batch').ingest(
    'geo',
    places.map((place, ind) => record(ind, { ...geo(ind), ...place })),
    {},
  );
  const { columns, rows } = await tables.layer('batch').rows('geo', 9);
  expect(columns.slice(0, 4)).toEqual([
    { name: 'ind', type: 'BIGINT' },
    { name: 'country', type: 'STRING' },
    { name: 'coordinates', type: 'ARRAY<DOUBLE>' },
    { name: 'timestamp', type: 'TIMESTAMP' },
  ]);
  expect(rows.map((row) => row.slice(0, 4))).toEqual([
    [0, 'Peru', [-12.5, 0.1], '2020-01-02T03:04:05.12Z'],
    [1, 'Peru', [1, 2], '1969-12-31T23:59:59.000001Z'],
    [2, 'Peru', null, null],
  ]);
});

test('a whole number that JavaScript cannot hold exactly comes as its digits, never as another number', async () => {
  await tables.layer('batch').ingest('pin', [record(0, pin(1, { poster_name: 'x', follower_count: '9007200B' }))], {});
  const { columns, rows } = await tables.layer('batch').rows('pin', 9);
  const at = columns.findIndex(({ name }) => name === 'follower_count');
  expect(rows[0]![at]).toBe('9007200000000000');
});
