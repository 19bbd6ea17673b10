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

test('the rows are the first of the default source, with a mark of their own', async () => {
  const posts = await markedPosts('run', 100, 2);
  expect(posts.map(({ key }) => key)).toEqual([0, 1]);
  const marks = posts.flatMap(({ records }) =>
    records.map(({ value }) => (value as { smoke_test: string }).smoke_test),
  );
  expect(marks).toEqual(['run/pin/0', 'run/geo/0', 'run/user/0', 'run/pin/1', 'run/geo/1', 'run/user/1']);
  const { syntheticPosts } = await import('@pipeline/datasets/synthetic');
  for (const post of syntheticPosts({ seed: 100, posts: 11_154 })) {
    if (post.key > 1) break;
    expect(posts[post.key]!.records).toEqual(
      post.records.map((record) => ({
        ...record,
        value: { ...(record.value as object), smoke_test: `run/${record.dataset}/${post.key}` },
      })),
    );
  }
});
