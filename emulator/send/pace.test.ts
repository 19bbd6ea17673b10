import { post } from '../testing/posts';
import { seeded } from '../testing/random';
import { scheduleOf } from './pace';

const dues = (count: number, next: ReturnType<typeof scheduleOf>) => Array.from({ length: count }, () => next(post(1)));

test('a constant rate spaces posts evenly, without adding up rounding', () => {
  expect(dues(5, scheduleOf({ rate: 4 }, 1_000, Math.random))).toEqual([1_000, 1_250, 1_500, 1_750, 2_000]);
  expect(dues(30_001, scheduleOf({ rate: 3 }, 0, Math.random)).at(-1)).toBeCloseTo(10_000_000, 3);
});

test('a burst sends all posts of a second at its start', () => {
  expect(dues(7, scheduleOf({ rate: 3, pattern: 'burst' }, 0, Math.random))).toEqual([
    0, 0, 0, 1_000, 1_000, 1_000, 2_000,
  ]);
});

test('poisson gaps keep the rate on average and vary as much as their mean', () => {
  const times = dues(20_000, scheduleOf({ rate: 100, pattern: 'poisson' }, 0, seeded(3)));
  const gaps = times.map((time, i) => time - (times[i - 1] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  expect(mean).toBeGreaterThan(9.8);
  expect(mean).toBeLessThan(10.2);
  expect(deviation).toBeGreaterThan(9.5);
  expect(deviation).toBeLessThan(10.5);
});

test('a random number of 0 is no endless gap', () => {
  expect(
    dues(
      2,
      scheduleOf({ rate: 100, pattern: 'poisson' }, 7, () => 0),
    ),
  ).toEqual([7, 7]);
});

test('real time keeps the distances of the posts, as many times as fast as asked', () => {
  const next = scheduleOf({ realtime: 60 }, 5_000, Math.random);
  const at = (text: string) => next({ ...post(1), at: Date.parse(text) });
  expect(at('2018-01-01T00:00:00Z')).toBe(5_000);
  expect(at('2018-01-01T00:01:00Z')).toBe(6_000);
  expect(at('2018-01-01T01:00:00Z')).toBe(65_000);
  // Out of order: sent at once, never before what went out already.
  expect(at('2018-01-01T00:30:00Z')).toBe(65_000);
  expect(() => next(post(9))).toThrow('post 9 has no time of its own');
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a rate of %d is refused', (rate) => {
  expect(() => scheduleOf({ rate }, 0, Math.random)).toThrow(`rate must be a number above 0, got ${rate}`);
});
