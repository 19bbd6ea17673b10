import { renderProgress } from './progress-line';

const progress = {
  posts: 2_500,
  delivered: 15_012,
  retried: 40,
  deadLettered: 3,
  seconds: 5,
  latencyMs: { p50: 4.4, p95: 19.6, p99: 120, max: 300 },
  lastFailure: undefined,
};

test('the live line says how far, how fast, how well and how long still', () => {
  expect(renderProgress(progress, 10_000, 3_010.4, 0)).toBe(
    '██████░░░░░░░░░░░░░░░░░░ 25 % 2,500 posts · 3,010 records/s · delivered 15,012 · retried 40 · dead 3 · ' +
      'p50/p95/p99 4/20/120 ms · 0:15 left',
  );
});

test('posts of earlier runs do not make the rest look shorter', () => {
  expect(renderProgress(progress, 10_000, 3_000, 2_000)).toMatch(/ · 1:15 left$/);
});

test('a source without an end has neither bar nor time left', () => {
  expect(renderProgress(progress, undefined, 3_000, 0)).toMatch(/^2,500 posts · .* ms$/);
});
