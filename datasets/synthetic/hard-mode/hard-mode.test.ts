import { RULES } from '../../rules';
import { DATASETS } from '../../schema';
import {
  type ExpectedAnswers,
  expectedAnswers,
  HARD_MODE_SWITCHES,
  type HardModeSwitch,
  type JsonObject,
  type SourceOptions,
  type SourceRecord,
  syntheticPosts,
} from '..';
import { scripts } from '../source';
import { judge } from './by-the-book';

const NAMES = Object.keys(HARD_MODE_SWITCHES) as HardModeSwitch[];
const recordsOf = (options: SourceOptions): SourceRecord[] =>
  [...syntheticPosts(options)].flatMap(({ records }) => records);
const only = (name: HardModeSwitch, posts = 1500): SourceOptions => ({ seed: 100, posts, hardMode: { [name]: true } });
const valuesOf = (options: SourceOptions, column: string) =>
  recordsOf(options).map(({ value }) => (value as JsonObject | null)?.[column]);

/** For every key and dataset, the verdicts that the rules reach, in the order of arrival. */
function verdictsByTheBook(options: SourceOptions): Map<string, string[]> {
  const verdicts = new Map<string, string[]>();
  for (const { dataset, key, value } of recordsOf(options)) {
    const slot = `${dataset} ${key}`;
    verdicts.set(slot, [...(verdicts.get(slot) ?? []), JSON.stringify(judge(dataset, value))]);
  }
  return verdicts;
}

describe.each([
  { seed: 100, posts: 3000, hardMode: true },
  { seed: 7, posts: 1000, hardMode: true },
  { seed: 3, posts: 1, hardMode: true },
  { seed: 4, posts: 3, hardMode: true },
  { seed: 5, posts: 50, hardMode: true },
  { seed: 100, posts: 500, hardMode: false },
])('of %j', (options) => {
  test('what is said of each record is what the rules make of its text, in the order of arrival', () => {
    const said = new Map<string, string[]>();
    for (const { key, drafts } of scripts(options))
      for (const { dataset, verdict } of drafts) {
        const slot = `${dataset} ${key}`;
        said.set(slot, [...(said.get(slot) ?? []), JSON.stringify(verdict)]);
      }
    const read = verdictsByTheBook(options);
    expect(said.size).toBeGreaterThan(0);
    expect([...said].filter(([slot, verdicts]) => verdicts.join() !== read.get(slot)?.join())).toEqual([]);
    expect(read.size).toBe(said.size);
  });

  test('the counts are those of the records that arrive, and nothing is lost between the outcomes', () => {
    const { counts } = expectedAnswers(options);
    const records = recordsOf(options);
    for (const dataset of DATASETS) {
      const mine = records.filter((record) => record.dataset === dataset);
      const good = mine.filter(({ value }) => judge(dataset, value).facts !== null);
      const noObjects = mine.filter(({ value }) => typeof value !== 'object' || Array.isArray(value)).length;
      const clean = new Set(good.map(({ key }) => key)).size;
      const bad = mine.length - good.length;
      const both = { read: mine.length, clean, duplicates: good.length - clean };
      expect(counts.speed[dataset]).toMatchObject({ ...both, refusedBySink: 0, quarantined: bad });
      expect(counts.batch[dataset]).toMatchObject({ ...both, refusedBySink: noObjects, quarantined: bad - noObjects });
      expect(counts.batch[dataset].quarantinedByReason).not.toHaveProperty('not_json_object');
    }
  });
});

describe('with all switches on', () => {
  let answers: ExpectedAnswers;
  beforeAll(() => {
    answers = expectedAnswers({ seed: 100, posts: 4000, hardMode: true });
  });

  test('every switch injects something and reports it', () => {
    const reported = new Set(Object.keys(answers.injected).map((name) => name.split('.')[0]));
    expect([...reported].sort()).toEqual([...NAMES].sort());
  });

  test('every reason for quarantine occurs', () => {
    const reasons = Object.values(answers.counts.speed).flatMap(({ quarantinedByReason }) =>
      Object.keys(quarantinedByReason),
    );
    const ofOneDataset = RULES.flatMap(({ dataset, reasons }) => (dataset ? Object.keys(reasons) : []));
    expect(ofOneDataset).toEqual(
      expect.arrayContaining(['unique_id_invalid', 'timestamp_invalid', 'date_joined_invalid']),
    );
    expect([...new Set(reasons)].sort()).toEqual(
      [...ofOneDataset, 'foreign_record', 'key_conflict', 'key_invalid', 'key_missing', 'not_json_object'].sort(),
    );
  });

  test('every record can be partitioned and travel as JSON', () => {
    for (const { key, value } of recordsOf({ seed: 100, posts: 4000, hardMode: true })) {
      if (!/^\d+$/.test(key)) throw new Error(`key ${key}`);
      if (value === null || value === undefined) throw new Error(`no value under key ${key}`);
    }
  });
});

describe.each(NAMES)('with %s alone', (name) => {
  test('nothing else is injected, and twice the same', () => {
    const options = only(name, 500);
    const { injected } = expectedAnswers(options);
    expect([...new Set(Object.keys(injected).map((one) => one.split('.')[0]))]).toEqual([name]);
    const records = JSON.stringify(recordsOf(options));
    expect(JSON.stringify(recordsOf(options))).toBe(records);
    expect(records).not.toBe(JSON.stringify(recordsOf({ ...options, hardMode: false })));
  });
});

test('without hard mode, with all switches off and with none the source is the same and nothing is injected', () => {
  const plain = JSON.stringify(recordsOf({ seed: 9, posts: 100 }));
  for (const hardMode of [false, {}, { poison: false }]) {
    expect(JSON.stringify(recordsOf({ seed: 9, posts: 100, hardMode }))).toBe(plain);
    expect(expectedAnswers({ seed: 9, posts: 100, hardMode }).injected).toEqual({});
  }
});

test('an unknown switch is refused by name', () => {
  const hardMode = { poisson: true } as SourceOptions['hardMode'];
  expect(() => recordsOf({ seed: 1, posts: 1, hardMode })).toThrow(
    /^synthetic source: hard mode has no switch 'poisson' \(known: followerDecimals, followerLetters, /,
  );
});

test.each([
  ['followerDecimals', 'follower_count', /^\d{1,3}\.\d{1,6}[kM]?$/],
  ['followerLetters', 'follower_count', /^\d+K$|^\d+m$|^0\.\d{3}[MB]$|^\d+ k$/],
  ['followerCommas', 'follower_count', /^\d{1,3}(,\d{3})+$/],
  ['followerUnreadable', 'follower_count', /^(1,5k|lots|12kk|-5|about 12k)$/],
  ['emptyTexts', 'country', /^[ \t\r\n\u00a0]*$/],
  ['nullTexts', 'category', /^(null|none|n\/a|nan)$/i],
  ['whitespace', 'poster_name', /^[ \t\r\n\u00a0].*[ \t\r\n\u00a0]$/],
  ['categories', 'category', /^[A-Z]/],
  ['ages', 'age', /^(17|18|120|121|-1|unknown|thirty)$/],
  ['coordinates', 'latitude', /^(90\.0001|-91|999|1e\+30|north)$/],
  ['timestampForms', 'timestamp', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/],
  ['timestampForms', 'date_joined', /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+[-+]\d\d:\d\d$/],
  ['timestampForms', 'timestamp', /^\d{4}:\d\d:\d\d \d\d:\d\d:\d\d$/],
  ['timestampForms', 'date_joined', /^\d\d\/\d\d\/\d{4}, \d\d:\d\d:\d\d$/],
  ['badRepeats', 'unique_id', /^not-a-uuid$/],
  ['badRepeats', 'timestamp', /^yesterday$/],
] as const)('%s puts its forms into %s: %s', (name, column, form) => {
  const values = valuesOf(only(name, 2000), column);
  expect(values.filter((value) => value !== undefined && form.test(`${value}`)).length).toBeGreaterThan(0);
});

test('decimals change the true count, letters and commas do not', () => {
  const plain = expectedAnswers({ seed: 100, posts: 3000 }).views;
  expect(expectedAnswers(only('followerLetters', 3000)).views).toEqual(plain);
  expect(expectedAnswers(only('followerCommas', 3000)).views).toEqual(plain);
  expect(expectedAnswers(only('followerDecimals', 3000)).views.top_user_by_country).not.toEqual(
    plain.top_user_by_country,
  );
});

test.each([
  'whitespace',
  'coordinates',
  'extraFields',
  'textKeys',
  'badRepeats',
  'duplicates',
  'updates',
  'poison',
  'wrongTopic',
  'late',
] as const)('%s alone changes no answer', (name) => {
  expect(expectedAnswers(only(name)).views).toEqual(expectedAnswers({ seed: 100, posts: 1500 }).views);
});

test('an outdated version comes before the final one and counts as a duplicate', () => {
  const { injected, counts } = expectedAnswers(only('updates'));
  expect(injected.updates).toBeGreaterThan(50);
  expect(Object.values(counts.speed).reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(injected.updates);
  const first = recordsOf(only('updates')).find(
    ({ dataset, key }, i, all) => dataset === 'geo' && all[i + 1]?.dataset === 'geo' && all[i + 1]?.key === key,
  );
  const final = recordsOf({ seed: 100, posts: 1500 }).find(
    (record) => record.dataset === 'geo' && record.key === first?.key,
  );
  expect(first?.value).not.toEqual(final?.value);
  expect(
    recordsOf(only('updates'))
      .filter(({ dataset, key }) => dataset === 'geo' && key === first?.key)
      .at(-1),
  ).toEqual(final);
});

test('late records arrive under a later key in their order, and all of them arrive', () => {
  const inTime = recordsOf({ seed: 100, posts: 1500 }).map((record) => JSON.stringify(record));
  const posts = [...syntheticPosts(only('late'))];
  const delays = posts.flatMap(({ key, records }) => records.map((record) => key - Number(record.key)));
  expect(delays.filter((delay) => delay > 0).length).toBe(expectedAnswers(only('late')).injected.late);
  expect(Math.max(...delays)).toBeLessThanOrEqual(200);
  expect(Math.min(...delays)).toBe(0);
  const arrived = posts.flatMap(({ records }) => records.map((record) => JSON.stringify(record)));
  expect(arrived).not.toEqual(inTime);
  expect(arrived.sort()).toEqual(inTime.sort());
});

test('an orphan leaves one row of its post out, and the post out of the answers', () => {
  const { injected, counts, views } = expectedAnswers(only('orphans'));
  expect(injected).toEqual(
    Object.fromEntries(DATASETS.map((dataset) => [`orphans.${dataset}`, 1500 - counts.batch[dataset].clean])),
  );
  const posts = (views.posts_by_join_year?.rows ?? []).reduce((sum, [, count]) => sum + Number(count), 0);
  const lost = Object.values(injected).reduce((sum, count) => sum + count, 0);
  expect(lost).toBeGreaterThan(10);
  expect(posts).toBeGreaterThanOrEqual(1500 - lost);
  expect(posts).toBeLessThan(1500 - lost / 2);
});

test('schema drift: a key under the other name or under both is good, two different keys are not', () => {
  const { injected, counts } = expectedAnswers(only('schemaDrift'));
  const conflicts = Object.values(counts.speed).reduce(
    (sum, one) => sum + (one.quarantinedByReason.key_conflict ?? 0),
    0,
  );
  expect(conflicts).toBe(injected['schemaDrift.bothDifferent']);
  expect(Object.values(counts.speed).reduce((sum, { quarantined }) => sum + quarantined, 0)).toBe(conflicts);
  expect(
    recordsOf(only('schemaDrift')).some(({ dataset, value }) => dataset === 'geo' && !('ind' in (value as JsonObject))),
  ).toBe(true);
});
