import { type DuckDBConnection, LIST, VARCHAR } from '@duckdb/node-api';
import { RULES } from '../rules';
import { DATASETS, type Dataset } from '../schema';
import { CLEAN_SQL } from './clean';
import { ALL_SWITCHES, cleanSqlWithout, type RuleSwitch, ruleSwitches } from './rule-switches';
import { cleanSelect, geo, openDuckdb, pin, type Row, user } from './testing/duckdb';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openDuckdb();
});
afterAll(() => connection.closeSync());

async function cleanedWithout(dataset: Dataset, switches: readonly RuleSwitch[], record: object): Promise<Row> {
  const source = cleanSelect(
    dataset,
    "(select unnest($1) as line, 0::bigint as arrival_time_ms, '' as arrival_partition, '' as arrival_order)",
  );
  const statement = await connection.prepare(
    source.replace(CLEAN_SQL[dataset], () => cleanSqlWithout(dataset, switches)),
  );
  statement.bindList(1, [JSON.stringify(record)], LIST(VARCHAR));
  return (await statement.runAndReadAll()).getRowObjectsJson()[0] as Row;
}

const named = (dataset: Dataset, rule: string) => ruleSwitches(dataset).filter((each) => each.rule === rule);

test('every switch has its place in the clean file, once for each rule', () => {
  expect(ALL_SWITCHES.map(({ dataset, rule }) => `${dataset} ${rule}`)).toEqual(
    DATASETS.flatMap((dataset) => ruleSwitches(dataset).map(({ rule }) => `${dataset} ${rule}`)),
  );
  expect(ALL_SWITCHES).toHaveLength(16 + 3 * DATASETS.length);
  for (const each of ALL_SWITCHES) expect(cleanSqlWithout(each.dataset, [each])).not.toBe(CLEAN_SQL[each.dataset]);
});

test('every rule that makes a column has one, but for those of which it is said why not', () => {
  const switched = new Set(ALL_SWITCHES.map(({ rule }) => rule));
  // A dataset may do without switches of its own: then only the rules of all datasets are switched on one after the other.
  const looked = RULES.filter(
    ({ dataset }) => dataset === undefined || RULES.some((rule) => rule.dataset === dataset && switched.has(rule.id)),
  );
  const without = looked.filter(({ id, columns }) => columns.length > 0 && !switched.has(id)).map(({ id }) => id);
  expect(without).toEqual(['R2', 'R3', 'R4', 'R7', 'P1', 'P2', 'G3']);
});

test.each<[string, Dataset, object, string, unknown, unknown]>([
  ['R5', 'geo', geo({ country: ' Norway\u00a0' }), 'country', 'Norway', ' Norway\u00a0'],
  ['R6', 'pin', pin({ title: 'N/A' }), 'title', null, 'N/A'],
  ['R1', 'geo', geo({ ind: '07' }), 'ind', '7', '07'],
  ['P3', 'pin', pin({ title: 'Untitled' }), 'title', null, 'Untitled'],
  ['P4', 'pin', pin({ description: 'Untitled' }), 'description', null, 'Untitled'],
  ['F1', 'pin', pin({ follower_count: '12k' }), 'follower_count', '12000', '12k'],
  ['P5', 'pin', pin({ poster_name: 'User Info Error' }), 'poster_name', null, 'User Info Error'],
  ['P6', 'pin', pin({ tag_list: 'a,b' }), 'tags', ['a', 'b'], 'a,b'],
  [
    'P7',
    'pin',
    pin({ is_image_or_video: 'multi-video(story page format)' }),
    'media_type',
    'story',
    'multi-video(story page format)',
  ],
  ['P8', 'pin', pin({ image_src: 'Image src error.' }), 'image_src', null, 'Image src error.'],
  ['P9', 'pin', pin({ save_location: 'Local save in /data/x' }), 'save_location', '/data/x', 'Local save in /data/x'],
  ['P10', 'pin', pin({ category: 'Art' }), 'category', 'art', 'Art'],
  ['P11', 'pin', pin({ downloaded: 7 }), 'downloaded', null, '7'],
  ['G1', 'geo', geo({ latitude: 91, longitude: 1 }), 'coordinates', null, ['91', '1']],
  ['G2', 'geo', geo({ timestamp: '2022-01-31T12:00:00Z' }), 'timestamp', '2022-01-31 12:00:00', '2022-01-31T12:00:00Z'],
  ['U1', 'user', user({ first_name: 'Ann ', last_name: ' Lee' }), 'user_name', 'Ann Lee', 'Ann   Lee'],
  ['U2', 'user', user({ age: 130 }), 'age', null, '130'],
  [
    'U3',
    'user',
    user({ date_joined: '2017-05-07T09:58:20Z' }),
    'date_joined',
    '2017-05-07 09:58:20',
    '2017-05-07T09:58:20Z',
  ],
  ['U4', 'user', user({ first_name: 'A' }), 'user_key', expect.stringMatching(/^[0-9a-f]{32}$/), null],
])('%s: with it %s is other than without', async (rule, dataset, record, column, on, off) => {
  expect((await cleanedWithout(dataset, [], record))[column]).toEqual(on);
  expect((await cleanedWithout(dataset, named(dataset, rule), record))[column]).toEqual(off);
});

test.each([
  ['pin', pin, 'follower_count', 'many'],
  ['geo', geo, 'timestamp', 'soon'],
  ['user', user, 'age', 'old'],
] as const)(
  '%s: without any of them a record that cannot be cast comes out as its text',
  async (dataset, rowOf, column, text) => {
    const record = rowOf({ follower_count: 'many', timestamp: 'soon', age: 'old', downloaded: 'x' });
    const row = await cleanedWithout(dataset, ruleSwitches(dataset), record);
    expect(row[column]).toBe(text);
  },
);
