import type { Dataset } from '@pipeline/datasets/schema';
import { Tables } from '../../tables';
import { ruleSteps } from './rule-steps';

let tables: Tables;
beforeAll(async () => {
  tables = await Tables.open(':memory:');
});
afterAll(() => tables.close());

const steps = async (dataset: Dataset, record: object | string) => {
  const line = typeof record === 'string' ? record : JSON.stringify(record);
  const found = await ruleSteps((sql, value) => tables.layer('batch').read(sql, [value]), dataset, line);
  return found.map(({ rule, column, before, after }) => [rule, column, before, after]);
};

const UUID = '851d0322-6989-4626-b743-6851e27bbcfe';

test('a record that no rule changes has no steps but those that make columns of its fields', async () => {
  expect(
    await steps('pin', { index: 7, unique_id: UUID, title: 'Mine', is_image_or_video: 'image', downloaded: 1 }),
  ).toEqual([]);
  expect(await steps('geo', { ind: 7, timestamp: '2022-01-31T12:00:00Z', country: 'Norway' })).toEqual([]);
});

test('each rule has what it did itself, in the order in which they are applied', async () => {
  const pin = {
    index: ' 7 ',
    unique_id: UUID,
    title: ' Untitled ',
    description: 'N/A',
    follower_count: ' 12k',
    poster_name: 'User Info Error',
    tag_list: 'a,b',
    is_image_or_video: 'multi-video(story page format)',
    image_src: 'Image src error.',
    save_location: 'Local save in /data/art',
    category: 'Art ',
    downloaded: 3,
  };
  expect(await steps('pin', pin)).toEqual([
    ['R5', 'ind', ' 7 ', '7'],
    ['R5', 'title', ' Untitled ', 'Untitled'],
    ['R5', 'follower_count', ' 12k', '12k'],
    ['R5', 'category', 'Art ', 'Art'],
    ['R6', 'description', 'N/A', null],
    ['P3', 'title', 'Untitled', null],
    ['F1', 'follower_count', '12k', 12_000],
    ['P5', 'poster_name', 'User Info Error', null],
    ['P6', 'tags', 'a,b', ['a', 'b']],
    ['P7', 'media_type', 'multi-video(story page format)', 'story'],
    ['P8', 'image_src', 'Image src error.', null],
    ['P9', 'save_location', 'Local save in /data/art', '/data/art'],
    ['P10', 'category', 'Art', 'art'],
    ['P11', 'downloaded', '3', null],
  ]);
});

test('what is put together of two fields is so by its own rule, before the rule changes it', async () => {
  expect(await steps('geo', { ind: 7, latitude: '91', longitude: ' 10.5 ', timestamp: '2022-01-31 12:00:00' })).toEqual(
    [
      ['R5', 'coordinates', ['91', ' 10.5 '], ['91', '10.5']],
      ['G1', 'coordinates', ['91', '10.5'], null],
      ['G2', 'timestamp', '2022-01-31 12:00:00', '2022-01-31T12:00:00Z'],
    ],
  );
  const user = await steps('user', {
    ind: 7,
    first_name: 'Ann ',
    last_name: 'Lee',
    age: 130,
    date_joined: '2017-05-07T09:58:20Z',
  });
  expect(user).toEqual([
    ['U1', 'user_name', ['Ann ', 'Lee'], 'Ann  Lee'],
    ['U1', 'user_name', 'Ann  Lee', 'Ann Lee'],
    ['U2', 'age', '130', null],
    ['U4', 'user_key', null, '9aebc4a999cf30bb902084a0cb3973f5'],
  ]);
});

test.each(['no JSON', '', '[1]', '"text"'])('%j has no fields, so no rule changes one', async (line) => {
  expect(await steps('pin', line)).toEqual([]);
});
