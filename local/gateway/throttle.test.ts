import { TokenBucket } from './throttle';

const taken = (bucket: TokenBucket, nowMs: number, tries: number) =>
  Array.from({ length: tries }, () => bucket.take(nowMs)).filter(Boolean).length;

test('a bucket begins full and fills by its rate', () => {
  const bucket = new TokenBucket(10, 3, 0);
  expect(taken(bucket, 0, 5)).toBe(3);
  expect(taken(bucket, 99, 5)).toBe(0);
  expect(taken(bucket, 100, 5)).toBe(1);
});

test('an hour without requests saves up no more than the burst', () => {
  const bucket = new TokenBucket(10, 3, 0);
  expect(taken(bucket, 3_600_000, 100)).toBe(3);
});

test('a clock that goes back takes nothing away', () => {
  const bucket = new TokenBucket(10, 3, 1_000);
  expect(taken(bucket, 0, 5)).toBe(3);
});
