import { DATASETS } from '@pipeline/datasets/schema';
import { Template } from 'aws-cdk-lib/assertions';
import { KafkaStack } from '../../../lib/stacks/kafka-stack';
import { NetworkStack } from '../../../lib/stacks/network-stack';
import { givenApp, givenConfig, withoutHashes } from '../testing/environment';

function given(settings: Record<string, unknown> = {}) {
  const app = givenApp();
  const config = givenConfig(settings);
  const { vpc } = new NetworkStack(app, 'Network', { config });
  const stack = new KafkaStack(app, 'Kafka', { config, vpc });
  return { stack, template: Template.fromStack(stack) };
}

test('each dataset has its topic, and what the sink refuses has one of its own', () => {
  const { template } = given({
    kafka: {
      version: '3.9.x.kraft',
      instanceType: 'kafka.t3.small',
      volumeGiB: 20,
      partitions: 5,
      replicationFactor: 1,
    },
  });
  const topics = Object.values(template.findResources('AWS::MSK::Topic')).map(({ Properties }) => Properties);
  expect(
    topics.map(({ TopicName, PartitionCount, ReplicationFactor }) => [TopicName, PartitionCount, ReplicationFactor]),
  ).toEqual([...DATASETS.map((dataset) => [`ada.${dataset}`, 5, 1]), ['ada.dead-letters', 1, 1]]);
});

test('brokers stand in the private subnets of every zone', () => {
  const { template } = given({
    network: { availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'], natGateways: 1 },
    kafka: {
      version: '4.0.x.kraft',
      instanceType: 'kafka.m5.large',
      brokersPerZone: 2,
      volumeGiB: 30,
      partitions: 1,
      replicationFactor: 3,
      monitoring: 'PER_BROKER',
      retentionHours: 24,
    },
  });
  template.hasResourceProperties('AWS::MSK::Cluster', {
    ClusterName: 'ada-cluster',
    KafkaVersion: '4.0.x.kraft',
    NumberOfBrokerNodes: 6,
    EnhancedMonitoring: 'PER_BROKER',
  });
  const [cluster] = Object.values(template.findResources('AWS::MSK::Cluster'));
  const subnets = JSON.stringify(cluster!.Properties.BrokerNodeGroupInfo.ClientSubnets);
  expect(subnets.match(/PrivateSubnet[123]Subnet/g)).toHaveLength(3);
  expect(subnets).not.toContain('Public');
});

test('brokers write their log for as long as the environment says', () => {
  given({ logRetentionDays: 90 }).template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
});

test('the function that asks for the brokers’ addresses may ask for this cluster’s and nothing else', () => {
  const { template } = given();
  const [cluster] = Object.keys(template.findResources('AWS::MSK::Cluster'));
  const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
  expect(policy!.Properties.PolicyDocument.Statement).toEqual([
    { Effect: 'Allow', Action: 'kafka:GetBootstrapBrokers', Resource: { Ref: cluster } },
  ]);
});

test('a cluster is protected from deletion unless the environment allows destroying data', () => {
  expect(given().stack.terminationProtection).toBe(true);
  expect(given({ destroyData: true }).stack.terminationProtection).toBe(false);
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given().stack)).toMatchSnapshot();
});
