import { type ExpectedAnswers, expectedAnswers, type JsonObject, syntheticPosts } from '.';

interface Source {
  readonly pins: readonly JsonObject[];
  readonly geos: readonly JsonObject[];
  readonly users: readonly JsonObject[];
  readonly answers: ExpectedAnswers;
}

const POSTS = 11_154;
const SEEDS = [100, 1, 2024];
const sources = new Map<number, Source>();
beforeAll(() => {
  for (const seed of SEEDS) {
    const rows = [...syntheticPosts({ seed, posts: POSTS })].map(({ records }) => records.map(({ value }) => value));
    const column = (at: number) => rows.map((row) => row[at] as JsonObject);
    const answers = expectedAnswers({ seed, posts: POSTS });
    sources.set(seed, { pins: column(0), geos: column(1), users: column(2), answers });
  }
});

const source = (seed: number): Source => sources.get(seed) as Source;
const percent = (rows: readonly JsonObject[], is: (row: JsonObject) => boolean) =>
  (100 * rows.filter(is).length) / rows.length;
const matches = (column: string, pattern: RegExp) => (row: JsonObject) => pattern.test(`${row[column]}`);
const number = (answers: ExpectedAnswers, view: string, row: number, column: number) =>
  Number(answers.views[view]?.rows[row]?.[column]);

/** Bounds around a published value; seeds other than the shipped one get half as much again. */
function expectWithin(value: number, low: number, high: number, seed: number): void {
  const slack = seed === 100 ? 0 : (high - low) / 4;
  expect(value).toBeGreaterThanOrEqual(low - slack);
  expect(value).toBeLessThanOrEqual(high + slack);
}

describe.each(SEEDS)('the source of seed %d resembles the original:', (seed) => {
  test.each([
    ['18-24', 20, 24, 38, 50],
    ['25-35', 25, 35, 21, 33],
    ['36-50', 36, 50, 14.5, 26.5],
    ['+50', 51, 60, 2.5, 14.5],
  ])('rows by age group %s', (_, youngest, oldest, low, high) => {
    const share = percent(source(seed).users, ({ age }) => Number(age) >= youngest && Number(age) <= oldest);
    expectWithin(share, low, high, seed);
  });

  test.each([
    [2015, 34, 46, 13, 19],
    [2016, 38, 50, 49, 55],
    [2017, 10, 22, 29, 35],
  ])('rows and people by join year %d', (year, lowRows, highRows, lowPeople, highPeople) => {
    const { users, answers } = source(seed);
    expectWithin(percent(users, matches('date_joined', RegExp(`^${year}`))), lowRows, highRows, seed);
    const people = answers.views.users_joined_by_year?.rows ?? [];
    const all = people.reduce((sum, [, count]) => sum + Number(count), 0);
    const ofYear = people.find(([y]) => y === year)?.[1];
    expectWithin((100 * Number(ofYear)) / all, lowPeople, highPeople, seed);
    expect(all).toBeGreaterThan(4300);
    expect(all).toBeLessThan(5600);
  });

  test.each([
    ['median_followers_by_age_group_by_post', 0, 65_000, 260_000],
    ['median_followers_by_age_group_by_post', 1, 11_000, 44_000],
    ['median_followers_by_age_group_by_post', 2, 3_500, 14_000],
    ['median_followers_by_age_group_by_post', 3, 1_500, 6_000],
    ['median_followers_by_join_year_by_post', 0, 80_000, 320_000],
    ['median_followers_by_join_year_by_post', 1, 10_000, 40_000],
    ['median_followers_by_join_year_by_post', 2, 2_000, 8_000],
  ])('%s, row %d, within a factor of two', (view, row, low, high) => {
    expectWithin(number(source(seed).answers, view, row, 1), low, high, seed);
  });

  test('243 countries, some with a tied top category', () => {
    const places = new Map<unknown, number>();
    for (const [country] of source(seed).answers.views.top_category_by_country?.rows ?? [])
      places.set(country, (places.get(country) ?? 0) + 1);
    expect(places.size).toBeGreaterThanOrEqual(seed === 100 ? 243 : 238);
    expectWithin([...places.values()].filter((count) => count > 1).length, 30, 90, seed);
  });

  test('the largest follower count and the top category of each year', () => {
    const { answers } = source(seed);
    expectWithin(number(answers, 'country_with_top_user', 0, 1), 8_000_000, 15_000_000, seed);
    for (let year = 0; year < 5; year++) expectWithin(number(answers, 'top_category_by_year', year, 2), 140, 250, seed);
  });

  test.each([
    ['an image', 'is_image_or_video', /^image$/, 88.5, 91.5],
    ['a story page', 'is_image_or_video', /^multi-video\(story page format\)$/, 6.3, 8.3],
    ['a video', 'is_image_or_video', /^video$/, 2.2, 3.6],
    ['not downloaded', 'downloaded', /^0$/, 2, 3.2],
    ['without a picture', 'image_src', /^Image src error\.$/, 2, 3.2],
    ['a jpg', 'image_src', /^https:\/\/images\.example\/originals\/.*\.jpg$/, 70, 77],
    ['without a description', 'description', /^No description available$/, 1.2, 2.2],
    ['of an unreadable poster', 'poster_name', /^User Info Error$/, 1.1, 1.2],
    ['without a title', 'title', /^No Title Data Available$/, 1.1, 1.2],
    ['of unreadable followers', 'follower_count', /^User Info Error$/, 1.1, 1.2],
    ['without tags', 'tag_list', /^N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e$/, 1.3, 1.9],
    ['of nine tags', 'tag_list', /^([^,]{2,},){8}[^,]+$/, 97.5, 98.8],
    ['followed by less than a thousand', 'follower_count', /^\d{1,3}$/, 12, 24],
    ['followed by thousands', 'follower_count', /^\d{1,3}k$/, 68, 82],
    ['followed by millions', 'follower_count', /^\d{1,2}M$/, 4.5, 9.5],
    ['titled beyond ASCII', 'title', /\P{ASCII}/u, 9, 13],
    ['described up to the cut', 'description', /…\u00a0$/, 33, 39],
    ['by a poster with a bar in the name', 'poster_name', / \| /, 12, 18],
    ['by a poster with blanks after the name', 'poster_name', / $/, 0.6, 2.8],
  ])('pins %s', (_, column, pattern, low, high) => {
    expectWithin(percent(source(seed).pins, matches(column, pattern)), low, high, seed);
  });

  test('story pages gather in crafts, event plans and home decor', () => {
    const stories = (category: string) =>
      percent(
        source(seed).pins.filter((pin) => pin.category === category),
        matches('is_image_or_video', /^multi/),
      );
    expectWithin(stories('diy-and-crafts'), 16, 24, seed);
    expectWithin(stories('event-planning'), 10, 18, seed);
    expectWithin(stories('home-decor'), 8, 16, seed);
    for (const category of ['art', 'quotes', 'tattoos', 'vehicles']) expectWithin(stories(category), 1, 10, seed);
  });

  test('few posters have many posts', () => {
    const counts = new Map<unknown, number>();
    for (const { poster_name } of source(seed).pins) counts.set(poster_name, (counts.get(poster_name) ?? 0) + 1);
    const sizes = [...counts.values()].sort((a, b) => b - a);
    const share = (first: number) => (100 * sizes.slice(0, first).reduce((sum, size) => sum + size, 0)) / POSTS;
    expectWithin(share(1), 1.2, 2.3, seed);
    expectWithin(share(10), 6, 11, seed);
    expectWithin(share(100), 20, 30, seed);
    expectWithin((100 * sizes.filter((size) => size === 1).length) / sizes.length, 66, 74, seed);
  });

  test('posts spread evenly over the window, mostly in the south west', () => {
    const { geos } = source(seed);
    expectWithin(percent(geos, matches('timestamp', /^2017/)), 3, 5, seed);
    expectWithin(percent(geos, matches('timestamp', /^2019/)), 18.5, 21.5, seed);
    expectWithin(percent(geos, matches('timestamp', /^2022/)), 14.5, 17.5, seed);
    expectWithin(percent(geos, matches('timestamp', /T0\d/)), 39.5, 44, seed);
    expectWithin(
      percent(geos, ({ latitude }) => Number(latitude) < 0),
      74,
      82,
      seed,
    );
    expectWithin(
      percent(geos, ({ longitude }) => Number(longitude) < 0),
      74,
      82,
      seed,
    );
  });
});

test('lengths of texts are those of the original', () => {
  const { pins } = source(100);
  const lengths = (column: string) => pins.map((pin) => [...`${pin[column]}`].length).sort((a, b) => a - b);
  for (const [column, shortest, median, longest] of [
    ['title', 4, 50, 199],
    ['description', 4, 147, 180],
    ['poster_name', 1, 16, 268],
    ['tag_list', 33, 124, 247],
  ] as const) {
    const sorted = lengths(column);
    expect(sorted[0]).toBe(shortest);
    expect(sorted.at(-1)).toBeLessThanOrEqual(longest);
    expect(Math.abs(Number(sorted[POSTS / 2]) - median)).toBeLessThanOrEqual(8);
  }
});

test('the texts hold emoji, accents, Cyrillic, Greek, quotes, commas and pipes', () => {
  const texts = source(100).pins.map((pin) => `${pin.title}${pin.description}${pin.poster_name}`);
  for (const pattern of [
    /\p{Extended_Pictographic}/u,
    /[éèüöñ]/,
    /\p{Script=Cyrillic}/u,
    /\p{Script=Greek}/u,
    /[“”]/,
    /"/,
    /,/,
    / \| /,
  ])
    expect(texts.filter((text) => pattern.test(text)).length).toBeGreaterThan(20);
});
