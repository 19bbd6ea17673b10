import { DATASETS, type Dataset, SCHEMAS } from '../schema';

/** One record of a probe, with the partition that it came through. */
export interface Probe {
  readonly dataset: Dataset;
  readonly partition: number;
  readonly value: object;
}

/** Fields of a post's records; null for a record that never came. */
type Fields = { readonly [D in Dataset]?: object | null } & { readonly key: number; readonly partition?: number };

const ADA = { first_name: 'Ada', last_name: 'Berg', age: 24, date_joined: '2016-05-05T08:00:00Z' };
const NAMESAKE = { ...ADA, date_joined: '2016-05-05T17:00:00Z' };
const BEN = { first_name: 'Ben', last_name: 'Cole', age: 50, date_joined: '2017-02-01T23:30:00Z' };
const in2020 = (category: string, country = 'Peru') => ({
  pin: { category, poster_name: 'Ada B.', follower_count: '12k' },
  geo: { country, timestamp: '2020-03-01T23:30:00Z' },
});
const error = 'User Info Error';

/** Posts that show every mistake: what is rare in the source, or not in it at all. */
const POSTS: readonly Fields[] = [
  // Ties, one person with several posts, and a namesake.
  { key: 20_000, ...in2020('art'), user: ADA },
  { key: 20_001, ...in2020('travel'), user: ADA },
  {
    key: 20_002,
    pin: { category: 'art', poster_name: 'Ada B.', follower_count: '2M' },
    geo: { country: 'Chad' },
    user: ADA,
  },
  {
    key: 20_003,
    pin: { category: 'travel', poster_name: 'Zoe | Co', follower_count: '2M' },
    geo: { country: 'Chad' },
    user: NAMESAKE,
  },
  {
    key: 20_004,
    pin: { category: 'art', poster_name: 'Ada B.', follower_count: '958M' },
    geo: { country: 'Mali' },
    user: ADA,
  },
  {
    key: 20_005,
    pin: { category: 'art', poster_name: 'Zoe | Co', follower_count: '958M' },
    geo: { country: 'Niue' },
    user: NAMESAKE,
  },
  {
    key: 20_006,
    pin: { category: 'quotes', poster_name: 'Ada B.', follower_count: '958M' },
    geo: { country: 'Mali' },
    user: ADA,
  },
  // Counts of every form.
  ...['3m', '3K', '1.2M', '942k', '437', '0', error].map((follower_count, nth) => ({
    key: 20_010 + nth,
    pin: { follower_count, poster_name: `Poster no. ${nth}` },
    geo: { country: 'Oman' },
    user: { ...BEN, last_name: `Cole ${nth}` },
  })),
  { key: 20_020, pin: { follower_count: '950M', poster_name: error }, geo: { country: 'Iran' }, user: BEN },
  // Error texts, and text that looks like one.
  ...[
    { title: 'No Title Data Available', description: 'No description available' },
    { title: 'Untitled', description: 'Untitled' },
    { description: 'No description available Story format', image_src: 'Image src error.' },
    { description: 'No description available? Here is one.', image_src: 'Image src error' },
    { description: 'Art.', tag_list: 'N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e' },
  ].map((pin, nth) => ({ key: 20_030 + nth, pin, user: { ...BEN, age: 60 + nth } })),
  // Ages at the edges of every group, and outside.
  ...[10, 17, 18, 24, 25, 26, 34, 35, 36, 49, 50, 51, null].map((age, nth) => ({
    key: 20_040 + nth,
    pin: { follower_count: `${nth + 1}${nth}k`, category: nth % 2 === 0 ? 'art' : 'christmas' },
    user: { ...BEN, age, date_joined: `2016-0${1 + (nth % 3)}-03T09:00:00Z` },
  })),
  // Times at the edges of every year that is asked for.
  {
    key: 20_060,
    geo: { timestamp: '2017-12-31T23:30:00Z' },
    user: { ...BEN, age: 31, date_joined: '2014-12-31T23:30:00Z' },
  },
  {
    key: 20_061,
    geo: { timestamp: '2022-12-31T10:00:00Z' },
    user: { ...BEN, age: 32, date_joined: '2020-12-31T10:00:00Z' },
  },
  {
    key: 20_062,
    geo: { timestamp: '2023-05-01T10:00:00Z' },
    user: { ...BEN, age: 33, date_joined: '2021-05-01T10:00:00Z' },
  },
  { key: 20_063, geo: { timestamp: null }, user: { ...BEN, age: 34, date_joined: null } },
  // Unknown groups, and partners that did not come.
  { key: 20_070, geo: { country: null }, pin: { category: 'tattoos', follower_count: '7k' } },
  { key: 20_071, pin: { category: null, follower_count: '940M' }, geo: { country: 'Guam' }, user: { ...BEN, age: 41 } },
  { key: 20_072, pin: { follower_count: '930M', category: 'beauty' }, geo: null, user: { ...BEN, age: 30 } },
  { key: 20_073, pin: { follower_count: '960M', category: 'beauty' }, geo: { country: 'Togo' }, user: null },
  { key: 20_074, pin: null, geo: { country: 'Togo' }, user: { ...BEN, age: 45 } },
  // A key that comes again with other contents, and from another partition.
  {
    key: 20_080,
    pin: { follower_count: '800M', category: 'finance' },
    geo: { country: 'Cuba' },
    user: ADA,
    partition: 1,
  },
  {
    key: 20_080,
    pin: { follower_count: '10k', category: 'vehicles', poster_name: 'Other', title: 'Another title' },
    geo: { country: 'Fiji', timestamp: '2019-01-01T00:10:00Z', latitude: 3.25 },
    user: { ...BEN, age: 19, date_joined: '2015-12-31T23:50:00Z' },
    partition: 1,
  },
  // A fifth of a thousand.
  {
    key: 999,
    pin: { follower_count: '15M', category: 'event-planning', poster_name: 'Low Key' },
    user: { ...BEN, age: 29 },
  },
];

const BASE: Partial<Readonly<Record<Dataset, object>>> = {
  pin: { poster_name: 'Some One', follower_count: '20k', category: 'art', save_location: 'Local save in /data/art' },
  geo: { country: 'Peru', timestamp: '2019-07-01T12:00:00Z', latitude: -89.9787, longitude: -17.293 },
  user: BEN,
};

function recordsOf(post: Fields, nth: number): Probe[] {
  const partition = post.partition ?? 0;
  return DATASETS.flatMap((dataset) => {
    const fields = post[dataset];
    if (fields === null) return [];
    const { sourceKey, smallestRecord } = SCHEMAS[dataset];
    const id = dataset === 'pin' ? { unique_id: `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}` } : {};
    return [
      { dataset, partition, value: { ...smallestRecord, ...BASE[dataset], ...id, ...fields, [sourceKey]: post.key } },
    ];
  });
}

/** In the order in which they come. */
export const PROBES: readonly Probe[] = POSTS.flatMap(recordsOf);
