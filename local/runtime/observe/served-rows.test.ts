import { forEachDataset } from '../pipeline';
import { ServedRows } from './served-rows';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Rows of layers whose versions a test sets; a count takes as long as told, and counts as many of each as told. */
function given() {
  const layers = { versions: 'one', rows: 3, countMs: 40, told: [] as number[] };
  const rows: ServedRows = new ServedRows({
    count: () => new Promise((resolve) => setTimeout(() => resolve(forEachDataset(() => layers.rows)), layers.countMs)),
    versions: () => layers.versions,
    last: undefined,
    onCounted: () => layers.told.push(rows.now.pin),
    onError: (error) => {
      throw error;
    },
  });
  return { layers, rows };
}

test('who waits for the number is told when it is there, and once', async () => {
  const { layers, rows } = given();
  expect([rows.now.pin, rows.soonCounted(), rows.soonCounted()]).toEqual([0, true, true]);
  await jest.advanceTimersByTimeAsync(39);
  expect(layers.told).toEqual([]);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(layers.told).toEqual([3]);
  expect(rows.soonCounted()).toBe(false);
});

test('nobody waits longer than 200 ms: a slow count tells a second time, with the number', async () => {
  const { layers, rows } = given();
  layers.countMs = 500;
  rows.soonCounted();
  await jest.advanceTimersByTimeAsync(199);
  expect(layers.told).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(layers.told).toEqual([0]);
  await jest.advanceTimersByTimeAsync(300);
  expect(layers.told).toEqual([0, 3]);
});

test.each([
  // At least 200 ms, at most a second; in between twice what the count took.
  { countMs: 40, restMs: 200 },
  { countMs: 150, restMs: 300 },
  { countMs: 900, restMs: 1_000 },
])(
  'what comes right after a count of $countMs ms is counted after a rest of $restMs ms, also where nobody asks then',
  async ({ countMs, restMs }) => {
    const { layers, rows } = given();
    layers.countMs = countMs;
    rows.count();
    await jest.advanceTimersByTimeAsync(countMs);
    Object.assign(layers, { versions: 'two', rows: 5, told: [] });
    expect(rows.count()).toBe(false);
    await jest.advanceTimersByTimeAsync(restMs - 1);
    expect(layers.told).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(layers.told).toEqual([3]);
    expect(rows.soonCounted()).toBe(true);
    await jest.advanceTimersByTimeAsync(countMs);
    expect(rows.now.pin).toBe(5);
  },
);
