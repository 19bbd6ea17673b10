import type { Finding } from '../../../ops/preflight/finding';
import type { AwsOptions } from '../../../stand-ins/aws';
import { SETTINGS } from '../../lib/testing/environment';
import { endWorlds, givenWorld } from './testing/world';

afterEach(endWorlds);

const [A, B] = ['subnet-0aaaaaaaaaaaaaaaa', 'subnet-0bbbbbbbbbbbbbbbb'] as const;
const VPC = 'vpc-0123456789abcdef0';
const GROUP = 'sg-0123456789abcdef0';
const ARN = 'arn:aws:kafka:eu-west-1:111122223333:cluster/shared/11111111-2222-3333-4444-555555555555-3';
const JOINED = {
  network: { availabilityZones: ['eu-west-1a', 'eu-west-1b'], vpc: { id: VPC, privateSubnets: [A, B] } },
  kafka: { ...SETTINGS.kafka, cluster: { arn: ARN, securityGroup: GROUP } },
};

const nat = { destinationCidrBlock: '0.0.0.0/0', natGatewayId: 'nat-1', state: 'active' };
const GOOD = {
  vpc: VPC,
  names: { enableDnsSupport: true, enableDnsHostnames: true },
  subnets: [
    { subnetId: A, vpcId: VPC, availabilityZone: 'eu-west-1a', availableIpAddressCount: 250 },
    { subnetId: B, vpcId: VPC, availabilityZone: 'eu-west-1b', availableIpAddressCount: 250 },
  ],
  routeTables: [
    { routeTableId: 'rtb-own', associationSet: [{ subnetId: A, main: false }], routeSet: [nat] },
    { routeTableId: 'rtb-main', associationSet: [{ main: true }], routeSet: [nat] },
  ],
  endpoints: [
    {
      serviceName: 'com.amazonaws.eu-west-1.s3',
      vpcEndpointType: 'Gateway',
      routeTableIdSet: ['rtb-own', 'rtb-main'],
    },
  ],
};

const PROVISIONED = {
  brokerNodeGroupInfo: {
    instanceType: 'kafka.t3.small',
    clientSubnets: [A, B],
    securityGroups: [GROUP],
    storageInfo: { ebsStorageInfo: { volumeSize: 20 } },
  },
  clientAuthentication: { sasl: { iam: { enabled: true } } },
  currentBrokerSoftwareInfo: { kafkaVersion: '3.9.x.kraft' },
  numberOfBrokerNodes: 2,
  enhancedMonitoring: 'DEFAULT',
};
const CLUSTER = { clusterName: 'shared', state: 'ACTIVE', clusterType: 'PROVISIONED', provisioned: PROVISIONED };

async function look(joined: object, cluster: object = CLUSTER, arn = ARN): Promise<Record<string, Finding>> {
  const world = await givenWorld({
    joined: { ...GOOD, ...joined },
    clusters: { [arn]: cluster },
  } as Partial<AwsOptions>);
  const findings = await world.look({ settings: JOINED, databricks: null });
  expect(world.aws.unknown).toEqual([]);
  return findings;
}

test('what is there and as the file says is ok, and no network or address more is needed', async () => {
  const findings = await look({});
  expect(findings['existing network']).toMatchObject({ state: 'ok', found: `${VPC}, ${A}, ${B}` });
  expect(findings['existing cluster']).toMatchObject({ state: 'ok', found: 'shared, ACTIVE' });
  expect([findings.networks!.state, findings.addresses!.state]).toEqual(['ok', 'ok']);
});

const [first, second] = GOOD.subnets;
const mainTo = (route: object) => [GOOD.routeTables[0], { ...GOOD.routeTables[1], routeSet: [route] }];

test.each<[object, string]>([
  [{ vpc: 'vpc-1' }, `there is no ${VPC} in eu-west-1`],
  [
    { names: { enableDnsSupport: false, enableDnsHostnames: false } },
    `${VPC} resolves no names (enableDnsSupport); ${VPC} gives no names (enableDnsHostnames)`,
  ],
  [{ subnets: [first] }, `there is no ${B}`],
  [{ subnets: [first, { ...second, vpcId: 'vpc-2' }] }, `${B} is in vpc-2`],
  [
    { subnets: [first, { ...second, availabilityZone: 'eu-west-1c' }] },
    `${B} is in eu-west-1c, and the file says eu-west-1b`,
  ],
  [{ subnets: [first, { ...second, availableIpAddressCount: 31 }] }, `${B} has 31 free addresses, and 32 are needed`],
  [{ routeTables: [GOOD.routeTables[0]] }, `${B} has no way out to the internet`],
  [{ routeTables: mainTo({ ...nat, state: 'blackhole' }) }, `${B}'s way out to the internet leads nowhere`],
  [
    { routeTables: mainTo({ destinationCidrBlock: '0.0.0.0/0', gatewayId: 'igw-1', state: 'active' }) },
    `${B} is public: its way out is igw-1, not NAT`,
  ],
])('a network with %j fails', async (change, found) => {
  expect((await look(change))['existing network']).toMatchObject({ state: 'fails', found });
});

const [gateway] = GOOD.endpoints;

test.each<[string, object[]]>([
  ['one that the subnet has no route to', [{ ...gateway, routeTableIdSet: ['rtb-own'] }]],
  [
    'one of DynamoDB',
    [
      { ...gateway, routeTableIdSet: ['rtb-own'] },
      { ...gateway, serviceName: 'com.amazonaws.eu-west-1.dynamodb' },
    ],
  ],
  [
    'an interface, which takes no route',
    [
      { ...gateway, routeTableIdSet: ['rtb-own'] },
      { ...gateway, vpcEndpointType: 'Interface' },
    ],
  ],
])('a subnet that reaches S3 through NAT is only told: beside %s', async (_, endpoints) => {
  expect((await look({ endpoints }))['existing network']).toEqual({
    check: 'existing network',
    state: 'warns',
    found: `${B} reach S3 through NAT, which costs by the gigabyte`,
    fix: 'a gateway endpoint for com.amazonaws.eu-west-1.s3 in their route tables',
  });
});

const other = (change: object) => ({ ...CLUSTER, provisioned: { ...PROVISIONED, ...change } });
const group = PROVISIONED.brokerNodeGroupInfo;

test.each<[object, string]>([
  [
    { ...CLUSTER, provisioned: undefined, serverless: {} },
    'it is a serverless cluster, on which CloudFormation makes no topics',
  ],
  [{ ...CLUSTER, state: 'UPDATING' }, 'it is UPDATING'],
  [
    other({ clientAuthentication: { sasl: { iam: { enabled: false } } } }),
    'its brokers take no clients that sign with IAM',
  ],
  [other({ brokerNodeGroupInfo: { ...group, securityGroups: ['sg-1'] } }), 'its security groups are sg-1'],
  [
    other({ currentBrokerSoftwareInfo: { kafkaVersion: '3.8.x' } }),
    'its Kafka version is 3.8.x, and the file says 3.9.x.kraft',
  ],
  [
    other({ brokerNodeGroupInfo: { ...group, instanceType: 'kafka.m7g.large' } }),
    'its broker size is kafka.m7g.large, and the file says kafka.t3.small',
  ],
  [
    other({ brokerNodeGroupInfo: { ...group, storageInfo: { ebsStorageInfo: { volumeSize: 10 } } } }),
    'its disks have 10 GiB, and the file says 20',
  ],
  [other({ numberOfBrokerNodes: 3 }), 'its number of brokers is 3, and the file says 2'],
  [other({ enhancedMonitoring: 'PER_BROKER' }), 'its monitoring is PER_BROKER, and the file says DEFAULT'],
])('a cluster that is %j fails', async (cluster, found) => {
  expect((await look({}, cluster))['existing cluster']).toMatchObject({ state: 'fails', found });
});

test('a cluster in another network fails, and one that is not there does', async () => {
  const subnets = [...GOOD.subnets, { ...first, subnetId: 'subnet-1', vpcId: 'vpc-2' }];
  const elsewhere = other({ brokerNodeGroupInfo: { ...group, clientSubnets: ['subnet-1'] } });
  expect((await look({ subnets }, elsewhere))['existing cluster']!.found).toBe('its brokers are in vpc-2');
  expect(
    (await look({}, undefined, 'arn:aws:kafka:eu-west-1:111122223333:cluster/another/1'))['existing cluster'],
  ).toEqual({
    check: 'existing cluster',
    state: 'fails',
    found: `there is no ${ARN}`,
    fix: 'kafka.cluster.arn in config/test.yaml',
  });
});
