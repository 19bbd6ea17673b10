import { DATASETS, perDataset } from '@pipeline/datasets/schema';
import { expectedAnswers } from '@pipeline/datasets/synthetic';
import { VIEW_LAYERS } from '../serving';
import type { Judgement, KnownSource } from '../serving/contract';
import { noneDiffers } from './check';
import { judgeAnswers } from './judged-answers';
import { judgementLines } from './judgement-lines';
import type { Answers } from './views-client';

const SOURCE: KnownSource = { seed: 1, posts: 40, hardMode: false };
const RIGHT = expectedAnswers(SOURCE).views;
const answer = (name: string) => ({
  columns: RIGHT[name]!.columns.map((column) => ({ name: column, type: 'STRING' })),
  rows: RIGHT[name]!.rows,
});
const RIGHT_ANSWERS: Answers = Object.fromEntries(
  Object.keys(RIGHT).flatMap((name) => VIEW_LAYERS.map((layer) => [`${layer}.${name}`, answer(name)])),
);
/** With a country more, in the batch layer and so in the serving layer. */
const MORE = { ...answer('country_with_top_user'), rows: [['Peru', 99_000_000]] };
const WITH_OTHERS: Answers = {
  ...RIGHT_ANSWERS,
  'batch.country_with_top_user': MORE,
  'serving.country_with_top_user': MORE,
};
const none = perDataset(() => 0);
const all = perDataset(() => 40);
const JUDGEMENT: Judgement = {
  source: SOURCE,
  arrived: { batch: all, speed: all, serving: all },
  others: [
    { layer: 'batch', dataset: 'geo', records: 1, first: { key: 900_001, arrivedMs: Date.UTC(2026, 0, 2, 12) } },
    {
      layer: 'batch',
      dataset: 'pin',
      records: 39,
      first: { key: 900_001, arrivedMs: new Date(2026, 0, 2, 11, 2).getTime() },
    },
  ],
  views: Object.fromEntries(
    Object.keys(RIGHT).map((name) => {
      const judged = { answer: answer(name), right: RIGHT[name]! };
      return [name, { batch: judged, speed: judged, serving: judged }];
    }),
  ),
  changedByOthers: [
    { view: 'country_with_top_user', layer: 'batch', rows: 2 },
    { view: 'country_with_top_user', layer: 'serving', rows: 2 },
  ],
};
const client = { judgement: jest.fn(async () => JUDGEMENT), answers: jest.fn(async () => WITH_OTHERS) };
beforeEach(() => jest.clearAllMocks());

test('right answers that are at hand are the ones that are compared with', async () => {
  const more = Object.fromEntries(VIEW_LAYERS.map((layer) => [`${layer}.country_with_top_user`, MORE]));
  const right = { ...RIGHT, country_with_top_user: { ...RIGHT.country_with_top_user!, rows: MORE.rows } };
  const computed = { answers: { ...RIGHT_ANSWERS, ...more } };
  const judged = await judgeAnswers({
    client,
    computed,
    source: SOURCE,
    replayed: true,
    right: Promise.resolve({ views: right }),
  });
  expect(noneDiffers(judged.checks!)).toBe(true);
  expect(client.judgement).not.toHaveBeenCalled();
});

test('a source that came whole is compared with its own right answers, and nothing else is asked', async () => {
  const judged = await judgeAnswers({ client, computed: { answers: RIGHT_ANSWERS }, source: SOURCE, replayed: true });
  expect(noneDiffers(judged.checks!)).toBe(true);
  expect(judged.judgement).toBeUndefined();
  expect(client.judgement).not.toHaveBeenCalled();
});

test('where others have come too, the answers over the source alone are judged', async () => {
  const judged = await judgeAnswers({ client, computed: { answers: WITH_OTHERS }, source: SOURCE, replayed: true });
  expect(noneDiffers(judged.checks!)).toBe(true);
  expect(judged.judgement).toBe(JUDGEMENT);
});

const spark = { version: '4', seconds: {} };

test("Spark's answers have to be right, or over others' records those that DuckDB gives", async () => {
  const work = { client, source: SOURCE, replayed: true, miscounted: true };
  const same = await judgeAnswers({ ...work, computed: { answers: WITH_OTHERS, spark } });
  expect(noneDiffers(same.checks!)).toBe(true);
  const other = await judgeAnswers({
    ...work,
    computed: { answers: { ...WITH_OTHERS, 'speed.country_with_top_user': MORE }, spark },
  });
  expect(other.checks!.country_with_top_user!.speed.golden).toMatchObject({ differing: 1 });
  const without = await judgeAnswers({ ...work, computed: { answers: RIGHT_ANSWERS, spark } });
  expect(without.checks!.country_with_top_user!.batch.golden).toMatchObject({ differing: 1 });
});

test('others are named with the first of them, and what they change is told', () => {
  expect(judgementLines(JUDGEMENT, new Date(2026, 0, 2, 15).getTime())).toEqual([
    `Judged by what arrived of the source (40 posts of seed 1): ${DATASETS.map((dataset) => `40 ${dataset}`).join(', ')}.`,
    '40 records are not from the source (first: batch pin, key 900001, 11:02); the answers are judged without them.',
    'They change 1 full answer, by so many rows:\n  country_with_top_user: batch 2, serving 2',
  ]);
});

test('where nothing is of the source, that is said, and nothing is judged', async () => {
  const foreign = { ...JUDGEMENT, arrived: { batch: none, speed: none, serving: none } };
  client.judgement.mockResolvedValueOnce(foreign);
  const judged = await judgeAnswers({ client, computed: { answers: WITH_OTHERS }, source: SOURCE, replayed: false });
  expect(judged.checks).toBeUndefined();
  expect(judgementLines(foreign, new Date(2026, 0, 3).getTime()).slice(0, 2)).toEqual([
    'No record of the source (40 posts of seed 1) has arrived, so nobody knows the right answers; for another source pass --seed, --posts and --hard-mode.',
    '40 records are not from the source (first: batch pin, key 900001, 2026-01-02 11:02).',
  ]);
});
