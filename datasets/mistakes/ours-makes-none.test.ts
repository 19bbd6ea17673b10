/** Each mistake that others made with this data (and published results of), as a test that ours does not. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Dataset } from '../schema';
import { answerOver, cleaned, geo, openDuckdb, pin, type Row, user } from '../sql/testing/duckdb';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openDuckdb();
});
afterAll(() => connection.closeSync());

const one = async (dataset: Dataset, record: unknown): Promise<Row> => (await cleaned(connection, dataset, record))[0]!;
const followers = async (text: unknown) => (await one('pin', pin({ follower_count: text }))).follower_count;

const answer = (view: string, records: Partial<Record<Dataset, unknown[]>>) => answerOver(connection, view, records);

test('millions are handled, not only thousands', async () => {
  expect(await followers('6M')).toBe(6_000_000);
  expect(await followers('942k')).toBe(942_000);
});

test('a count is cast once, after the letter is understood', async () => {
  expect(await followers('2M')).toBe(2_000_000);
});

test('both capital and small letters count', async () => {
  expect(await followers('3m')).toBe(3_000_000);
  expect(await followers('3K')).toBe(3_000);
});

test('M is six zeros', async () => {
  expect(await followers('2M')).not.toBe(20_000);
});

test('letters are not merely stripped', async () => {
  expect(await followers('12k')).not.toBe(12);
});

test('an error is null, not 0, and does not pull a median down', async () => {
  expect(await followers('User Info Error')).toBeNull();
  const medians = await answer('median_followers_by_age_group', {
    pin: [pin({ index: 1, follower_count: '10k' }), pin({ index: 2, follower_count: 'User Info Error' })],
    geo: [geo({ ind: 1 }), geo({ ind: 2 })],
    user: [user({ ind: 1 }), user({ ind: 2, first_name: 'Ben' })],
  });
  expect(medians).toEqual([['25-35', 10_000]]);
});

test('k and M are understood as the last letter only', async () => {
  expect(await followers('1.2M')).toBe(1_200_000);
  expect(await followers('k12')).toBeNull();
  expect(await followers('Mike')).toBeNull();
});

test('a count that is text on the wire arrives as text', async () => {
  expect(await followers('437')).toBe(437);
});

test('the plain description sentinel is not forgotten', async () => {
  expect(await one('pin', pin({ description: 'No description available' }))).toMatchObject({ description: null });
});

test('descriptions are matched whole, so real text that begins alike is kept', async () => {
  const description = 'No description available? Here is one.';
  expect(await one('pin', pin({ description }))).toMatchObject({ description });
});

test('"Art." is a description', async () => {
  expect(await one('pin', pin({ description: 'Art.' }))).toMatchObject({ description: 'Art.' });
});

test('the image error is matched with its full stop', async () => {
  expect(await one('pin', pin({ image_src: 'Image src error.' }))).toMatchObject({ image_src: null });
});

test('the poster error is matched without a full stop', async () => {
  expect(await one('pin', pin({ poster_name: 'User Info Error' }))).toMatchObject({ poster_name: null });
});

test('the poster error cannot win a country', async () => {
  const top = await answer('top_user_by_country', {
    pin: [
      pin({ index: 1, poster_name: 'User Info Error', follower_count: '9M' }),
      pin({ index: 2, poster_name: 'Ada', follower_count: '1' }),
    ],
    geo: [geo({ ind: 1 }), geo({ ind: 2 })],
    user: [user({ ind: 1 }), user({ ind: 2 })],
  });
  expect(top).toEqual([['Peru', 'Ada', 1]]);
});

test.each(['Bored Panda', 'Of Life & Lisa', 'A. B. | C-D'])('the poster %j is left whole', async (poster_name) => {
  expect(await one('pin', pin({ poster_name }))).toMatchObject({ poster_name });
});

test('each column has its own sentinels, and all are known', async () => {
  const worst = pin({
    title: 'No Title Data Available',
    description: 'No description available Story format',
    poster_name: 'User Info Error',
    follower_count: 'User Info Error',
    tag_list: 'N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e',
    image_src: 'Image src error.',
  });
  expect(await one('pin', worst)).toMatchObject({
    title: null,
    description: null,
    poster_name: null,
    follower_count: null,
    tag_list: null,
    image_src: null,
  });
  expect(await one('pin', pin({ title: 'User Info Error' }))).toMatchObject({ title: 'User Info Error' });
});

test('null is null, never the text "None"', async () => {
  const values = Object.values(await one('pin', pin({ title: 'None', description: null, tag_list: 'none' })));
  expect(values.filter((value) => /^none$/i.test(String(value)))).toEqual([]);
});

test('cleaning one column keeps the cleaning of the others', async () => {
  expect(
    await one(
      'pin',
      pin({ title: 'Untitled', image_src: 'Image src error.', save_location: 'Local save in /data/art' }),
    ),
  ).toMatchObject({ title: null, image_src: null, save_location: '/data/art' });
});

test('the save location has no leading blank', async () => {
  expect(await one('pin', pin({ save_location: 'Local save in /data/art' }))).toMatchObject({
    save_location: '/data/art',
  });
});

test('a save location that does not begin with the words is not emptied', async () => {
  expect(await one('pin', pin({ save_location: '/elsewhere' }))).toMatchObject({ save_location: '/elsewhere' });
});

test('the media kind is no boolean', async () => {
  expect(await one('pin', pin({ is_image_or_video: 'image' }))).toMatchObject({ is_image_or_video: 'image' });
});

test('names are joined with a blank', async () => {
  expect(await one('user', user({ first_name: 'Abigail', last_name: 'Ali' }))).toMatchObject({
    user_name: 'Abigail Ali',
  });
});

test('coordinates are doubles, not single-precision floats', async () => {
  expect(await one('geo', geo({ latitude: -89.9787, longitude: -173.293 }))).toMatchObject({
    coordinates: [-89.9787, -173.293],
  });
});

test('coordinates are not rounded to whole degrees', async () => {
  expect(await one('geo', geo({ latitude: 0.4, longitude: 0.6 }))).toMatchObject({ coordinates: [0.4, 0.6] });
});

test('coordinates are an array of two numbers, latitude first', async () => {
  expect((await one('geo', geo({ latitude: 1, longitude: 2 }))).coordinates).toEqual([1, 2]);
});

test('the date joined keeps its time of day, so two who joined on one day stay two', async () => {
  const joined = await answer('users_joined_by_year', {
    pin: [],
    geo: [],
    user: [
      user({ ind: 1, date_joined: '2016-05-05T08:00:00Z' }),
      user({ ind: 2, date_joined: '2016-05-05T09:00:00Z' }),
    ],
  });
  expect(joined).toEqual([[2016, 2]]);
});

test('no date pattern is tied to one sender', async () => {
  for (const timestamp of [
    '2020-08-28 03:52:47',
    '2020-08-28T03:52:47',
    '2020:08:28 03:52:47',
    '08/28/2020, 03:52:47',
  ]) {
    expect(await one('geo', geo({ timestamp }))).toMatchObject({ timestamp: '2020-08-28T03:52:47Z' });
  }
});

test('an age is a number, and compares as one', async () => {
  expect((await one('user', user({ age: '9' }))).age).toBe(9);
});

test('a post sent five times counts once, and joins once', async () => {
  const five = <T>(record: T): T[] => Array.from({ length: 5 }, () => record);
  const posts = await answer('posts_by_category_and_year', {
    pin: five(pin({ category: 'beauty' })),
    geo: five(geo({ timestamp: '2018-01-01T00:00:00Z' })),
    user: five(user()),
  });
  expect(posts).toEqual([[2018, 'beauty', 1]]);
});
