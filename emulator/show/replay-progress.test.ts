import { progressParts } from './replay-progress';

const progress = {
  posts: 2_500,
  delivered: 15_012,
  retried: 40,
  deadLettered: 3,
  seconds: 5,
  latencyMs: { p50: 4.4, p95: 19.6, p99: 120, max: 300 },
  lastFailure: undefined,
};

test('the live line says how far, how long still, how fast and how well, in this order', () => {
  expect(progressParts(progress, 10_000, 3_010.4, 0)).toEqual([
    '██████░░░░░░░░░░░░░░░░░░ 25 %',
    '2,500 posts',
    '0:15 left',
    '3,010 records/s',
    'dead 3',
    'retried 40',
    'delivered 15,012',
    'p50/p95/p99 4/20/120 ms',
  ]);
});

test('posts of earlier runs do not make the rest look shorter', () => {
  expect(progressParts(progress, 10_000, 3_000, 2_000)).toContain('1:15 left');
});

test('a source without an end has neither bar nor time left', () => {
  expect(progressParts({ ...progress, retried: 0, deadLettered: 0 }, undefined, 3_000, 0)).toEqual([
    '2,500 posts',
    '3,000 records/s',
    'delivered 15,012',
    'p50/p95/p99 4/20/120 ms',
  ]);
});
