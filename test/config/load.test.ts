import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { dump } from 'js-yaml';
import { checkEnvironment, environmentNames, loadEnvironment } from '../../config/load';
import { REGIONS } from '../../config/regions';
import { readYaml } from '../../config/source-text';
import { SETTINGS } from '../lib/testing/environment';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder of environment files. */
function given(files: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  folders.push(folder);
  for (const [name, settings] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.yaml`), typeof settings === 'string' ? settings : dump(settings));
  }
  return folder;
}

/** The error for the smallest valid settings with `change` on top. */
function refusal(change: Record<string, unknown>): string {
  try {
    checkEnvironment('test', { ...SETTINGS, ...change });
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

test.each(environmentNames())('%s, as shipped, is valid', (name) => {
  expect(loadEnvironment(name).name).toBe(name);
});

test('the user id of the exercise is dev’s', () => {
  expect(loadEnvironment('dev').userId).toBe('0a1b2c3d4e5f');
});

test('an unknown environment, and none at all, are answered with the known ones', () => {
  const folder = given({ prod: SETTINGS, dev: SETTINGS });
  writeFileSync(join(folder, 'notes.txt'), '');
  expect(environmentNames(folder)).toEqual(['dev', 'prod']);
  expect(() => loadEnvironment('prd', folder)).toThrow(
    "no environment 'prd' in config/ (known: dev, prod); pass one, e.g. --env dev",
  );
  expect(() => loadEnvironment(undefined, folder)).toThrow(
    'no environment was named (known: dev, prod); pass one, e.g. --env dev',
  );
});

test('two environments that would own the same names are refused', () => {
  const folder = given({ a: SETTINGS, b: { ...SETTINGS, api: { requestsPerSecond: 1, burst: 1 } } });
  expect(() => loadEnvironment('b', folder)).toThrow(
    'config/b.yaml and config/a.yaml both say region eu-west-1, userId ada and account 111122223333: ' +
      'they would own the same streams, topics and stacks; change userId in one',
  );
});

const SHARED = { layout: 'shared', name: 'Kinesis-Prod-Stream', mode: 'on-demand' };

test('two environments that would own one shared stream are refused', () => {
  const one = { ...SETTINGS, streams: SHARED };
  expect(() => loadEnvironment('b', given({ a: one, b: { ...one, userId: 'bob' } }))).toThrow(
    'config/b.yaml and config/a.yaml both say streams.name Kinesis-Prod-Stream in region eu-west-1 of one account: ' +
      'they would own the same stream; change the name in one',
  );
});

test('the layout of the streams and the name of the one stream go together', () => {
  expect(refusal({ streams: SHARED })).toBe('accepted');
  expect(refusal({ streams: { ...SHARED, name: undefined } })).toBe(
    'config/test.yaml: streams.name must be given when layout is shared',
  );
  expect(refusal({ streams: { ...SHARED, layout: 'separate' } })).toContain(
    'streams.name must be left out when each dataset has its own stream; for one stream set layout: shared',
  );
  expect(refusal({ streams: { ...SHARED, name: 'a stream' } })).toContain('streams.name must be 1 to 128 letters');
});

test.each([
  ['account', '999988887777'],
  ['userId', 'bob'],
])('another %s makes two environments distinct', (key, value) => {
  expect(loadEnvironment('b', given({ a: SETTINGS, b: { ...SETTINGS, [key]: value } })).name).toBe('b');
});

test('a file that is no YAML is shown at the place, with a caret and the cause', () => {
  const text = 'region: eu-west-1\nstreams:\n  mode: provisioned\n   shards: 1\n';
  expect(() => loadEnvironment('a', given({ a: text }))).toThrow(
    ['config/a.yaml:4:10 is not YAML: bad indentation of a mapping entry', '4 |    shards: 1', '             ^'].join(
      '\n',
    ),
  );
});

test('a fault in a file is told with its line; what is missing, with the line of its group', () => {
  const text = dump(SETTINGS)
    .replace('  burst:', '  brust:')
    .replace(/ +mcu: 1/, '    mcu: 3');
  const lines = text.split('\n');
  const line = (key: string) => lines.findIndex((each) => each.trim().startsWith(`${key}:`)) + 1;
  let message = '';
  try {
    loadEnvironment('a', given({ a: text }));
  } catch (error) {
    message = (error as Error).message;
  }
  expect(line('brust')).toBeGreaterThan(line('api'));
  expect(message.split('\n')).toEqual([
    expect.stringMatching(new RegExp(`^config/a\\.yaml:${line('capacity')}: s3Sink\\.capacity`)),
    `config/a.yaml:${line('api')}: api.burst is missing; it must be a whole number from 1 to 5000`,
    `config/a.yaml:${line('brust')}: unknown key api.brust; did you mean burst?`,
  ]);
});

test('items of a list and what stands behind a merge key have lines, too', () => {
  const { lineOf } = readYaml('a: &x\n  b: 1\nc:\n  - d\n  - e: 2\n  - {f: g, h: }\nk:\n  <<: *x\n  b: 3\n', 'x');
  expect(lineOf(['c', 1, 'e'])).toBe(5);
  expect(lineOf(['c', 2, 'h'])).toBe(6);
  expect(lineOf(['k', 'b'])).toBe(9);
  expect(lineOf(['k', 'nothing'])).toBeUndefined();
});

test('unknown keys are refused with their path', () => {
  expect(refusal({ regoin: 'x' })).toBe('config/test.yaml: unknown key regoin; did you mean region?');
  expect(refusal({ streams: { mode: 'on-demand', retention: 24 } })).toBe(
    'config/test.yaml: unknown key streams.retention; did you mean retentionHours?',
  );
  expect(refusal({ s3Sink: { ...SETTINGS.s3Sink, wombat: 24 } })).toBe('config/test.yaml: unknown key s3Sink.wombat');
});

test('every fault is reported at once, one line each', () => {
  expect(refusal({ region: undefined, userId: 'Ada', kafkaClient: {} })).toBe(
    [
      'config/test.yaml: region is missing; it must be an AWS region such as us-east-1',
      "config/test.yaml: userId must be 1 to 40 of a-z, 0-9 and '-', with no '-' at either end, got \"Ada\"",
      'config/test.yaml: kafkaClient.instanceType is missing; it must be an EC2 instance type such as t3.small',
    ].join('\n'),
  );
});

test('an empty file is told what it must be', () => {
  expect(() => checkEnvironment('test', undefined)).toThrow(
    'config/test.yaml is missing; it must be a group of settings',
  );
});

const VPC = { id: 'vpc-0123456789abcdef0', privateSubnets: ['subnet-0aaaaaaaaaaaaaaaa', 'subnet-0bbbbbbbbbbbbbbbb'] };
const CLUSTER = {
  arn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/shared/11111111-2222-3333-4444-555555555555-3',
  securityGroup: 'sg-0123456789abcdef0',
};
const network = (change: object) => ({ network: { ...SETTINGS.network, ...change } });
const kafka = (change: object) => ({ kafka: { ...SETTINGS.kafka, ...change } });
const streams = (change: object) => ({ streams: { mode: 'provisioned', shards: 1, ...change } });
const api = (change: object) => ({ api: { ...SETTINGS.api, ...change } });
const capacity = (change: object) => ({ s3Sink: { capacity: change } });
const scaling = { mcu: 1, minWorkers: 1, maxWorkers: 2 };
const airflow = (change: object) => ({
  orchestration: { airflowVersion: '3.0.6', environmentClass: 'mw1.small', webserverAccess: 'PUBLIC_ONLY', ...change },
});
const RANGE = (min: number | string, max: number | string) => `must be a whole number from ${min} to ${max}`;

test.each<[string, (value: number) => Record<string, unknown>, number, number]>([
  ['network.natGateways', (natGateways) => network({ natGateways }), 1, 2],
  ['kafka.brokersPerZone', (brokersPerZone) => kafka({ brokersPerZone }), 1, 20],
  ['kafka.volumeGiB', (volumeGiB) => kafka({ volumeGiB }), 1, 16384],
  ['kafka.partitions', (partitions) => kafka({ partitions }), 1, 200],
  ['kafka.replicationFactor', (replicationFactor) => kafka({ replicationFactor }), 1, 2],
  ['kafka.retentionHours', (retentionHours) => kafka({ retentionHours }), 1, 8760],
  ['kafkaClient.instances', (instances) => ({ kafkaClient: { instanceType: 't3.small', instances } }), 1, 10],
  ['s3Sink.flushSize', (flushSize) => ({ s3Sink: { ...SETTINGS.s3Sink, flushSize } }), 1, 1_000_000],
  ['s3Sink.rotateMinutes', (rotateMinutes) => ({ s3Sink: { ...SETTINGS.s3Sink, rotateMinutes } }), 1, 1440],
  [
    's3Sink.tasks',
    (tasks) => ({
      s3Sink: { ...SETTINGS.s3Sink, tasks },
      kafka: { ...SETTINGS.kafka, instanceType: 'kafka.m7g.large' },
    }),
    1,
    100,
  ],
  ['streams.shards', (shards) => streams({ shards }), 1, 500],
  ['streams.retentionHours', (retentionHours) => streams({ retentionHours }), 24, 8760],
  ['api.requestsPerSecond', (requestsPerSecond) => api({ requestsPerSecond }), 1, 10_000],
  ['api.burst', (burst) => api({ burst }), 1, 5000],
  ['monitoring.monthlyBudgetUsd', (monthlyBudgetUsd) => ({ monitoring: { monthlyBudgetUsd } }), 1, 1_000_000],
  ['orchestration.minWorkers', (minWorkers) => airflow({ minWorkers, maxWorkers: 25 }), 1, 25],
  ['orchestration.maxWorkers', (maxWorkers) => airflow({ maxWorkers }), 1, 25],
  ['orchestration.schedulers', (schedulers) => airflow({ schedulers }), 2, 5],
])('%s is bounded on both sides', (key, settings, min, max) => {
  expect(refusal(settings(min))).toBe('accepted');
  expect(refusal(settings(max))).toBe('accepted');
  expect(refusal(settings(min - 1))).toContain(`config/test.yaml: ${key} must be `);
  expect(refusal(settings(max + 1))).toContain(`config/test.yaml: ${key} must be `);
  expect(refusal(settings(min + 0.5))).toContain(`config/test.yaml: ${key} must be `);
});

test.each([0, 11])('%d workers are refused, 1 and 10 are not', (workers) => {
  expect(refusal(capacity({ mcu: 1, workers }))).toContain(`config/test.yaml: s3Sink.capacity.workers ${RANGE(1, 10)}`);
  expect(refusal(capacity({ mcu: 1, workers: 1 }))).toBe('accepted');
  expect(refusal(capacity({ mcu: 1, workers: 10 }))).toBe('accepted');
});

test('a bound is told in the user’s words', () => {
  expect(refusal(streams({ retentionHours: 12 }))).toBe(
    `config/test.yaml: streams.retentionHours ${RANGE(24, 8760)}, got 12`,
  );
});

test.each([
  ['2.8.1', 'MSK ended its support and creates no such clusters any more; it also lacks the topics API'],
  ['3.6.0', 'MSK ended its support, by 2026-09 at the latest'],
  ['3.7.x.kraft', 'MSK ended its support, by 2026-09 at the latest'],
  ['3.9.x', 'it runs on ZooKeeper, from which a cluster cannot be moved to KRaft later'],
  ['4.2.x.kraft', 'MSK offers it on Express brokers only'],
])('Kafka %s is refused with the reason and the versions that work', (version, reason) => {
  expect(refusal(kafka({ version }))).toBe(
    `config/test.yaml: kafka.version must be one of 3.8.x.kraft, 3.9.x.kraft, 4.0.x.kraft, 4.1.x.kraft, because ${reason}, got "${version}"`,
  );
});

test.each(['3.8.x.kraft', '3.9.x.kraft', '4.0.x.kraft', '4.1.x.kraft'])('Kafka %s is taken', (version) => {
  expect(refusal(kafka({ version }))).toBe('accepted');
});

test('more copies than brokers are refused with the count', () => {
  expect(refusal(kafka({ replicationFactor: 3 }))).toBe(
    'config/test.yaml: kafka.replicationFactor must be at most the number of brokers, 2 (1 in each of 2 zones), got 3',
  );
  expect(refusal(kafka({ replicationFactor: 3, brokersPerZone: 2 }))).toBe('accepted');
});

test.each<[string, Record<string, unknown>, string]>([
  [
    'a broker type MSK lacks',
    kafka({ instanceType: 'kafka.t3.tiny' }),
    'kafka.instanceType must be a standard MSK broker type',
  ],
  [
    'a zone of another region',
    network({ availabilityZones: ['eu-west-1a', 'us-east-1a'] }),
    'network.availabilityZones.1 must be a zone of eu-west-1, such as eu-west-1a, got "us-east-1a"',
  ],
  [
    'a zone twice',
    network({ availabilityZones: ['eu-west-1a', 'eu-west-1a'] }),
    'network.availabilityZones.1 must not be named twice',
  ],
  ['one zone', network({ availabilityZones: ['eu-west-1a'] }), 'network.availabilityZones must name 2 or 3 zones'],
  [
    'four zones',
    network({ availabilityZones: ['a', 'b', 'c', 'd'].map((z) => `eu-west-1${z}`) }),
    'network.availabilityZones must name 2 or 3 zones',
  ],
  [
    'the zone MSK leaves out',
    { region: 'us-east-1', ...network({ availabilityZones: ['us-east-1a', 'us-east-1e'] }) },
    'network.availabilityZones.1 must not be us-east-1e, which MSK does not serve',
  ],
  [
    'more ways out than zones',
    network({ natGateways: 3 }),
    'network.natGateways must be at most the number of zones, 2, got 3',
  ],
  [
    'no way out of a network of ours',
    network({ natGateways: undefined }),
    'network.natGateways must be given, unless network.vpc names a VPC that is there',
  ],
  [
    'ways out of somebody else’s network',
    network({ vpc: VPC }),
    'network.natGateways must be left out: the VPC of network.vpc has its own, got 1',
  ],
  [
    'addresses of somebody else’s network',
    network({ vpc: VPC, natGateways: undefined, cidr: '10.1.0.0/16' }),
    'network.cidr must be left out: the VPC of network.vpc has its own, got "10.1.0.0/16"',
  ],
  [
    'fewer subnets than zones',
    { network: { vpc: VPC, availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] } },
    'network.vpc.privateSubnets must be as many as availabilityZones, 3',
  ],
  ['a cluster without its network', kafka({ cluster: CLUSTER }), 'kafka.cluster needs network.vpc'],
  [
    'a cluster elsewhere',
    kafka({ cluster: { ...CLUSTER, arn: CLUSTER.arn.replace('eu-west-1', 'us-east-1') } }),
    "kafka.cluster.arn must be of the environment's region, eu-west-1",
  ],
  [
    'a cluster of others',
    kafka({ cluster: { ...CLUSTER, arn: CLUSTER.arn.replace('111122223333', '999988887777') } }),
    "kafka.cluster.arn must be of the environment's account, 111122223333",
  ],
  ['a public address block', network({ cidr: '8.8.0.0/16' }), 'network.cidr must be a private IPv4 block'],
  [
    'provisioned streams without shards',
    { streams: { mode: 'provisioned' } },
    'streams.shards must be given when mode is provisioned',
  ],
  [
    'on-demand streams with shards',
    { streams: { mode: 'on-demand', shards: 2 } },
    'streams.shards must be left out when mode is on-demand',
  ],
  [
    'two origins',
    api({ corsOrigins: ['https://a.example', 'https://b.example'] }),
    'api.corsOrigins takes at most one origin',
  ],
  [
    'an origin with a path',
    api({ corsOrigins: ['https://a.example/x'] }),
    'api.corsOrigins.0 must be an origin such as https://example.com, without a path',
  ],
  [
    '3 units per worker',
    capacity({ mcu: 3, workers: 1 }),
    's3Sink.capacity must be {mcu, workers} or {mcu, minWorkers, maxWorkers}',
  ],
  [
    'both kinds of capacity',
    capacity({ ...scaling, workers: 1 }),
    's3Sink.capacity must be {mcu, workers} or {mcu, minWorkers, maxWorkers}',
  ],
  [
    'fewer workers at most than at least',
    capacity({ ...scaling, minWorkers: 3 }),
    's3Sink.capacity.minWorkers must be at most maxWorkers, 2, got 3',
  ],
  [
    'scaling in above scaling out',
    capacity({ ...scaling, scaleInCpuPercent: 90 }),
    's3Sink.capacity.scaleInCpuPercent must be less than scaleOutCpuPercent, 80, got 90',
  ],
  [
    'a scope of no budget',
    { monitoring: { budgetCovers: 'pipeline' } },
    'monitoring.budgetCovers must be left out without monthlyBudgetUsd, got "pipeline"',
  ],
  [
    'a budget of something else',
    { monitoring: { monthlyBudgetUsd: 1, budgetCovers: 'team' } },
    'monitoring.budgetCovers must be one of account, pipeline, got "team"',
  ],
  ['days CloudWatch does not offer', { logRetentionDays: 8 }, 'logRetentionDays must be one of 1, 3, 5, 7'],
  ['an account as a number', { account: 111122223333 }, 'account must be 12 digits in quotes, got 111122223333'],
  [
    'an MWAA class that is none',
    airflow({ environmentClass: 'mw1.tiny' }),
    'orchestration.environmentClass must be one of mw1.micro, mw1.small, mw1.medium, mw1.large, mw1.xlarge, mw1.2xlarge, got "mw1.tiny"',
  ],
  [
    'an Airflow nobody ran',
    airflow({ airflowVersion: '2.8.1' }),
    'orchestration.airflowVersion must be one of 2.11.2, 3.0.6, 3.2.1',
  ],
  [
    'workers beside mw1.micro',
    airflow({ environmentClass: 'mw1.micro', maxWorkers: 2 }),
    'orchestration.maxWorkers must be 1 for mw1.micro',
  ],
  [
    'schedulers beside mw1.micro',
    airflow({ environmentClass: 'mw1.micro', schedulers: 2 }),
    'orchestration.schedulers must be 1 for mw1.micro, got 2',
  ],
  [
    'a bare MySQL version',
    { sourceDatabase: { engineVersion: '8.4' } },
    'sourceDatabase.engineVersion must be one of 8.4.9, 8.4.10, got "8.4"',
  ],
  [
    'a Databricks runtime before Spark 4',
    {
      databricks: {
        workspaceUrl: 'https://x.cloud.databricks.com',
        secretName: 's',
        crossAccountRole: 'arn:aws:iam::111122223333:role/x',
        sparkVersion: '16.4.x-scala2.12',
      },
    },
    'databricks.sparkVersion must be a Databricks runtime from 17.3.x-scala2.13 up, as the notebooks need Spark 4, got "16.4.x-scala2.12"',
  ],
  [
    'a workspace with a path',
    {
      databricks: {
        workspaceUrl: 'https://x.cloud.databricks.com/?o=1',
        secretName: 's',
        crossAccountRole: 'arn:aws:iam::111122223333:role/x',
        sparkVersion: '17.3.x-scala2.13',
      },
    },
    'databricks.workspaceUrl must be the workspace address',
  ],
])('%s is refused', (_what, settings, message) => {
  expect(refusal(settings)).toContain(`config/test.yaml: ${message}`);
});

test('what a file leaves out has these values', () => {
  const config = checkEnvironment('test', SETTINGS);
  expect(config).toMatchObject({
    destroyData: false,
    logRetentionDays: 30,
    kafka: { brokersPerZone: 1, retentionHours: 168, monitoring: 'DEFAULT' },
    kafkaClient: { instances: 1 },
    s3Sink: { flushSize: 500, rotateMinutes: 10 },
    streams: { retentionHours: 24 },
    api: { corsOrigins: [], firewall: false },
  });
  expect([config.orchestration, config.databricks, config.sourceDatabase]).toEqual([undefined, undefined, undefined]);
});

test.each(['topics', 'local', 'Prod', '-a', 'v3'])('an environment may not be named %s', (name) => {
  expect(() => checkEnvironment(name, SETTINGS)).toThrow(
    `config/${name}.yaml: an environment's name must be a letter and up to 30 of a-z, 0-9 and '-'`,
  );
});

test.each([
  ['s3Sink', { s3Sink: { ...SETTINGS.s3Sink, tasks: 3 } }, 's3Sink.tasks must be at most 2 on kafka.t3.small'],
  ['tags', { tags: { pipeline: 'x' } }, 'tags.pipeline must not be set: the pipeline sets it itself'],
  [
    'monitoring',
    { monitoring: { email: 'a@example.com', alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:ops' } },
    'monitoring.email must be left out with alarmTopicArn',
  ],
  ['bootstrapQualifier', { bootstrapQualifier: 'Too-Long-1234' }, 'bootstrapQualifier must be 1 to 10 of a-z and 0-9'],
  ['allowFrom', { api: { ...SETTINGS.api, allowFrom: ['home'] } }, 'api.allowFrom.0 must be an IPv4 block'],
])('what cannot be meant by %s is refused with its key', (_key, change, message) => {
  expect(refusal(change)).toContain(message);
});

test('regions are those that the CDK knows', () => {
  expect(Object.keys(REGIONS).sort()).toEqual(RegionInfo.regions.map(({ name }) => name).sort());
});

test.each([
  ['eu-west-9', 'must be a region that AWS has, perhaps eu-west-1, got "eu-west-9"'],
  ['moon-tranquility-1', 'must be a region that AWS has, got "moon-tranquility-1"'],
  ['nowhere', 'must be an AWS region such as us-east-1, got "nowhere"'],
])('region %s, which does not exist, is refused', (region, rule) => {
  expect(refusal({ region })).toBe(`config/test.yaml: region ${rule}`);
});

test('a zone that the region does not have is refused with those that it has', () => {
  expect(refusal(network({ availabilityZones: ['eu-west-1a', 'eu-west-1d'] }))).toBe(
    'config/test.yaml: network.availabilityZones.1 must be one of eu-west-1a, eu-west-1b, eu-west-1c, got "eu-west-1d"',
  );
});
