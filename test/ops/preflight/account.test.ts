import { Stack } from 'aws-cdk-lib';
import { addStacks } from '../../../lib/pipeline';
import { BOOTSTRAP_AT_LEAST } from '../../../ops/preflight/bootstrap';
import type { Finding } from '../../../ops/preflight/finding';
import type { AwsOptions } from '../../../stand-ins/aws';
import { EVERYTHING, givenApp, givenConfig } from '../../lib/testing/environment';
import { endWorlds, givenWorld } from './testing/world';

afterEach(endWorlds);

/** What one check finds in an account. */
async function lookAt(
  check: string,
  aws: Partial<AwsOptions>,
  settings: Record<string, unknown> = {},
): Promise<Omit<Finding, 'check'>> {
  const { look } = await givenWorld(aws);
  const { check: _, ...finding } = (await look({ settings, databricks: null }))[check]!;
  return finding;
}

const BOOTSTRAP = 'npx cdk bootstrap aws://111122223333/eu-west-1 -c env=test';

test('an account that is not bootstrapped in the region fails with the command', async () => {
  expect(await lookAt('bootstrap', { bootstrap: undefined })).toEqual({
    state: 'fails',
    found: 'none in eu-west-1 of account 111122223333',
    fix: BOOTSTRAP,
  });
});

test.each([
  ['5', { state: 'fails', found: 'version 5, and the stacks ask for 6', fix: BOOTSTRAP }],
  ['6', { state: 'ok', found: 'version 6, at least 6', fix: '' }],
  ['33', { state: 'ok', found: 'version 33, at least 6', fix: '' }],
])('a bootstrap of version %s: %j', async (bootstrap, finding) => {
  expect(await lookAt('bootstrap', { bootstrap })).toEqual(finding);
});

test('no stack asks for a newer bootstrap than is checked for', () => {
  const app = givenApp();
  addStacks(app, givenConfig(EVERYTHING));
  const assembly = app.synth();
  const asked = app.node.children
    .filter((child) => Stack.isStack(child))
    .map((stack) => assembly.getStackArtifact((stack as Stack).artifactId).requiresBootstrapStackVersion);
  expect(asked).toHaveLength(11);
  expect(Math.max(...asked.map(Number))).toBe(BOOTSTRAP_AT_LEAST);
});

test.each([
  ['UPDATE_ROLLBACK_FAILED', 'continue-update-rollback'],
  ['DELETE_FAILED', 'delete-stack'],
  ['UPDATE_IN_PROGRESS', 'wait'],
])('a stack that is %s fails', async (status, fix) => {
  const stacks = { 'pinterest-ada-Lake': 'UPDATE_COMPLETE', 'pinterest-ada-Kafka': status };
  const finding = await lookAt('stacks', { stacks });
  expect(finding).toMatchObject({ state: 'fails', found: `pinterest-ada-Kafka is ${status}` });
  expect(finding.fix).toContain(fix);
});

test.each([
  [{ CDKToolkit: 'CREATE_COMPLETE' }, 'none named pinterest-ada-… yet'],
  [
    {
      'pinterest-ada-Api': 'ROLLBACK_COMPLETE',
      'pinterest-ada-Lake': 'REVIEW_IN_PROGRESS',
      'pinterest-bob-Api': 'DELETE_FAILED',
    },
    '2 there, all of which can be changed',
  ],
])('stacks %j can be deployed over', async (stacks, found) => {
  expect(await lookAt('stacks', { stacks })).toEqual({ state: 'ok', found, fix: '' });
});

test('a zone that the account lacks fails with those it has', async () => {
  const zones = { 'eu-west-1a': 'available', 'eu-west-1b': 'impaired', 'eu-west-1c': 'available' };
  expect(await lookAt('zones', { zones })).toEqual({
    state: 'fails',
    found: 'eu-west-1b cannot be used in this account',
    fix: 'network.availabilityZones in config/test.yaml: eu-west-1a, eu-west-1c',
  });
});

const TWO_GATEWAYS = { network: { availabilityZones: ['eu-west-1a', 'eu-west-1b'], natGateways: 2 } };

test.each<[string, Partial<AwsOptions>, Record<string, unknown>, string, Finding['state']]>([
  ['networks', { vpcs: ['', 'bob', '', ''] }, {}, 'VPCs: 4 in use, 1 more needed, 5 allowed in eu-west-1', 'ok'],
  ['networks', { vpcs: ['', 'bob', '', '', ''] }, {}, 'VPCs: 5 in use, 1 more needed, 5 allowed in eu-west-1', 'fails'],
  ['networks', { vpcs: ['', 'ada', '', '', ''] }, {}, 'VPCs: those of this environment are there', 'ok'],
  [
    'addresses',
    { addresses: ['', 'bob', ''] },
    TWO_GATEWAYS,
    'elastic addresses: 3 in use, 2 more needed, 5 allowed in eu-west-1',
    'ok',
  ],
  [
    'addresses',
    { addresses: ['', 'bob', '', ''] },
    TWO_GATEWAYS,
    'elastic addresses: 4 in use, 2 more needed, 5 allowed in eu-west-1',
    'fails',
  ],
  [
    'addresses',
    { addresses: ['', 'bob', '', 'ada'] },
    TWO_GATEWAYS,
    'elastic addresses: 4 in use, 1 more needed, 5 allowed in eu-west-1',
    'ok',
  ],
])(
  '%s with %j: what is needed beyond what the environment has must fit',
  async (check, aws, settings, found, state) => {
    expect(await lookAt(check, aws, settings)).toMatchObject({ state, found });
  },
);

test('a quota that is full names the request that raises it', async () => {
  expect((await lookAt('addresses', { addresses: Array(5).fill('') })).fix).toContain(
    'aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 6',
  );
});

test.each([
  [{ '3.9.x.kraft': 'ACTIVE' }, { state: 'ok', found: '3.9.x.kraft is offered' }],
  [
    { a: 'ACTIVE', b: 'ACTIVE', '3.8.x.kraft': 'ACTIVE', '3.9.x.kraft': 'DEPRECATED', '4.0.x.kraft': 'ACTIVE' },
    {
      state: 'warns',
      found: 'MSK calls 3.9.x.kraft DEPRECATED: it may refuse a new cluster',
      fix: 'kafka.version in config/test.yaml: 3.8.x.kraft, 4.0.x.kraft',
    },
  ],
  [{ '3.9.x': 'ACTIVE' }, { state: 'fails', found: 'MSK does not offer 3.9.x.kraft' }],
])('of Kafka versions %j: %j', async (kafkaVersions, finding) => {
  expect(await lookAt('Kafka version', { kafkaVersions })).toMatchObject(finding);
});

test('a zone is known by its id: where API Gateway has no links, a deployment would fail', async () => {
  const zones = { 'us-east-1a': 'available', 'us-east-1b': 'available', 'us-east-1c': 'available' };
  const zoneIds = { 'us-east-1a': 'use1-az1', 'us-east-1b': 'use1-az3', 'us-east-1c': 'use1-az2' };
  const { look } = await givenWorld({ region: 'us-east-1', zones, zoneIds });
  const settings = {
    region: 'us-east-1',
    network: { availabilityZones: ['us-east-1a', 'us-east-1b'], natGateways: 1 },
  };
  expect((await look({ settings })).zones).toEqual({
    check: 'zones',
    state: 'fails',
    found: 'us-east-1b is use1-az3 in this account, where API Gateway has no VPC links',
    fix: 'network.availabilityZones in config/test.yaml: us-east-1a, us-east-1c',
  });
});

test('a type of machine that a zone does not offer is named with the zone', async () => {
  expect(await lookAt('machines', { machines: { 't3.small': ['eu-west-1a'] } })).toEqual({
    state: 'fails',
    found: 'no t3.small in eu-west-1b',
    fix: 'kafkaClient.instanceType in config/test.yaml: a type that all of eu-west-1a, eu-west-1b offer',
  });
});

const spark = {
  engine: 'emr-serverless',
  release: 'emr-spark-8.1.0',
  schedule: 'hourly',
  maximumVcpu: 32,
  executors: 3,
};
const ofSpark = async (check: string, aws: Partial<AwsOptions>, more: Record<string, unknown> = {}) => {
  const { look } = await givenWorld(aws);
  return (await look({ settings: { spark: { ...spark, ...more } }, databricks: null }))[check]!;
};

test('runs that need more processors than the account may use fail, with what to ask for', async () => {
  expect(await ofSpark('Spark processors', {})).toMatchObject({ state: 'ok', found: '8 of 16 vCPU' });
  expect(await ofSpark('Spark processors', {}, { continuous: true })).toMatchObject({ found: '16 of 16 vCPU' });
  expect(await ofSpark('Spark processors', {}, { workerVcpu: 4, workerMemoryGiB: 16, executors: 4 })).toMatchObject({
    state: 'fails',
    found: expect.stringContaining('runs take 20 vCPU, and the account may use 16 at once'),
    fix: expect.stringContaining('L-D05C8A75'),
  });
});

test('a zone in which EMR starts no workers is named with its id', async () => {
  const { look } = await givenWorld({
    region: 'us-east-1',
    zones: { 'us-east-1a': 'available', 'us-east-1b': 'available' },
    zoneIds: { 'us-east-1a': 'use1-az1', 'us-east-1b': 'use1-az3' },
  });
  const at = (availabilityZones: string[]) => ({
    settings: { region: 'us-east-1', network: { availabilityZones, natGateways: 1 }, spark },
    databricks: null,
  });
  expect((await look(at(['us-east-1a', 'us-east-1b'])))['Spark zones']).toEqual({
    check: 'Spark zones',
    state: 'fails',
    found: 'EMR Serverless has no workers in us-east-1b (use1-az3 in this account)',
    fix: 'other zones under network.availabilityZones in config/test.yaml',
  });
});

test('zones in which it does are told by their ids', async () => {
  const found = await ofSpark('Spark zones', { zoneIds: { 'eu-west-1a': 'euw1-az3', 'eu-west-1b': 'euw1-az1' } });
  expect(found).toMatchObject({ state: 'ok', found: 'euw1-az3, euw1-az1' });
});
