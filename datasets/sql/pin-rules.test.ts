import type { DuckDBConnection } from '@duckdb/node-api';
import type { Dataset } from '../schema';
import { cleaned, openDuckdb, pin, type Row, UUID } from './testing/duckdb';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openDuckdb();
});
afterAll(() => connection.closeSync());

const one = async (dataset: Dataset, record: unknown): Promise<Row> => (await cleaned(connection, dataset, record))[0]!;

test('P1: the key is called ind and is never null in a clean row', async () => {
  expect(await one('pin', pin({ index: 0 }))).toMatchObject({ ind: 0, outcome: 'clean' });
});

test.each([undefined, '', 'x', UUID.slice(1), `${UUID}0`, UUID.replace('0', 'g')])(
  'P2: unique_id %j is no UUID: quarantined',
  async (unique_id) => {
    expect(await one('pin', pin({ unique_id }))).toMatchObject({
      outcome: 'quarantined',
      reason: 'unique_id_invalid',
    });
  },
);

test('P2: a UUID may have capitals', async () => {
  const unique_id = 'FBE53C66-3442-4773-B19E-D3EC6F54DDDF';
  expect(await one('pin', pin({ unique_id }))).toMatchObject({ unique_id, outcome: 'clean' });
});

test.each(['No Title Data Available', 'Untitled', ' Untitled '])('P3: the title %j is null', async (title) => {
  expect(await one('pin', pin({ title }))).toMatchObject({ title: null, findings: 'sentinel:title' });
});

test.each([
  'No description available',
  'No description available Story format',
  'Untitled',
  'No description available\u00a0',
])('P4: the description %j is null', async (description) => {
  expect(await one('pin', pin({ description }))).toMatchObject({
    description: null,
    findings: 'sentinel:description',
  });
});

test.each(['Art.', 'No description available in English', 'no description available'])(
  'P4: the description %j is real text',
  async (description) => {
    expect(await one('pin', pin({ description }))).toMatchObject({ description, findings: '' });
  },
);

test.each<[unknown, number]>([
  ['0', 0],
  ['437', 437],
  [437, 437],
  ['12k', 12_000],
  ['12K', 12_000],
  ['12 k', 12_000],
  ['15M', 15_000_000],
  ['2m', 2_000_000],
  ['1.2M', 1_200_000],
  ['0.002B', 2_000_000],
  ['12.3456k', 12_346],
  ['0.0005k', 1],
  ['0.0004k', 0],
  ['437.5', 438],
  ['1.005k', 1_005],
  ['8.2M', 8_200_000],
  ['1,234', 1_234],
  ['1,234,567', 1_234_567],
  ['1,234.5k', 1_234_500],
  ['999999999', 999_999_999],
  ['999999999B', 999_999_999_000_000_000],
  ['999999999.999999b', 999_999_999_999_999_000],
  ['\u00a012k ', 12_000],
  ['.5k', 500],
  ['5.', 5],
  ['1.k', 1_000],
  ['1e3', 1_000],
  ['1.5e7', 15_000_000],
  ['15E+6', 15_000_000],
  ['1.23456789E7', 12_345_679],
  ['5e-1', 1],
  ['4e-1', 0],
  ['.12e2', 12],
  ['9.99e14', 999_000_000_000_000],
])('F1: follower_count %j is %d', async (follower_count, followers) => {
  expect(await one('pin', pin({ follower_count }))).toMatchObject({ follower_count: followers, findings: '' });
});

test.each([
  '1,5k',
  '12,34',
  ',123',
  '1,234,56',
  '12kk',
  'k',
  '-5',
  '+5',
  '1.2.3M',
  '1234567890',
  '1.1234567',
  '٣',
  'lots',
  '1e15',
  '1e400',
  '.',
  '.k',
  'e3',
  '1e3k',
  '1_000',
  '12 k k',
])('F1: follower_count %j is none: null and counted', async (follower_count) => {
  expect(await one('pin', pin({ follower_count }))).toMatchObject({
    follower_count: null,
    findings: 'unreadable:follower_count',
  });
});

test('F1: the error text is null, and not counted as unreadable', async () => {
  expect(await one('pin', pin({ follower_count: 'User Info Error' }))).toMatchObject({
    follower_count: null,
    findings: 'sentinel:follower_count',
  });
});

test('P5: the poster name User Info Error is null, any other is kept', async () => {
  expect(await one('pin', pin({ poster_name: 'User Info Error' }))).toMatchObject({
    poster_name: null,
    findings: 'sentinel:poster_name',
  });
  expect(await one('pin', pin({ poster_name: 'Bored Panda' }))).toMatchObject({
    poster_name: 'Bored Panda',
    findings: '',
  });
  expect(await one('pin', pin({ poster_name: 'Of Life & Lisa | Blog' }))).toMatchObject({
    poster_name: 'Of Life & Lisa | Blog',
  });
});

test('P6: the tag list stays as text and is offered as an array of trimmed tags', async () => {
  expect(await one('pin', pin({ tag_list: 'a b,\u00a0c ,,d, ' }))).toMatchObject({
    tag_list: 'a b,\u00a0c ,,d,',
    tags: ['a b', 'c', 'd'],
  });
  expect(await one('pin', pin({ tag_list: 'one,two' }))).toMatchObject({ tags: ['one', 'two'] });
  expect(await one('pin', pin({ tag_list: 'one' }))).toMatchObject({ tags: ['one'] });
  expect(await one('pin', pin({ tag_list: null }))).toMatchObject({ tag_list: null, tags: null, findings: '' });
});

test('P6: the joined characters of No Tags Available are null', async () => {
  expect(await one('pin', pin({ tag_list: 'N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e' }))).toMatchObject({
    tag_list: null,
    tags: null,
    findings: 'sentinel:tag_list',
  });
});

test.each([
  ['image', 'image', ''],
  ['video', 'video', ''],
  ['multi-video(story page format)', 'story', ''],
  ['gif', null, 'unknown:is_image_or_video'],
  [null, null, ''],
])('P7: %j is kept, its media type is %j', async (is_image_or_video, media_type, findings) => {
  expect(await one('pin', pin({ is_image_or_video }))).toMatchObject({ is_image_or_video, media_type, findings });
});

test.each(['Image src error.', 'Image src error'])('P8: the image source %j is null', async (image_src) => {
  expect(await one('pin', pin({ image_src }))).toMatchObject({ image_src: null, findings: 'sentinel:image_src' });
});

test.each([
  ['Local save in /data/art', '/data/art', ''],
  ['/data/art', '/data/art', ''],
  ['/data/Local save in /x', '/data/Local save in /x', ''],
  ['Local save in elsewhere', 'elsewhere', 'unknown:save_location'],
  [null, null, ''],
])('P9: the save location %j is %j', async (save_location, path, findings) => {
  expect(await one('pin', pin({ save_location }))).toMatchObject({ save_location: path, findings });
});

test.each([
  ['Mens-Fashion', 'mens-fashion', ''],
  ['art', 'art', ''],
  ['Gardening', 'gardening', 'unknown:category'],
  ['İstanbul', 'İstanbul', 'unknown:category'],
  [null, null, 'missing:category'],
  ['', null, 'missing:category'],
])('P10: the category %j is %j', async (category, lower, findings) => {
  expect(await one('pin', pin({ category }))).toMatchObject({ category: lower, findings, outcome: 'clean' });
});

test.each([
  [1, 1, ''],
  ['0', 0, ''],
  ['1.0', 1, ''],
  ['0.0', 0, ''],
  ['0.5', null, 'unreadable:downloaded'],
  ['2.0', null, 'outside:downloaded'],
  [2, null, 'outside:downloaded'],
  [true, 1, ''],
  [false, 0, ''],
  ['TRUE', 1, ''],
  ['yes', null, 'unreadable:downloaded'],
  [null, null, ''],
])('P11: downloaded %j is %j', async (downloaded, number, findings) => {
  expect(await one('pin', pin({ downloaded }))).toMatchObject({ downloaded: number, findings });
});

test("P12: the columns come in the exercise's order, then ours", async () => {
  expect(Object.keys(await one('pin', pin())).slice(0, 14)).toEqual(
    'ind unique_id title description follower_count poster_name tag_list is_image_or_video image_src save_location category downloaded media_type tags'.split(
      ' ',
    ),
  );
});
