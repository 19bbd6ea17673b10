import { DATASETS, type Dataset, perDataset } from '@pipeline/datasets/schema';
import { checkEnvironment, loadEnvironment } from '../../../config/load';
import type { EnvironmentConfig } from '../../../config/schema';
import { BROKERS, LIMIT_SOURCES, LIMITS, limitOf, MACHINES } from '../../../local/limits';
import { bottleneckOf, enlarge, hopsOf } from '../../../ops/capacity/capacity';
import { changed, type Load, loadOf } from '../../../ops/capacity/load';

const prod = loadEnvironment('prod');
const dev = loadEnvironment('dev');
/** Records of 700, 200 and 100 bytes: a post of 1000. */
const BYTES: Partial<Record<Dataset, number>> = { pin: 700, geo: 200, user: 100 };
const bytes = perDataset((dataset) => BYTES[dataset] ?? 0);
const load = (postsPerSecond: number, more: Partial<Load> = {}): Load => ({
  postsPerSecond,
  batchSize: 500,
  keptDays: 30,
  bytes,
  ...more,
});
const hop = (config: EnvironmentConfig, at: Load, name: string) => {
  const found = hopsOf(config, at).find((each) => each.hop === name);
  if (!found) throw new Error(`no hop ${name}`);
  return found;
};
const carriesAll = (config: EnvironmentConfig, at: Load) =>
  hopsOf(config, at).every(({ carries }) => carries >= at.postsPerSecond);
const BILLION_A_DAY = 1e9 / 86_400;

test('every limit says whose it is and of when', () => {
  const all = [...Object.entries(LIMITS), ...Object.entries(BROKERS), ...Object.entries(MACHINES)];
  expect(all.length).toBeGreaterThan(30);
  for (const [name, { source }] of all)
    expect([name, LIMIT_SOURCES[source]?.date]).toEqual([name, expect.stringMatching(/^20\d\d/)]);
  expect(() => limitOf('kinesis/shrad')).toThrow("local/limits/limits.json has no limit 'kinesis/shrad'");
});

test('hops come in the order in which a post meets them, each with a number of posts a second', () => {
  const hops = hopsOf(prod, load(100));
  expect(hops.map((each) => each.hop)).toEqual([
    'API',
    'REST proxy',
    'brokers',
    "brokers' disks",
    'partitions',
    'S3 sink',
    'shards',
    'Spark',
  ]);
  for (const { hop, carries, used } of hops) expect([hop, carries > 0, used]).toEqual([hop, true, 100 / carries]);
  expect(hopsOf({ ...prod, spark: undefined }, load(100)).map((each) => each.hop)).not.toContain('Spark');
});

test('the API: a record of each dataset for each of two layers, by the batch', () => {
  expect(hop(prod, load(100), 'API').carries).toBeCloseTo(5000 / ((2 * DATASETS.length) / 500));
  expect(hop(prod, load(100, { batchSize: 1 }), 'API').carries).toBeCloseTo(5000 / (2 * DATASETS.length));
});

test('brokers: the disks of three m7g.large at 60 %, each byte written 6.5 times over', () => {
  expect(hop(prod, load(100), 'brokers').carries).toBeCloseTo(((78.75 / 6.5) * 3 * 0.6 * 2 ** 20) / 1000);
});

test('brokers of a size that nobody knows, and those with too many partitions, carry nothing', () => {
  expect(
    hop(changed(prod, [{ setting: 'kafka.instanceType', to: 'kafka.m5.24xlarge' }]), load(1), 'brokers').carries,
  ).toBe(0);
  const crowded = hop(changed(dev, [{ setting: 'kafka.partitions', to: 200 }]), load(1), 'brokers');
  expect([crowded.carries, crowded.gives]).toEqual([
    0,
    `${200 * DATASETS.length} partitions on a broker, above the 300 advised`,
  ]);
});

test('disks: what comes in 168 hours, three times, at 85 % of 1500 GiB', () => {
  expect(hop(prod, load(100), "brokers' disks").carries).toBeCloseTo((1500 * 2 ** 30 * 0.85) / (1000 * 168 * 3600 * 3));
});

test('shards: a thousand records or a MiB a second of the heaviest, at 80 %', () => {
  expect(hop(dev, load(100), 'shards').carries).toBe(800);
  const heavy = load(100, { bytes: { ...bytes, pin: 2 ** 11 } });
  expect(hop(dev, heavy, 'shards').carries).toBeCloseTo(512 * 0.8);
});

test('the bottleneck is the hop that is full first', () => {
  const small = changed(dev, [{ setting: 'api.requestsPerSecond', to: 1 }]);
  expect(bottleneckOf(hopsOf(small, load(10, { batchSize: 1, keptDays: 0 }))).hop).toBe('API');
});

test('an environment that carries the load is left as it is', () => {
  expect(enlarge(prod, load(1))).toEqual({ config: prod, changes: [], tooSmall: [] });
});

test.each<[string, EnvironmentConfig, Load]>([
  ['prod at 2,000 a second', prod, load(2000)],
  ['dev at 2,000 a second', dev, load(2000)],
  ['dev at 300 a second in single records', dev, load(300, { batchSize: 1 })],
  ['prod at a billion a day', prod, loadOf({ postsPerSecond: BILLION_A_DAY, batchSize: 500, keptDays: 20 })],
  ['dev at a billion a day', dev, loadOf({ postsPerSecond: BILLION_A_DAY, batchSize: 500, keptDays: 20 })],
])('%s: the changed file is valid and carries it, and without any one change it would not', (_, config, at) => {
  const { config: next, changes, tooSmall } = enlarge(config, at);
  expect(tooSmall).toEqual([]);
  expect(changes.length).toBeGreaterThan(1);
  expect(carriesAll(next, at)).toBe(true);
  const { name, ...settings } = next;
  expect(checkEnvironment(name, settings)).toEqual(next);
  for (const { setting, from } of changes) {
    // It follows the processors.
    if (setting === 'spark.workerMemoryGiB') continue;
    const without = changed(next, [{ setting, to: from as string | number }]);
    expect([setting, isValid(without) && carriesAll(without, at)]).toEqual([setting, false]);
  }
});

test('a billion posts a day in prod: disks for 168 hours, and larger and rarer runs', () => {
  const { changes } = enlarge(prod, load(BILLION_A_DAY));
  expect(Object.fromEntries(changes.map(({ setting, to }) => [setting, to]))).toMatchObject({
    // 1000 bytes × 11,574 × 168 h × 3 copies on 3 disks, at 85 %, by tens.
    'kafka.volumeGiB': 7670,
  });
});

test('what no file carries is said, with what would help', () => {
  const { tooSmall, changes } = enlarge(prod, load(BILLION_A_DAY, { batchSize: 1 }));
  // 400 vCPU for 80 % of a day are 27.6 million vCPU-seconds; thirty billion posts at 0.0011 want 33 million.
  expect(tooSmall.map((each) => each.hop)).toEqual(['API', 'REST proxy', 'Spark']);
  expect(tooSmall[2]!.beyond).toMatch(/keep fewer days$/);
  expect(tooSmall[0]!.beyond).toMatch(/^an account takes 10,000 requests\/s in a region until AWS raises it/);
  // The rest is enlarged all the same.
  expect(changes.map(({ setting }) => setting)).toContain('kafka.volumeGiB');
});

function isValid({ name, ...settings }: EnvironmentConfig): boolean {
  try {
    checkEnvironment(name, settings);
    return true;
  } catch {
    return false;
  }
}
