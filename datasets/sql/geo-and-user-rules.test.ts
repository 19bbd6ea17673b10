import type { DuckDBConnection } from '@duckdb/node-api';
import type { Dataset } from '../schema';
import { cleaned, geo, openDuckdb, type Row, user } from './testing/duckdb';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openDuckdb();
});
afterAll(() => connection.closeSync());

const one = async (dataset: Dataset, record: unknown): Promise<Row> => (await cleaned(connection, dataset, record))[0]!;

/** Accepted forms of a time, and the instant that each means. */
const TIMES: [string, string][] = [
  ['2020-08-28 03:52:47', '2020-08-28T03:52:47Z'],
  ['2020-08-28T03:52:47', '2020-08-28T03:52:47Z'],
  ['2020-08-28T03:52:47Z', '2020-08-28T03:52:47Z'],
  ['2020:08:28 03:52:47', '2020-08-28T03:52:47Z'],
  ['08/28/2020, 03:52:47', '2020-08-28T03:52:47Z'],
  ['2020-08-28T03:52:47.25', '2020-08-28T03:52:47.25Z'],
  ['2020-08-28 03:52:47.123456789Z', '2020-08-28T03:52:47.123Z'],
  ['2020-08-28T03:52:47+05:30', '2020-08-27T22:22:47Z'],
  ['2020-08-28T03:52:47.5-0130', '2020-08-28T05:22:47.5Z'],
  ['2020-08-28 03:52:47 +02', '2020-08-28T01:52:47Z'],
  ['2020:08:28 03:52:47.5-01:00', '2020-08-28T04:52:47.5Z'],
  ['08/28/2020, 03:52:47.5Z', '2020-08-28T03:52:47.5Z'],
  ['08/28/2020, 03:52:47-02:00', '2020-08-28T05:52:47Z'],
  ['2020-02-29T23:59:59Z', '2020-02-29T23:59:59Z'],
  ['2020-02-29', '2020-02-29T00:00:00Z'],
  ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999Z'],
  ['9999-12-31T23:59:59+05:00', '9999-12-31T18:59:59Z'],
  ['2019-12-31T23:30:00-01:00', '2020-01-01T00:30:00Z'],
  ['\u00a02020-08-28 03:52:47 ', '2020-08-28T03:52:47Z'],
];

const NO_TIMES = [
  'yesterday',
  '2020',
  '2020-08',
  '03:52:47',
  'epoch',
  'infinity',
  '1598586767',
  '2020-02-30 00:00:00',
  '2021-02-29T00:00:00Z',
  '2020-13-01 00:00:00',
  '13/01/2020, 00:00:00',
  '28/08/2020 03:52:47',
  '2020-08-28 24:00:00',
  '2020-08-28 23:60:00',
  '2020-08-28 23:59:60',
  '2020-8-28 3:52:47',
  '2020-08-28T03:52',
  '2020-08-28T03:52:47+25:00',
  '2020-08-28T03:52:47.',
  '2020-08-28T03:52:47 Europe/London',
  '2020:08:28T03:52:47',
  '0000-01-01 00:00:00',
  '2021-02-29',
  '2020-8-28',
  '2020-08-28Z',
  '9999-12-31T23:59:59-05:00',
  '1000-01-01T00:00:00+05:00',
];

test.each<[unknown, unknown, number[] | null, string]>([
  [-12.05, -77.03, [-12.05, -77.03], ''],
  ['-12.05', '-77.03', [-12.05, -77.03], ''],
  [90, -180, [90, -180], ''],
  [0, 0, [0, 0], ''],
  [1e-7, 1, [1e-7, 1], ''],
  [90.1, 0, null, 'outside:coordinates'],
  [0, 180.5, null, 'outside:coordinates'],
  [null, 0, null, 'incomplete:coordinates'],
  [0, undefined, null, 'incomplete:coordinates'],
  [null, null, null, ''],
  ['north', 0, null, 'unreadable:coordinates'],
  ['1d', 0, null, 'unreadable:coordinates'],
  ['Infinity', 0, null, 'unreadable:coordinates'],
])('G1: latitude %j and longitude %j give %j', async (latitude, longitude, coordinates, findings) => {
  expect(await one('geo', geo({ latitude, longitude }))).toMatchObject({ coordinates, findings, outcome: 'clean' });
});

test.each(TIMES)('G2: the time %j is %s', async (timestamp, instant) => {
  expect(await one('geo', geo({ timestamp }))).toMatchObject({ timestamp: instant, outcome: 'clean' });
});

test.each(NO_TIMES)('G2: the time %j has no accepted form: quarantined', async (timestamp) => {
  expect(await one('geo', geo({ timestamp }))).toMatchObject({ outcome: 'quarantined', reason: 'timestamp_invalid' });
});

test.each([undefined, null, '', '\u00a0', 'NULL'])(
  'G2: without a time (%j) the row is clean, its time null',
  async (timestamp) => {
    expect(await one('geo', geo({ timestamp }))).toMatchObject({ timestamp: null, outcome: 'clean' });
  },
);

test('G3: the country is trimmed and otherwise left as it is', async () => {
  expect(await one('geo', geo({ country: " Cote d'Ivoire ", latitude: -89.9, longitude: -170 }))).toMatchObject({
    country: "Cote d'Ivoire",
    coordinates: [-89.9, -170],
  });
});

test("G4: the columns come in the exercise's order", async () => {
  expect(Object.keys(await one('geo', geo())).slice(0, 4)).toEqual(['ind', 'country', 'coordinates', 'timestamp']);
});

test.each([
  ['Ada', 'Stone', 'Ada Stone'],
  [' Ada \u00a0', '\tStone ', 'Ada Stone'],
  ['Mary  Ann', 'van\u00a0 der   Berg', 'Mary Ann van der Berg'],
  [null, 'Stone', 'Stone'],
  ['Ada', '', 'Ada'],
  [null, '', null],
])('U1: %j and %j are called %j', async (first_name, last_name, user_name) => {
  expect(await one('user', user({ first_name, last_name }))).toMatchObject({ user_name });
});

test.each([
  [0, 0, 'ungrouped:age'],
  [120, 120, ''],
  ['34', 34, ''],
  ['34.0', 34, ''],
  ['121.0', null, 'outside:age,ungrouped:age'],
  ['34.5', null, 'unreadable:age,ungrouped:age'],
  [17, 17, 'ungrouped:age'],
  [18, 18, ''],
  [-1, null, 'outside:age,ungrouped:age'],
  [121, null, 'outside:age,ungrouped:age'],
  ['old', null, 'unreadable:age,ungrouped:age'],
  [null, null, 'ungrouped:age'],
])('U2: age %j is %j', async (age, years, findings) => {
  expect(await one('user', user({ age }))).toMatchObject({ age: years, findings, outcome: 'clean' });
});

test.each(TIMES)('U3: the date joined %j is %s, time of day and all', async (date_joined, instant) => {
  expect(await one('user', user({ date_joined }))).toMatchObject({ date_joined: instant, outcome: 'clean' });
});

test.each(NO_TIMES)('U3: the date joined %j has no accepted form: quarantined', async (date_joined) => {
  expect(await one('user', user({ date_joined }))).toMatchObject({
    outcome: 'quarantined',
    reason: 'date_joined_invalid',
  });
});

test('U4: the person is name, age and date joined, whatever the form they came in', async () => {
  const joined = { date_joined: '2016-01-02 03:04:05' };
  const key = async (fields: object) => (await one('user', user({ ...joined, ...fields }))).user_key;
  // md5 of 'Ada Stone|30|2016-01-02 03:04:05'
  expect(await key({})).toBe('78cd596bef7c830464e0be13188b82d9');
  expect(await key({ ind: 2, first_name: 'Ada ', age: '30', date_joined: '2016-01-02T03:04:05Z' })).toBe(
    '78cd596bef7c830464e0be13188b82d9',
  );
  expect(await key({ age: 31 })).not.toBe('78cd596bef7c830464e0be13188b82d9');
  expect(await key({ last_name: 'Stones' })).not.toBe('78cd596bef7c830464e0be13188b82d9');
  expect(await key({ date_joined: '2016-01-02 03:04:06' })).not.toBe('78cd596bef7c830464e0be13188b82d9');
});

test('U4: what is unknown leaves its place empty', async () => {
  // md5 of '||'
  expect(await one('user', { ind: 1, first_name: '' })).toMatchObject({
    user_key: '7d010443693eec253a121e2aa2ba177c',
  });
});

test("U5: the columns come in the exercise's order, then ours", async () => {
  expect(Object.keys(await one('user', user())).slice(0, 5)).toEqual([
    'ind',
    'user_name',
    'age',
    'date_joined',
    'user_key',
  ]);
});
