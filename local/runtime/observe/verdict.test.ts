import { DATASETS, type Dataset, perDataset } from '@pipeline/datasets/schema';
import { questions } from '@pipeline/datasets/sql';
import type { ExpectedAnswers, SourceOptions } from '@pipeline/datasets/synthetic';
import type { Judgement, ViewAnswer, ViewLayer } from '../../serving/contract';
import { type Standing, Verdicts } from './verdict';

const FIRST = 'top_category_by_country';
const SOURCE = { seed: 1, posts: 10, hardMode: false };
const each = <T>(value: T): Record<Dataset, T> => perDataset(() => value);
const layers = <T>(value: T) => ({ batch: value, speed: value });
const answerOf = (rows: ViewAnswer['rows']) =>
  ({ columns: [{ name: 'n', type: 'BIGINT' }], rows }) as unknown as ViewAnswer;
const rightOf = (rows: ViewAnswer['rows']) => ({ columns: ['n'], rows });

/** A source of ten posts, all of them there and right, unless a test says otherwise. */
function given({
  got = () => [[1]],
  standing = {},
  source = SOURCE,
  arrived = 10,
  judged = [[1]],
  slowMs = 0,
}: {
  got?: (layer: ViewLayer, view: string) => ViewAnswer['rows'];
  standing?: Partial<Standing>;
  source?: SourceOptions | null;
  arrived?: number;
  judged?: ViewAnswer['rows'];
  /** Takes so long for the first question in the batch layer. */
  slowMs?: number;
} = {}) {
  const errors: string[] = [];
  let compared = 0;
  const now: Standing = {
    stored: layers(each(10)),
    clean: layers(each(10)),
    waiting: 0,
    unaccounted: 0,
    versions: '1,1',
    ...standing,
  };
  const changing = { standing: now };
  const views = Object.fromEntries(questions().map(({ name }) => [name, rightOf([[1]])]));
  const judgedViews = Object.fromEntries(
    questions().map(({ name }) => {
      const one = { answer: answerOf(judged), right: rightOf([[1]]) };
      return [name, { batch: one, speed: one, serving: one }];
    }),
  );
  const verdicts = new Verdicts({
    answers: {
      fresh: async (layer, view) => {
        if (view === FIRST && layer === 'batch') {
          compared += 1;
          if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
        }
        return answerOf(got(layer, view));
      },
    },
    right: { of: async () => ({ views, counts: layers(each({ read: 10 })) }) as unknown as ExpectedAnswers },
    judgements: {
      of: async () =>
        ({
          source: SOURCE,
          arrived: { ...layers(each(arrived)), serving: each(arrived) },
          others: [
            { layer: 'speed', dataset: 'geo', records: 2, first: { key: 77, arrivedMs: 9 } },
            { layer: 'batch', dataset: 'pin', records: 3, first: { key: 78, arrivedMs: 5 } },
          ],
          views: judgedViews,
          changedByOthers: [],
        }) as Judgement,
    },
    source: () => source ?? undefined,
    standing: () => changing.standing,
    onChange: () => {},
    onError: (error) => errors.push(error.message),
  });
  return { verdicts, changing, errors, compared: () => compared };
}

const settledVerdict = async ({ verdicts }: ReturnType<typeof given>) => {
  verdicts.now();
  await verdicts.settled();
  return verdicts.now();
};

test('nothing has come: the verdict is that, and nothing is compared', async () => {
  const pipeline = given({ standing: { stored: layers(each(0)) } });
  expect((await settledVerdict(pipeline)).state).toBe('empty');
  expect(pipeline.compared()).toBe(0);
});

test('a source that has come whole, with every answer right, is right', async () => {
  const pipeline = given();
  expect(pipeline.verdicts.now()).toMatchObject({
    state: 'working',
    delivered: 20 * DATASETS.length,
    comparedMs: null,
  });
  const verdict = await settledVerdict(pipeline);
  expect(verdict).toMatchObject({
    state: 'right',
    delivered: 20 * DATASETS.length,
    sent: 20 * DATASETS.length,
    layersAgree: true,
    firstDifference: null,
    others: null,
    unaccounted: 0,
    notCompared: null,
  });
  expect(verdict.views[FIRST]).toEqual({ batch: 'right', speed: 'right', serving: 'right' });
  expect(Object.keys(verdict.views)).toHaveLength(questions().length);
});

test('a wrong row is found with its place, and the layer that has it', async () => {
  const verdict = await settledVerdict(
    given({ got: (layer, view) => (layer === 'speed' && view === FIRST ? [[2]] : [[1]]), judged: [[2]] }),
  );
  expect(verdict).toMatchObject({ state: 'wrong', layersAgree: false });
  expect(verdict.firstDifference).toEqual({ view: FIRST, layer: 'batch', row: 1, got: '[2]', expected: '[1]' });
});

test('a record that is nowhere makes it wrong, but only when nothing is on the way', async () => {
  const pipeline = given({ standing: { unaccounted: 4 } });
  expect(await settledVerdict(pipeline)).toMatchObject({ state: 'wrong', unaccounted: 4 });
  pipeline.changing.standing = { ...pipeline.changing.standing, waiting: 1 };
  const busy = pipeline.verdicts.now();
  expect(busy).toMatchObject({ state: 'working', unaccounted: 0, layersAgree: null });
  expect(busy.views[FIRST]).toEqual({ batch: 'waiting', speed: 'waiting', serving: 'waiting' });
});

test('records of others are named by the first to arrive, and the answers judged without them', async () => {
  const verdict = await settledVerdict(given({ got: () => [[5]], standing: { stored: layers(each(11)) } }));
  expect(verdict).toMatchObject({ state: 'right', delivered: 22 * DATASETS.length, notCompared: null });
  expect(verdict.others).toEqual({ records: 5, first: { layer: 'batch', dataset: 'pin', key: 78, arrivedMs: 5 } });
});

test('of records that nobody knows the layers can only agree, and must where they took the same', async () => {
  const strange = { source: null, arrived: 0 } as const;
  const verdict = await settledVerdict(given(strange));
  expect(verdict).toMatchObject({ state: 'agree', sent: null, others: null, layersAgree: true });
  expect(verdict.notCompared).toMatch(
    /^None of the records is of the source with seed 1 and 10 posts, so nobody knows/,
  );
  expect(verdict.views[FIRST]).toEqual({ batch: 'unknown', speed: 'unknown', serving: 'unknown' });
  const got = (layer: ViewLayer) => (layer === 'speed' ? [[2]] : [[1]]);
  expect((await settledVerdict(given({ ...strange, got }))).state).toBe('wrong');
  const stored = { batch: each(10), speed: each(9) };
  expect((await settledVerdict(given({ ...strange, got, standing: { stored } }))).state).toBe('agree');
});

test('layers that hold other numbers of clean records do not agree, whatever they answer', async () => {
  const clean = { batch: each(10), speed: { ...each(10), user: 9 } };
  expect((await settledVerdict(given({ standing: { clean } }))).layersAgree).toBe(false);
});

describe('comparing anew', () => {
  /** Asks for the verdict again and again, as pages do. */
  const watch = async ({ verdicts }: ReturnType<typeof given>, ms: number) => {
    for (const until = Date.now() + ms; Date.now() < until; ) {
      verdicts.now();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  test('waits until nothing is on the way', async () => {
    const pipeline = given({ standing: { waiting: 1 } });
    await watch(pipeline, 30);
    expect(pipeline.compared()).toBe(0);
    pipeline.changing.standing = { ...pipeline.changing.standing, waiting: 0 };
    expect((await settledVerdict(pipeline)).state).toBe('right');
  });

  test('waits for other tables, and for ten times as long as it took', async () => {
    const pipeline = given({ slowMs: 20 });
    await settledVerdict(pipeline);
    // Once to compare with what is right, once to compare the layers.
    expect(pipeline.compared()).toBe(2);
    pipeline.changing.standing = { ...pipeline.changing.standing, versions: '1,2' };
    await watch(pipeline, 200);
    expect(pipeline.verdicts.now().state).toBe('working');
    expect(pipeline.compared()).toBe(2);
    // On a busy machine the first comparison took longer, and so does the wait.
    for (const until = Date.now() + 20_000; Date.now() < until && pipeline.verdicts.now().state !== 'right'; )
      await watch(pipeline, 50);
    expect(pipeline.verdicts.now().state).toBe('right');
    await watch(pipeline, 800);
    expect(pipeline.compared()).toBe(4);
  });
});
