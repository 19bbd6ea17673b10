import { type Dataset, type Layer, perDataset } from '@pipeline/datasets/schema';
import type { ViewResult } from '../../serving/contract';
import { Answers } from './answers';
import type { Kept, KeptAnswers } from './kept-answers';

const VIEW = 'top_category_by_year';
const rows = (n: number): ViewResult => ({ columns: [{ name: 'n', type: 'BIGINT' }], rows: [[n]] });
const records = (pin: number): Record<Dataset, number> => ({ ...perDataset(() => 20), pin });

/** Tables whose versions a test moves, and that answer when it says so: with 1, 2, 3 … in the order of asking. */
function given(keeper?: Pick<KeptAnswers, 'read' | 'note'>, versions: Record<Layer, number> = { batch: 1, speed: 1 }) {
  const newest: Partial<Record<Layer, number>> = { batch: 1_000, speed: 5_000 };
  const asked: string[] = [];
  const waiting: { resolve: (result: ViewResult) => void; reject: (error: Error) => void }[] = [];
  let counted = 0;
  const answers = new Answers(
    {
      view: (layer, name) => {
        asked.push(`${layer}/${name}`);
        return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      },
      version: (layer) => versions[layer],
      held: (layer) => `made ${versions[layer]}`,
      newestMs: (layer) => newest[layer],
      clean: (layer) => records(layer === 'batch' ? 7 : 8),
      served: async () => {
        counted += 1;
        return records(9);
      },
    },
    keeper,
  );
  let given = 0;
  const finish = () => waiting.shift()!.resolve(rows(++given));
  return {
    answers,
    versions,
    newest,
    asked,
    finish,
    fail: () => waiting.shift()!.reject(new Error('no column')),
    counts: () => counted,
  };
}

test('an answer is computed once for all who ask, and given again while its layer is the same', async () => {
  const { answers, asked, finish, versions } = given();
  const both = [answers.answer('batch', VIEW), answers.answer('batch', VIEW)];
  finish();
  expect(answers.current('batch', VIEW)).toBeUndefined();
  expect((await Promise.all(both)).map((answer) => answer.rows)).toEqual([[[1]], [[1]]]);
  expect(answers.current('batch', VIEW)?.rows).toEqual([[1]]);
  versions.speed = 2;
  expect(await answers.answer('batch', VIEW)).toMatchObject({
    rows: [[1]],
    view: VIEW,
    layer: 'batch',
    asOf: '1970-01-01T00:00:01.000Z',
    stale: false,
    versions: { batch: 1 },
    restsOn: records(7),
  });
  expect(asked).toEqual([`batch/${VIEW}`]);
});

test('the serving layer’s answer rests on the rows it shows, and on the newer of both layers', async () => {
  const { answers, asked, finish, versions, counts } = given();
  const first = answers.answer('serving', VIEW);
  finish();
  expect(await first).toMatchObject({
    asOf: '1970-01-01T00:00:05.000Z',
    versions: { batch: 1, speed: 1 },
    restsOn: records(9),
  });
  await answers.served();
  expect(counts()).toBe(1);
  versions.speed = 2;
  const second = answers.answer('serving', VIEW);
  finish();
  expect((await second).rows).toEqual([[2]]);
  expect([asked.length, counts()]).toEqual([2, 2]);
});

test('one that takes long is given as it was, marked as stale, and whoever asks next gets the new one', async () => {
  const { answers, asked, finish, versions } = given();
  const first = answers.answer('speed', VIEW);
  finish();
  await first;
  versions.speed = 2;
  expect(await answers.answer('speed', VIEW)).toMatchObject({ rows: [[1]], stale: true, versions: { speed: 1 } });
  expect(await answers.answer('speed', VIEW)).toMatchObject({ rows: [[1]], stale: true });
  finish();
  expect(await answers.answer('speed', VIEW)).toMatchObject({ rows: [[2]], stale: false, versions: { speed: 2 } });
  expect(asked).toHaveLength(2);
});

test('whoever needs the tables as they are waits for a computation that began after the last record', async () => {
  const { answers, finish, versions } = given();
  const first = answers.answer('speed', VIEW);
  finish();
  await first;
  versions.speed = 2;
  const begun = await answers.answer('speed', VIEW);
  versions.speed = 3;
  const fresh = answers.fresh('speed', VIEW);
  finish();
  await new Promise((resolve) => setImmediate(resolve));
  finish();
  expect(begun.stale).toBe(true);
  expect(await fresh).toMatchObject({ rows: [[3]], stale: false, versions: { speed: 3 } });
});

test('what was out of date is not given any more once it was to be forgotten', async () => {
  const { answers, finish, versions } = given();
  const first = answers.answer('speed', VIEW);
  finish();
  await first;
  versions.speed = 2;
  expect(answers.current('speed', VIEW)).toBeUndefined();
  answers.forgetStale();
  const next = answers.answer('speed', VIEW);
  await new Promise((resolve) => setTimeout(resolve, 150));
  finish();
  expect(await next).toMatchObject({ rows: [[2]], stale: false });
});

test('one that fails says so to all who wait, and is tried again', async () => {
  const { answers, finish, fail, asked } = given();
  const both = [answers.answer('batch', VIEW), answers.answer('batch', VIEW)];
  fail();
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const again = answers.answer('batch', VIEW);
  finish();
  expect((await again).rows).toEqual([[1]]);
  expect(asked).toHaveLength(2);
});

test('before the first record an answer is as of nothing', async () => {
  const { answers, finish, newest } = given();
  newest.batch = undefined;
  const first = answers.answer('batch', VIEW);
  finish();
  expect((await first).asOf).toBeNull();
});

describe('answers of the process before', () => {
  /** What a first process keeps once it has answered and counted. */
  async function keptBefore(): Promise<Kept> {
    let newest: () => Kept = () => ({ answers: [] });
    const { answers, finish } = given({
      read: () => ({ answers: [] }),
      note: (kept) => {
        newest = kept;
      },
    });
    const first = answers.answer('serving', VIEW);
    finish();
    await first;
    // As a file keeps it.
    return JSON.parse(JSON.stringify(newest())) as Kept;
  }

  test('are given at once while the layers hold the same, as fresh ones', async () => {
    const kept = await keptBefore();
    const { answers, asked, counts } = given({ read: () => kept, note: () => {} });
    const answer = await answers.answer('serving', VIEW);
    expect(answer).toMatchObject({ rows: [[1]], stale: false, restsOn: { pin: 9 }, versions: { batch: 1, speed: 1 } });
    expect(answer.computedAt).toBe(kept.answers[0]!.computed.computedAt);
    expect(answers.servedLast).toEqual(records(9));
    expect([asked, counts()]).toEqual([[], 0]);
  });

  test('are given as stale ones when a layer holds more, and computed anew', async () => {
    const kept = await keptBefore();
    const { answers, asked, finish, counts } = given({ read: () => kept, note: () => {} }, { batch: 1, speed: 2 });
    expect(answers.servedLast).toBeUndefined();
    expect(await answers.answer('serving', VIEW)).toMatchObject({ rows: [[1]], stale: true, versions: {} });
    expect([asked, counts()]).toEqual([[`serving/${VIEW}`], 1]);
    finish();
    expect(await answers.answer('serving', VIEW)).toMatchObject({ stale: false, versions: { batch: 1, speed: 2 } });
  });

  test('to a question that was another one are not given', async () => {
    const kept = await keptBefore();
    const edited = { ...kept, answers: kept.answers.map((answer) => ({ ...answer, sql: `${answer.sql} limit 1` })) };
    const { answers, finish } = given({ read: () => edited, note: () => {} });
    const answer = answers.answer('serving', VIEW);
    await new Promise((resolve) => setTimeout(resolve, 150));
    finish();
    expect((await answer).computedAt).not.toBe(kept.answers[0]!.computed.computedAt);
  });
});
