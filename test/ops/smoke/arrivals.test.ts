import { DATASETS, SCHEMAS } from '@pipeline/datasets/schema';
import { syntheticPosts } from '@pipeline/datasets/synthetic';
import type { ReplayRecord } from '@pipeline/emulator';
import { Arrivals } from '../../../ops/smoke/arrivals';
import { markedPosts } from '../../../ops/smoke/marked-posts';

const pin: ReplayRecord = { dataset: 'pin', key: '7', value: { index: 7, title: '📌', smoke_test: 'r/pin/7' } };
const geo: ReplayRecord = { dataset: 'geo', key: '7', value: { ind: 7, latitude: 1.5, smoke_test: 'r/geo/7' } };

test('a record has arrived when it comes out whole, in its place, whatever comes beside it', () => {
  const arrivals = new Arrivals([pin, geo]);
  arrivals.take({ dataset: 'pin', value: { smoke_test: 'r/pin/7', title: '📌', index: 7 }, key: '7' });
  arrivals.take({ dataset: 'pin', value: pin.value });
  for (const value of ['no JSON', null, { index: 7 }, { smoke_test: 7 }, { smoke_test: 'other/geo/7' }])
    arrivals.take({ dataset: 'geo', value });
  expect([arrivals.of('pin'), arrivals.of('geo'), arrivals.of('user'), arrivals.isComplete]).toEqual([1, 0, 0, false]);
  arrivals.take({ dataset: 'geo', value: geo.value, key: '7' });
  expect([arrivals.of('geo'), arrivals.isComplete, arrivals.changed('geo')]).toEqual([1, true, undefined]);
});

test.each<[string, Parameters<Arrivals['take']>[0], string]>([
  [
    'another text',
    { dataset: 'pin', value: { index: 7, title: '??', smoke_test: 'r/pin/7' } },
    'pin 7 was sent as {"index":7,"title":"📌","smoke_test":"r/pin/7"} and came out as {"index":7,"title":"??","smoke_test":"r/pin/7"}',
  ],
  [
    'a number as text',
    { dataset: 'pin', value: { index: '7', title: '📌', smoke_test: 'r/pin/7' } },
    'pin 7 was sent as {"index":7,"title":"📌","smoke_test":"r/pin/7"} and came out as {"index":"7","title":"📌","smoke_test":"r/pin/7"}',
  ],
  ['another key', { dataset: 'pin', value: pin.value, key: '8' }, "pin 7 came out with key '8'"],
  ['another stream', { dataset: 'user', value: pin.value, key: '7' }, 'pin 7 came out as user'],
])('%s is no arrival, and is told', (_, arrival, told) => {
  const arrivals = new Arrivals([pin]);
  arrivals.take(arrival);
  expect([arrivals.of('pin'), arrivals.of('user'), arrivals.changed('pin')]).toEqual([0, 0, told]);
});

test('the rows are those of the source, with a mark and with keys that no post has', async () => {
  const posts = await markedPosts('run', 100, 2);
  const original = [...syntheticPosts({ seed: 100, posts: 2 })];
  expect(posts.map(({ key }) => key)).toEqual([-1, -2]);
  const changes = [-1, -2].flatMap((key) =>
    DATASETS.map((dataset) => ({ [SCHEMAS[dataset].sourceKey]: key, smoke_test: `run/${dataset}/${key}` })),
  );
  expect(posts.flatMap(({ records }) => records)).toEqual(
    original
      .flatMap(({ records }) => records)
      .map(({ dataset, value }, i) => ({
        dataset,
        key: i < DATASETS.length ? '-1' : '-2',
        value: { ...(value as object), ...changes[i] },
      })),
  );
});
