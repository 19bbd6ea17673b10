import { DATASETS } from '@pipeline/datasets/schema';
import { checkEnvironment, environmentNames, loadEnvironment } from '../../../config/load';
import { PRICES, SOURCES } from '../../../ops/cost/price-table';
import { type CostReport, costOf } from '../../../ops/cost/report';
import { type StackTemplate, templatesOf } from '../../../ops/cost/templates';
import { SETTINGS } from '../../lib/testing/environment';

const KEY = '1 KMS key; after the first and the second year once more each';
/** Streams and topics that cost something: one for each dataset. */
const EACH = DATASETS.length;
const cents = (usd: number) => Number(usd.toFixed(2));
const NO_POSTS = { postsPerDay: 0, batchSize: 500 };

function given(settings: Record<string, unknown> = {}, traffic = NO_POSTS): CostReport {
  const config = checkEnvironment('test', { ...SETTINGS, ...settings });
  return costOf(config, templatesOf(config), traffic);
}

/** Fixed dollars a month by stack and thing, in cents. */
function fixedOf({ stacks }: CostReport): Record<string, Record<string, number>> {
  const lines = stacks.map(({ stack, fixed }) => [
    stack,
    Object.fromEntries(fixed.map(({ what, usdPerMonth }) => [what, Number(usdPerMonth.toFixed(2))])),
  ]);
  return Object.fromEntries(lines);
}

function leftOutOf({ stacks }: CostReport, stack: string, field: 'what' | 'why' = 'what'): string[] {
  return stacks.find((each) => each.stack === stack)!.notCounted.map((line) => line[field]);
}

test('dev costs what its parts cost, each at its price for 730 hours', () => {
  const config = loadEnvironment('dev');
  const report = costOf(config, templatesOf(config), NO_POSTS);
  expect(fixedOf(report)).toEqual({
    Network: { '1 NAT gateway': 32.85, '1 public address': 3.65 },
    Lake: { [KEY]: 1 },
    Kafka: { '2 brokers kafka.t3.small': 66.58, '40 GiB of broker disk': 4, [KEY]: 1 },
    KafkaClient: {
      '1 machine t3.small': 15.18,
      '16 GiB of their disks': 1.28,
      'the metric of their probe': 0.3,
      '1 load balancer (application)': 16.43,
    },
    S3Sink: { '1 Connect worker of 1 unit': 80.3, '1 metric made of logs': 0.3 },
    Streams: { [`${EACH} shards`]: cents(EACH * 10.95) },
    Api: {},
    // 60 h 50 min of workers: 121.667 vCPU-hours at $0.042094, and 486.667 GB-hours at $0.004628. No more than $12, as promised.
    Spark: {
      '730 runs (hourly) of 5 minutes, as assumed: 2 vCPU': 5.12,
      '730 runs (hourly) of 5 minutes, as assumed: 8 GB of memory': 2.25,
    },
    // For each dataset one alarm on its topic and two on its stream.
    Monitoring: {
      [`${16 + 3 * EACH} alarms on ${19 + 3 * EACH} metrics`]: cents(0.1 * (19 + 3 * EACH)),
      '1 dashboard': 3,
    },
  });
  expect(report.fixed.usdPerMonth).toBeCloseTo(235.1387 + EACH * (10.95 + 0.3), 3);
  expect(report.fixed.usdPerHour).toBeCloseTo((235.1387 + EACH * (10.95 + 0.3)) / 730, 5);
  expect(report.use.usdPerMonth).toBe(0);
});

test('counts and sizes come from the template: each differs, and none is another’s', () => {
  const report = given({
    network: { availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'], natGateways: 2 },
    kafka: { ...SETTINGS.kafka, instanceType: 'kafka.m7g.large', brokersPerZone: 2, volumeGiB: 50 },
    kafkaClient: { instanceType: 't3.small', instances: 4 },
    s3Sink: { capacity: { mcu: 2, workers: 5 } },
    streams: { mode: 'provisioned', shards: 7 },
    orchestration: {
      airflowVersion: '3.0.6',
      environmentClass: 'mw1.medium',
      webserverAccess: 'PUBLIC_ONLY',
      minWorkers: 3,
      maxWorkers: 3,
      schedulers: 4,
    },
    sourceDatabase: { engineVersion: '8.4.10', instanceType: 't4g.small' },
  });
  expect(fixedOf(report)).toEqual({
    Network: { '2 NAT gateways': 65.7, '2 public addresses': 7.3 },
    Lake: { [KEY]: 1 },
    Kafka: { '6 brokers kafka.m7g.large': 893.52, '300 GiB of broker disk': 30, [KEY]: 1 },
    KafkaClient: {
      '4 machines t3.small': 60.74,
      '64 GiB of their disks': 5.12,
      'the metric of their probe': 0.3,
      '1 load balancer (application)': 16.43,
    },
    S3Sink: { '5 Connect workers of 2 units': 803, '1 metric made of logs': 0.3 },
    Streams: { [`${7 * EACH} shards`]: cents(7 * EACH * 10.95) },
    Api: {},
    Orchestration: { '1 Airflow environment mw1.medium': 540.2, '4 further workers or schedulers': 321.2 },
    SourceDatabase: { '1 secret': 0.4, '1 MySQL db.t4g.small': 23.36, '20 GiB of its disk': 2.3 },
    Monitoring: expect.any(Object),
  });
});

test('what has no price says so and is counted as nothing less than unknown', () => {
  const report = given({
    kafkaClient: { instanceType: 'c7i.large', instances: 2 },
    kafka: { ...SETTINGS.kafka, instanceType: 'kafka.m7g.12xlarge', monitoring: 'PER_BROKER' },
    streams: { mode: 'on-demand', retentionHours: 25 },
    orchestration: { airflowVersion: '3.0.6', environmentClass: 'mw1.2xlarge', webserverAccess: 'PUBLIC_ONLY' },
  });
  expect(fixedOf(report)).toMatchObject({
    KafkaClient: { '1 load balancer (application)': 16.43 },
    Kafka: { '40 GiB of broker disk': 4 },
    Streams: { [`${EACH} on-demand streams`]: cents(EACH * 29.2) },
    Orchestration: { '1 Airflow environment mw1.2xlarge': 2890.8 },
  });
  expect(leftOutOf(report, 'KafkaClient')).toContain('2 machines c7i.large');
  expect(leftOutOf(report, 'Kafka')).toEqual(
    expect.arrayContaining(['2 brokers kafka.m7g.12xlarge', 'metrics PER_BROKER of 2 brokers']),
  );
  expect(leftOutOf(report, 'Kafka', 'why')).toContain(
    '$0.3 per metric-month; those beyond DEFAULT; MSK does not say how many',
  );
  expect(leftOutOf(report, 'Streams')).toEqual([`what ${EACH} on-demand streams keep over 24 hours`]);
  const all = report.stacks.reduce((sum, { notCounted }) => sum + notCounted.length, 0);
  expect(report.notCounted).toBe(all);
});

test('shards that keep records longer than a day cost more than the shards themselves', () => {
  const report = given({ streams: { mode: 'provisioned', shards: 2, retentionHours: 48 } });
  expect(fixedOf(report).Streams).toEqual({
    [`${2 * EACH} shards`]: cents(2 * EACH * 10.95),
    [`${2 * EACH} shards kept for over 24 hours`]: cents(2 * EACH * 14.6),
  });
});

test('the firewall costs its list and each of its rules', () => {
  const report = given({ api: { ...SETTINGS.api, firewall: true } });
  expect(fixedOf(report).Api).toEqual({ '1 firewall': 5, '4 rules of it': 4 });
});

test('what scaling may add is told and not counted', () => {
  const report = given({ s3Sink: { capacity: { mcu: 2, minWorkers: 1, maxWorkers: 4 } } });
  expect(fixedOf(report).S3Sink).toEqual({ '1 Connect worker of 2 units': 160.6, '1 metric made of logs': 0.3 });
  const [scaling] = report.stacks
    .find(({ stack }) => stack === 'S3Sink')!
    .notCounted.filter(({ what }) => what.startsWith('up to'));
  expect(scaling).toMatchObject({ what: 'up to 3 more Connect workers under load', why: '$0.220 an hour each' });
});

test('a type that nobody has looked at is listed, not passed over', () => {
  const templates: StackTemplate[] = [{ stack: 'New', resources: { Pool: { Type: 'AWS::Cognito::UserPool' } } }];
  const report = costOf(checkEnvironment('test', SETTINGS), templates, NO_POSTS);
  expect(report.stacks).toEqual([
    {
      stack: 'New',
      fixed: [],
      use: [],
      notCounted: [
        { kind: 'unknown', what: '1 AWS::Cognito::UserPool', why: 'nobody has looked at what it costs', stands: true },
      ],
    },
  ]);
});

test('every price has a source with its date', () => {
  expect(PRICES.length).toBeGreaterThan(25);
  for (const { source } of PRICES) expect(SOURCES[source]?.date).toMatch(/^20\d\d(-\d\d)?( to 20\d\d(-\d\d)?)?$/);
});

test.each(environmentNames())('the budget of %s is above what it costs while nothing happens', (name) => {
  const config = loadEnvironment(name);
  const { fixed } = costOf(config, templatesOf(config), NO_POSTS);
  expect(config.monitoring.monthlyBudgetUsd).toBeGreaterThan(fixed.usdPerMonth * 1.1);
});
