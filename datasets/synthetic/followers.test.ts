import { followerText, oneStep } from './followers';

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1k'],
  [985_000, '985k'],
  [1_000_000, '1M'],
  [15_000_000, '15M'],
])('%d followers are written %s', (count, text) => {
  expect(followerText(count)).toBe(text);
});

test.each([
  [500_000, true, 501_000],
  [500_000, false, 499_000],
  [12, true, 13],
  [3_000_000, false, 2_000_000],
  [1_000, false, 1_000],
  [999_000, true, 999_000],
  [15_000_000, true, 15_000_000],
  [1, false, 1],
])('a step from %d (up: %p) leads to %d and never out of its unit', (count, up, after) => {
  expect(oneStep(count, up)).toBe(after);
});
