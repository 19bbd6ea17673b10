import { LatencyHistogram } from './latency';

test('percentiles are right within the width of a bucket, over six orders of magnitude', () => {
  const histogram = new LatencyHistogram();
  for (let i = 1; i <= 100; i++) histogram.record(i);
  histogram.record(60_000, 900);
  expect(histogram.percentile(0.05)).toBeGreaterThanOrEqual(50);
  expect(histogram.percentile(0.05)).toBeLessThan(52);
  expect(histogram.percentile(0.0005)).toBeLessThan(1.05);
  expect(histogram.summary()).toEqual({ p50: 60_000, p95: 60_000, p99: 60_000, max: 60_000 });
});

test('no values give zeros, and clearing forgets', () => {
  const histogram = new LatencyHistogram();
  histogram.record(5);
  histogram.clear();
  expect(histogram.summary()).toEqual({ p50: 0, p95: 0, p99: 0, max: 0 });
});
