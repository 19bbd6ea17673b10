import { createHash } from 'node:crypto';
import { DATASETS, perDataset, SCHEMAS } from '../schema';
import { type JsonObject, type JsonValue, type Post, type SourceOptions, syntheticPosts } from '.';

const rowsOf = (post: Post | undefined): readonly JsonObject[] =>
  (post?.records ?? []).map(({ value }) => value as JsonObject);
const rows = (options: SourceOptions) => [...syntheticPosts(options)].map(rowsOf);
const text = (value: JsonValue | undefined) => `${value}`;

let all: readonly (readonly JsonObject[])[];
beforeAll(() => {
  all = rows({ seed: 100, posts: 11_154 });
});

test('the source of seed 100 is the same, byte for byte, on every platform', () => {
  const hashes = perDataset(() => createHash('sha256'));
  for (const { records } of syntheticPosts({ seed: 100, posts: 11_154 }))
    for (const record of records) hashes[record.dataset].update(`${JSON.stringify(record)}\n`);
  expect(perDataset((dataset) => hashes[dataset].digest('hex'))).toMatchObject({
    pin: '6e8998688d14b3dc319b247060306397449c89c4775bd3cbb1f1397c1816ecc7',
    geo: 'c76f1dadb295df7d12790bee84ae08d98a6a43886b4b50688d9d189e76bbedcd',
    user: 'a2c15f1a0cc271ecbb677114ed6b81918ad71d1b2f1172f7e3ac8a8d0a79c81b',
  });
});

test('hard mode of seed 100 is the same, byte for byte, on every platform', () => {
  const hash = createHash('sha256');
  for (const { records } of syntheticPosts({ seed: 100, posts: 11_154, hardMode: true }))
    for (const record of records) hash.update(`${JSON.stringify(record)}\n`);
  expect(hash.digest('hex')).toBe('13ad5b96c1537501014715bd3c4a2b9edf06cfccec820ae7c60fd72d38e14468');
});

test('a post is a row of each dataset under one key, with the columns of the source tables in order', () => {
  const [first] = syntheticPosts({ seed: 100, posts: 5 });
  expect(first?.key).toBe(0);
  expect(first?.records.map(({ dataset, key }) => [dataset, key])).toEqual(DATASETS.map((dataset) => [dataset, '0']));
  expect(rowsOf(first).map((row) => Object.keys(row).join(' '))).toEqual(
    DATASETS.map((dataset) => SCHEMAS[dataset].sourceColumns.map(({ name }) => name).join(' ')),
  );
});

test('keys count from 0 and each category is one block of them', () => {
  expect(all.map(([pin]) => pin?.index)).toEqual(Array.from({ length: 11_154 }, (_, key) => key));
  const starts = all.flatMap(([pin], key) =>
    pin?.category === all[key - 1]?.[0]?.category ? [] : [[pin?.category, key]],
  );
  expect(starts).toEqual([
    ['art', 0],
    ['beauty', 893],
    ['christmas', 1640],
    ['diy-and-crafts', 2637],
    ['education', 3467],
    ['event-planning', 4330],
    ['finance', 5079],
    ['home-decor', 5864],
    ['mens-fashion', 6729],
    ['quotes', 7573],
    ['tattoos', 8486],
    ['travel', 9459],
    ['vehicles', 10315],
  ]);
});

test('one poster is one person in one place', () => {
  const of = new Map<string, Set<string>>();
  for (const [pin, geo, user] of all) {
    const { timestamp: _, ind: __, ...place } = geo ?? {};
    const { ind: ___, ...person } = user ?? {};
    const poster = text(pin?.poster_name);
    of.set(poster, (of.get(poster) ?? new Set()).add(JSON.stringify([person, place])));
  }
  expect(of.size).toBeGreaterThan(4300);
  expect([...of].filter(([, persons]) => persons.size !== 1)).toEqual([]);
  expect(new Set([...of.values()].flatMap((persons) => [...persons])).size).toBe(of.size);
  expect(of.has('User Info Error')).toBe(true);
});

test('names of posters stay different when trimmed', () => {
  const names = new Set(all.map(([pin]) => text(pin?.poster_name)));
  expect(new Set([...names].map((name) => name.trim())).size).toBe(names.size);
});

test('prolific posters carry the minimum of many draws: the first countries, 20 years, October 2015', () => {
  const counts = new Map<string, number>();
  for (const [pin] of all) counts.set(text(pin?.poster_name), (counts.get(text(pin?.poster_name)) ?? 0) + 1);
  const prolific = all.filter(([pin]) => Number(counts.get(text(pin?.poster_name))) >= 100);
  expect(prolific.length).toBeGreaterThan(200);
  for (const [, geo, user] of prolific) {
    expect(text(geo?.country) <= 'Bahrain').toBe(true);
    expect(geo?.latitude).toBeLessThan(-82);
    expect(geo?.longitude).toBeLessThan(-164);
    expect(user?.age).toBeLessThanOrEqual(22);
    expect(text(user?.date_joined) < '2015-12-15').toBe(true);
    expect(text(user?.first_name) <= 'Alz').toBe(true);
  }
});

test('posts of one poster have the same follower count, give or take a step', () => {
  const of = new Map<string, Set<string>>();
  for (const [pin] of all) {
    const poster = text(pin?.poster_name);
    of.set(poster, (of.get(poster) ?? new Set()).add(text(pin?.follower_count)));
  }
  const several = [...of.values()].filter((counts) => counts.size > 1);
  expect(several.length).toBeGreaterThan(50);
  for (const counts of several) {
    const numbers = [...counts].map((count) => Number.parseInt(count, 10));
    expect(Math.max(...numbers) - Math.min(...numbers)).toBeLessThanOrEqual(2);
    expect(new Set([...counts].map((count) => count.replace(/\d/g, ''))).size).toBe(1);
  }
});

test('everybody joined before posting, inside the windows of the original', () => {
  const posted = all.map(([, geo]) => text(geo?.timestamp)).sort();
  const joined = all.map(([, , user]) => text(user?.date_joined)).sort();
  expect([...posted, ...joined].filter((time) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time))).toEqual([]);
  expect(posted[0]?.slice(0, 10)).toBe('2017-10-20');
  expect(posted.at(-1)?.slice(0, 10)).toBe('2022-10-18');
  expect(joined[0]?.slice(0, 10)).toBe('2015-10-21');
  expect(joined.at(-1)?.slice(0, 10)).toBe('2017-10-19');
});

test('ages are whole numbers from 20 to 60, all of which occur', () => {
  const ages = new Set(all.map(([, , user]) => Number(user?.age)));
  expect([...ages].sort((a, b) => a - b)).toEqual(Array.from({ length: 41 }, (_, i) => 20 + i));
});

test('coordinates lie on the globe and have at most 6 significant digits', () => {
  const isOff = (degrees: JsonValue | undefined, limit: number) =>
    Math.abs(Number(degrees)) > limit || text(degrees).replace(/^-?[0.]*|\./g, '').length > 6;
  expect(all.filter(([, geo]) => isOff(geo?.latitude, 90) || isOff(geo?.longitude, 180))).toEqual([]);
  expect(all.filter(([, geo]) => Number.isInteger(geo?.latitude)).length).toBeLessThan(20);
});

test('sentinels come in the groups of the original', () => {
  const groups = new Map<string, number>();
  for (const [pin] of all) {
    const group = [
      text(pin?.is_image_or_video).slice(0, 5),
      pin?.description === 'No description available Story format' && 'story text',
      pin?.image_src === 'Image src error.' && 'no picture',
      pin?.downloaded === 0 && 'not downloaded',
      pin?.title === 'No Title Data Available' && 'no title',
      pin?.poster_name === 'User Info Error' && 'no poster',
      pin?.follower_count === 'User Info Error' && 'no followers',
      pin?.tag_list === 'N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e' && 'no tags',
    ];
    const name = group.filter(Boolean).join(', ');
    groups.set(name, (groups.get(name) ?? 0) + 1);
  }
  expect([...groups.keys()].sort()).toEqual([
    'image',
    'image, no tags',
    'multi, story text',
    'multi, story text, no picture, not downloaded',
    'multi, story text, no picture, not downloaded, no title, no poster, no followers, no tags',
    'video',
    'video, no tags',
  ]);
  expect(groups.get('multi, story text, no picture, not downloaded, no title, no poster, no followers, no tags')).toBe(
    123,
  );
});

test('the place a picture is saved in names the category', () => {
  expect(all.filter(([pin]) => pin?.save_location !== `Local save in /data/${pin?.category}`)).toEqual([]);
});

test('every pin has a UUID of version 4 of its own', () => {
  const ids = all.map(([pin]) => text(pin?.unique_id));
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(ids.filter((id) => !uuid.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(11_154);
});

test('links lead to an invented host and nowhere else', () => {
  const image = /^https:\/\/images\.example\/originals\/(..)\/(..)\/(..)\/\1\2\3[0-9a-f]{26}\.(jpg|png|webp|gif)$/;
  const film =
    /^https:\/\/images\.example\/videos\/thumbnails\/originals\/(..)\/(..)\/(..)\/\1\2\3[0-9a-f]{26}\.0000001\.jpg$/;
  const pins = all.map(([pin]) => pin).filter((pin) => pin?.image_src !== 'Image src error.');
  const isWrong = (pin: JsonObject | undefined) =>
    !(pin?.is_image_or_video === 'image' ? image : film).test(text(pin?.image_src));
  expect(pins.filter(isWrong)).toEqual([]);
  expect(all.filter((row) => /https?:\/\/(?!images\.example\/)|pinimg|pinterest/i.test(JSON.stringify(row)))).toEqual(
    [],
  );
});

test('some pins repeat the title and description of the one before', () => {
  const repeats = all.filter(
    ([pin], key) =>
      pin?.title === all[key - 1]?.[0]?.title &&
      pin?.description === all[key - 1]?.[0]?.description &&
      text(pin?.description).length > 60 &&
      !text(pin?.description).startsWith('No '),
  );
  expect(repeats.length).toBeGreaterThan(100);
});

test.each([1, 2, 3, 13, 50, 1000])('a source of %d posts has all keys and keeps one person per poster', (posts) => {
  const small = rows({ seed: 7, posts });
  expect(small.map(([pin, geo, user]) => [pin?.index, geo?.ind, user?.ind])).toEqual(
    Array.from({ length: posts }, (_, key) => [key, key, key]),
  );
  const persons = new Map<string, Set<string>>();
  for (const [pin, , user] of small) {
    const poster = text(pin?.poster_name);
    persons.set(poster, (persons.get(poster) ?? new Set()).add(text(user?.date_joined)));
  }
  expect([...persons.values()].filter((set) => set.size !== 1)).toEqual([]);
});

test('the same seed gives the same posts, another seed others', () => {
  const one = JSON.stringify(rows({ seed: 1, posts: 40 }));
  expect(JSON.stringify(rows({ seed: 1, posts: 40 }))).toBe(one);
  expect(JSON.stringify(rows({ seed: 2, posts: 40 }))).not.toBe(one);
  expect(JSON.stringify(rows({ seed: 1 + 2 ** 32, posts: 40 }))).not.toBe(one);
});

test('posts are made one at a time, when asked for', () => {
  const posts = syntheticPosts({ seed: 100, posts: 200_000 })[Symbol.iterator]();
  expect(posts.next().value?.key).toBe(0);
  expect(posts.next().value?.key).toBe(1);
});

test.each([
  [{ seed: -1, posts: 1 }, 'synthetic source: seed must be a whole number from 0 to 9007199254740991, got -1'],
  [{ seed: 1.5, posts: 1 }, 'synthetic source: seed must be a whole number from 0 to 9007199254740991, got 1.5'],
  [{ seed: 1, posts: 0 }, 'synthetic source: posts must be a whole number from 1 to 1000000000, got 0'],
  [{ seed: 1, posts: Number.NaN }, 'synthetic source: posts must be a whole number from 1 to 1000000000, got NaN'],
  [{ seed: 1, posts: 2e9 }, 'synthetic source: posts must be a whole number from 1 to 1000000000, got 2000000000'],
])('%p is refused', (options, message) => {
  expect(() => [...syntheticPosts(options)]).toThrow(message);
});
