import { perDataset } from '@pipeline/datasets/schema';
import { type Item, Lane } from './lane';
import { ALL_STORED } from './outcome';
import { DEFAULT_RETRY, systemClock } from './retry';
import { routesOf } from './route';

const names = perDataset((dataset) => `u1.${dataset}`);
const target = {
  apiUrl: 'http://127.0.0.1:1/dev/',
  region: 'us-east-1',
  auth: 'none',
  topics: names,
  streams: names,
} as const;

/** A lane of batches of three whose requests are all answered, and the sizes of those requests. */
function givenLane() {
  const sizes: number[] = [];
  const [route] = routesOf({ layers: ['batch'], datasets: ['pin'], target }, 3);
  const lane = new Lane(
    route!,
    {
      send: async (_, count) => {
        sizes.push(count);
        return { kind: 'each', failures: ALL_STORED };
      },
    },
    {
      batchSize: 3,
      retry: DEFAULT_RETRY,
      clock: systemClock,
      random: Math.random,
      abort: new AbortController().signal,
    },
    { delivered() {}, retrying() {}, deadLettered() {}, isUnproven: () => false },
    { fail() {}, idle() {} },
  );
  const push = (key: number) => {
    const post = { key, remaining: 1, read: [], dead: undefined, retried: undefined };
    lane.push({ post, key: String(key), keyJson: `"${key}"`, valueJson: '{}', dueMs: 0 } satisfies Item);
  };
  return { lane, push, sizes };
}

const turns = async () => {
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
};

test('a lane sends as soon as it has a full batch, and not before', async () => {
  const { push, sizes } = givenLane();
  push(1);
  push(2);
  await turns();
  expect(sizes).toEqual([]);
  push(3);
  push(4);
  await turns();
  expect(sizes).toEqual([3]);
});

test('a flush sends what waits; what comes later waits for a full batch again', async () => {
  const { lane, push, sizes } = givenLane();
  push(1);
  lane.flush();
  await turns();
  push(2);
  push(3);
  await turns();
  expect(sizes).toEqual([1]);
  push(4);
  await turns();
  expect(sizes).toEqual([1, 3]);
});

test('no batch holds two records of one key', async () => {
  const { push, sizes } = givenLane();
  for (const key of [1, 2, 2, 3, 4]) push(key);
  await turns();
  expect(sizes).toEqual([2, 3]);
});
