import type { DuckDBConnection } from '@duckdb/node-api';
import { DATASETS, type Dataset } from '../schema';
import { cleaned, cleanSelect, geo, load, openDuckdb, pin, type Row, rowsOf, smallest, user } from './testing/duckdb';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openDuckdb();
});
afterAll(() => connection.closeSync());

const clean = (dataset: Dataset, ...records: unknown[]) => cleaned(connection, dataset, ...records);
const one = async (dataset: Dataset, record: unknown): Promise<Row> => (await cleaned(connection, dataset, record))[0]!;

const withoutKey = ({ index: _, ind: __, ...rest }: Row): Row => rest;

test('R1: a field is read as text, so "7" and 7 are the same key and the same number', async () => {
  expect(await one('user', user({ ind: '7', age: '30' }))).toMatchObject({ ind: 7, age: 30, outcome: 'clean' });
  expect(await one('user', user({ ind: 7, age: 30 }))).toMatchObject({ ind: 7, age: 30, outcome: 'clean' });
});

test.each([
  ['25.0', 25],
  ['25.', 25],
  ['2.5E1', 25],
  ['250e-1', 25],
  ['.25e2', 25],
  ['+25.000', 25],
  ['0.0', 0],
  ['-0.0', 0],
])('R1: where a whole number belongs, %j is %d', async (age, years) => {
  expect(await one('user', user({ age }))).toMatchObject({ age: years, outcome: 'clean' });
});

test.each([
  ['{"ind":7.0,"age":1}', 7],
  ['{"ind":12345678.0,"age":1}', 12_345_678],
  ['{"ind":1.2345678E7,"age":1}', 12_345_678],
  ['{"ind":999999999999999.0,"age":1}', 999_999_999_999_999],
  ['{"ind":0.0,"age":1}', 0],
  ['{"ind":-0.0,"age":1}', 0],
])('R1: the key of %s is %d', async (line, ind) => {
  expect(await one('user', line)).toMatchObject({ ind, age: 1, outcome: 'clean' });
});

test.each(['12.7', '1e-1', '25,0', '1e1e1', '.', '1e400', '1_000', '0x1F', 'ten', '3 0'])(
  'R1: %j is no number: null and counted',
  async (age) => {
    expect(await one('user', user({ age }))).toMatchObject({
      age: null,
      findings: 'unreadable:age,ungrouped:age',
      outcome: 'clean',
    });
  },
);

test('R1: an object or a list in a text column stays as its JSON text', async () => {
  expect(await one('pin', pin({ title: { a: [1, 'x'] }, poster_name: ['y'] }))).toMatchObject({
    title: '{"a":[1,"x"]}',
    poster_name: '["y"]',
    outcome: 'clean',
  });
});

test('R1: the fields that the sink adds are arrival, not content', async () => {
  const record = pin({ kafka_partition: 0, kafka_offset: 5, kafka_timestamp: 1 });
  expect(await one('pin', record)).toMatchObject({ outcome: 'clean', findings: '' });
});

test.each(DATASETS)('R2: %s takes the key as index and as ind', async (dataset) => {
  const rest = withoutKey(smallest(dataset));
  expect(await one(dataset, { index: 7, ...rest })).toMatchObject({ ind: 7, outcome: 'clean' });
  expect(await one(dataset, { ind: 7, ...rest })).toMatchObject({ ind: 7, outcome: 'clean' });
});

test.each([
  [{ index: 7, ind: 7 }, 7],
  [{ index: '7', ind: 7 }, 7],
  [{ index: '07', ind: ' 7 ' }, 7],
  [{ index: 7, ind: '7.0' }, 7],
  [{ index: 7, ind: null }, 7],
  [{ index: '', ind: 7 }, 7],
  [{ index: 'null', ind: 7 }, 7],
])('R2: %j is the key %d', async (keys, ind) => {
  expect(await one('geo', { ...withoutKey(geo()), ...keys })).toMatchObject({ ind, outcome: 'clean' });
});

test.each([
  { index: 7, ind: 8 },
  { index: 7, ind: 'x' },
  { index: 'x', ind: 'y' },
  { index: { a: 1 }, ind: 7 },
  { index: 7, ind: '7.5' },
  { index: 7.5, ind: '8.0' },
])('R2: %j is two keys: quarantined', async (keys) => {
  expect(await one('pin', pin(keys))).toMatchObject({
    outcome: 'quarantined',
    reason: 'key_conflict',
  });
});

test.each(['not json', '', '[1]', '1', 'null', '"text"', '{"index":1', '{"index":1} more', "{'index':1}"])(
  'R3: %j is no object: quarantined with its text',
  async (line) => {
    expect(await one('pin', line)).toMatchObject({ outcome: 'quarantined', reason: 'not_json_object', line });
  },
);

test.each([
  '{"index":NaN}',
  '{"index":1,"title": -Infinity}',
  '{"index":1,"tag_list":["a", NaN]}',
  '{"index":1,"title":"\\"","age":Infinity}',
])('R3: %s is no object: NaN and Infinity are no JSON', async (line) => {
  expect(await one('pin', line)).toMatchObject({ outcome: 'quarantined', reason: 'not_json_object', line });
});

test('R3: a text may hold such words', async () => {
  const title = 'tags: NaN, Infinity, [NaN] "quoted: NaN" \\';
  expect(await one('pin', pin({ title }))).toMatchObject({ outcome: 'clean', title });
});

test('R3: a byte order mark is no part of an object', async () => {
  expect(await one('pin', `\ufeff${JSON.stringify(pin())}`)).toMatchObject({ reason: 'not_json_object' });
});

test('R3: white space around an object does no harm', async () => {
  expect(await one('pin', ` \r\n\t${JSON.stringify(pin())}\n`)).toMatchObject({ outcome: 'clean' });
  expect(await one('pin', JSON.stringify(pin(), null, 2))).toMatchObject({ outcome: 'clean' });
});

test.each([undefined, null, '', '  ', '\u00a0', 'null', 'None', 'N/A', 'NaN'])(
  'R3: key %j is none: quarantined',
  async (index) => {
    expect(await one('pin', pin({ index }))).toMatchObject({
      ind: null,
      outcome: 'quarantined',
      reason: 'key_missing',
    });
  },
);

test.each([-1, '-1.0', 1.5, '7.5', 'seven', true, {}, [7], '99999999999999999999', '1e15', '1e-3'])(
  'R3: key %j is no whole number from 0: quarantined',
  async (index) => {
    expect(await one('pin', pin({ index }))).toMatchObject({ outcome: 'quarantined', reason: 'key_invalid' });
  },
);

test('R3: a record with none of its own columns besides the key is of another feed', async () => {
  const foreign = { outcome: 'quarantined', reason: 'foreign_record' };
  expect(await one('pin', geo())).toMatchObject(foreign);
  expect(await one('pin', user())).toMatchObject(foreign);
  expect(await one('geo', pin())).toMatchObject(foreign);
  expect(await one('geo', user())).toMatchObject(foreign);
  expect(await one('user', pin())).toMatchObject(foreign);
  expect(await one('user', geo())).toMatchObject(foreign);
  expect(await one('user', { ind: 1 })).toMatchObject(foreign);
});

test('R3: unknown fields are ignored and counted', async () => {
  expect(await one('geo', geo({ planet: 'Earth', index: 1 }))).toMatchObject({
    outcome: 'clean',
    findings: 'extra_fields',
  });
  expect(await one('geo', geo({ latitude: null, index: 1 }))).toMatchObject({ outcome: 'clean', findings: '' });
});

test('R3: the first rule that fails gives the reason', async () => {
  expect(await one('pin', { index: 1, ind: 2 })).toMatchObject({ reason: 'key_conflict' });
  expect(await one('pin', { title: 'x' })).toMatchObject({ reason: 'key_missing' });
  expect(await one('pin', { index: -1 })).toMatchObject({ reason: 'key_invalid' });
  expect(await one('geo', { ind: 1, age: 3 })).toMatchObject({ reason: 'foreign_record' });
});

test('R4: the last arrival of a key stays, the others are duplicates', async () => {
  const rows = await clean('pin', pin({ title: 'first' }), pin({ title: 'second' }), pin({ title: 'third' }));
  expect(rows.map(({ title, outcome }) => [title, outcome])).toEqual([
    ['first', 'duplicate'],
    ['second', 'duplicate'],
    ['third', 'clean'],
  ]);
});

test.each(DATASETS)('R4: of three %s records with one key the last stays', async (dataset) => {
  const record = smallest(dataset);
  const rows = await clean(dataset, record, record, record);
  expect(rows.map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate', 'clean']);
});

test('R4: on equal time the later offset wins', async () => {
  await load(connection, pin({ title: 'first' }), pin({ title: 'second' }));
  await connection.run('update records set arrival_time_ms = 5');
  const rows = await rowsOf(connection, `select title, outcome from (${cleanSelect('pin')}) order by arrival_order`);
  expect(rows).toEqual([
    { title: 'first', outcome: 'duplicate' },
    { title: 'second', outcome: 'clean' },
  ]);
});

test('R4: a bad repeat never erases a good row', async () => {
  const rows = await clean('pin', pin({ title: 'good' }), pin({ title: 'bad', unique_id: 'x' }), '{"index":1,');
  expect(rows.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['clean', null],
    ['quarantined', 'unique_id_invalid'],
    ['quarantined', 'not_json_object'],
  ]);
});

test('R4: two keys with one unique_id are both kept', async () => {
  const rows = await clean('pin', pin({ index: 1 }), pin({ index: 2 }));
  expect(rows.map(({ ind, outcome }) => [ind, outcome])).toEqual([
    [1, 'clean'],
    [2, 'clean'],
  ]);
});

test('R5: blanks, U+00A0, tabs and line ends around a text are cut; what is then empty is null', async () => {
  const around = (text: string) => ` \u00a0\t\r\n${text}\n\r\t\u00a0 `;
  expect(
    await one(
      'pin',
      pin({ title: around('A  title'), poster_name: around('Ann\u00a0Lee'), description: around(''), tag_list: '' }),
    ),
  ).toMatchObject({ title: 'A  title', poster_name: 'Ann\u00a0Lee', description: null, tag_list: null });
  expect(await one('geo', geo({ country: around('Peru') }))).toMatchObject({ country: 'Peru' });
});

test.each(['null', 'NONE', 'N/a', 'NaN', ' none '])('R6: the text %j is null, except as a name', async (word) => {
  expect(
    await one('pin', pin({ title: word, description: word, tag_list: word, category: word, poster_name: word })),
  ).toMatchObject({
    title: null,
    description: null,
    tag_list: null,
    category: null,
    poster_name: word.trim(),
  });
  expect(await one('geo', geo({ country: word, timestamp: word }))).toMatchObject({
    country: word.trim(),
    timestamp: null,
    outcome: 'clean',
  });
  expect(await one('user', user({ first_name: word, last_name: 'Null' }))).toMatchObject({
    user_name: `${word.trim()} Null`,
  });
});

test('R6: a longer text that holds such a word is kept', async () => {
  expect(await one('pin', pin({ title: 'None of it', description: 'nano' }))).toMatchObject({
    title: 'None of it',
    description: 'nano',
  });
});

test.each([
  ['a high half before text', '"a\\ud83d b"', 'a\ufffd b'],
  ['a low half', '"\\uDE00"', '\ufffd'],
  ['two high halves before a low one', '"\\ud83d\\ud83d\\ude00"', '\ufffd😀'],
  ['halves in the wrong order', '"\\ude00\\ud83d"', '\ufffd\ufffd'],
  ['a pair', '"\\uD83D\\uDE00"', '😀'],
  ['a backslash before what looks like a half', '"x\\\\ud83d"', 'x\\ud83d'],
  ['two backslashes before a half', '"x\\\\\\ud83d"', 'x\\\ufffd'],
])('R7: %s in a title', async (_, title, expected) => {
  const line = `{"index":1,"unique_id":"00000000-0000-4000-8000-000000000001","title":${title},"category":"art"}`;
  expect(await one('pin', line)).toMatchObject({ title: expected, outcome: 'clean', findings: '' });
});

test('R7: control characters that mark places on the way make no JSON of what is none', async () => {
  const line = `{"index":1,"unique_id":"00000000-0000-4000-8000-000000000001","title":"\u0001 \\ud83d"}`;
  expect(await one('pin', line)).toMatchObject({ outcome: 'quarantined', reason: 'not_json_object' });
});
