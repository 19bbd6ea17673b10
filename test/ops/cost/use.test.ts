import { syntheticPosts } from '@pipeline/datasets/synthetic';
import { checkEnvironment } from '../../../config/load';
import { templatesOf } from '../../../ops/cost/templates';
import { recordSizes, type Traffic, usesOf } from '../../../ops/cost/use';
import { SETTINGS } from '../../lib/testing/environment';

function given(traffic: Traffic, settings: Record<string, unknown> = {}): Record<string, number> {
  const config = checkEnvironment('test', { ...SETTINGS, ...settings });
  const lines = [...usesOf(templatesOf(config), traffic).values()].flat();
  return Object.fromEntries(lines.map(({ what, usdPerMonth }) => [what, usdPerMonth]));
}

// A month has 730 hours, so 30.41666… days: 73/2.4.

test('a request of one record for each dataset and layer is six requests a post', () => {
  const single = given({ postsPerDay: 24, batchSize: 1 });
  // 24 × 6 × 30.41666 = 4380, at $3.50 a million.
  expect(single['4,380 requests']).toBeCloseTo(0.01533, 8);
});

test('full requests carry 500 records, and the last of a day what is left', () => {
  // 1001 posts take 3 requests for each dataset and layer: 18 × 30.41666 = 547.5.
  expect(Object.keys(given({ postsPerDay: 1001, batchSize: 500 }))).toContain('548 requests');
});

test('each record is a put unit, as none is larger than 25 KiB', () => {
  // 2400 × 3 × 30.41666 = 219,000, at $0.014 a million.
  expect(given({ postsPerDay: 2400, batchSize: 500 })['219,000 put units']).toBeCloseTo(0.003066, 8);
});

test('on-demand streams are charged by the GB in and out instead, each record in whole KiB', () => {
  const lines = given({ postsPerDay: 240_000, batchSize: 500 }, { streams: { mode: 'on-demand' } });
  const into = Object.entries(lines).find(([what]) => what.includes('into the streams'))!;
  // Between 1 and 2 KiB for the pin, and 1 each for the other two: 7.3 million posts are 20.9 to 27.9 GB at $0.08.
  expect(into[1]).toBeGreaterThan(20.8 * 0.08);
  expect(into[1]).toBeLessThan(27.9 * 0.08);
  expect(Object.keys(lines).some((what) => what.includes('put unit'))).toBe(false);
});

test('the sink makes a file of each partition when its time is up, and of no fewer records than one', () => {
  // Every 10 minutes one of each of 3 × 3 partitions is 1296 a day, and 1,000,000 / 500 more for each topic.
  const busy = given({ postsPerDay: 1_000_000, batchSize: 500 });
  expect(busy['221,920 files of the sink at most']).toBeCloseTo((221_920 * 3 * 0.005) / 1000, 6);
  // Two posts a day make at most two files of each topic.
  expect(Object.keys(given({ postsPerDay: 2, batchSize: 500 }))).toContain('183 files of the sink at most');
});

test('partitions, rotation and file size are those of the template', () => {
  const settings = {
    kafka: { ...SETTINGS.kafka, partitions: 5 },
    s3Sink: { flushSize: 100, rotateMinutes: 60, capacity: { mcu: 1, workers: 1 } },
  };
  // (24,000 / 100 + 5 × 24) × 3 × 30.41666 = 32,850.
  expect(Object.keys(given({ postsPerDay: 24_000, batchSize: 500 }, settings))).toContain(
    '32,850 files of the sink at most',
  );
});

test('what goes between zones and through the load balancer is the weight of all three datasets', () => {
  const uses = given({ postsPerDay: 2_400_000, batchSize: 500 });
  // 73,000,000 posts a month, of the source's first 1000 on average.
  const posts = [...syntheticPosts({ seed: 100, posts: 1000 })];
  const bytes = posts.flatMap(({ records }) => records).map(({ value }) => Buffer.byteLength(JSON.stringify(value)));
  const gb = (73_000_000 * bytes.reduce((sum, each) => sum + each, 0)) / 1000 / 2 ** 30;
  const priceOf = (text: string) => Object.entries(uses).find(([what]) => what.includes(text))![1];
  expect(bytes).toHaveLength(3000);
  // There and back, at $0.01 a GB on each side; a capacity unit is $0.008 and carries a GB.
  expect(priceOf('to a broker in another zone and back')).toBeCloseTo(gb * 2 * 0.02, 6);
  expect(priceOf('through the load balancer')).toBeCloseTo(gb * 0.008, 6);
});

test('no posts, no use', () => {
  expect(given({ postsPerDay: 0, batchSize: 500 })).toEqual({});
});

test('a record weighs what its JSON does', () => {
  const { pin, geo, user } = recordSizes(200);
  // The original's rows: about 700 bytes of pin, 150 of geo, 130 of user.
  expect(pin.bytes).toBeGreaterThan(400);
  expect(pin.bytes).toBeLessThan(1000);
  expect([geo.wholeKib, user.wholeKib]).toEqual([1024, 1024].map((bytes) => expect.closeTo(bytes, 6)));
  expect(geo.bytes + user.bytes).toBeLessThan(500);
});
