import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { KafkaCluster, type KafkaClusterProps } from '../../../lib/constructs/kafka-cluster';
import { givenStack } from '../testing/environment';

function given(props: Partial<KafkaClusterProps> = {}) {
  const { stack, vpc } = givenStack();
  const cluster = new KafkaCluster(stack, 'Kafka', {
    vpc,
    clusterName: 'ada-cluster',
    version: '3.9.x.kraft',
    instanceType: 'kafka.t3.small',
    brokersPerZone: 1,
    volumeGiB: 20,
    replicationFactor: 2,
    retentionHours: 168,
    monitoring: 'DEFAULT',
    logRetentionDays: 7,
    destroyData: false,
    ...props,
  });
  const client = new iam.Role(
    new Stack(stack.node.root as never, 'Client', { env: { account: '111122223333', region: 'eu-west-1' } }),
    'Role',
    {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    },
  );
  return { stack, cluster, client, template: () => Template.fromStack(stack) };
}

/** What a grant allowed: actions, and on what. An ARN of our own making is text; the others are told by the resource they come from. */
function statementsOf(client: iam.Role): { actions: string[]; on: string[] }[] {
  const template = Template.fromStack(Stack.of(client));
  const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
  return policy!.Properties.PolicyDocument.Statement.map(
    (statement: { Action: string | string[]; Resource: unknown }) => ({
      actions: [statement.Action].flat(),
      on: [statement.Resource].flat().map((arn) => {
        const output = (arn as { 'Fn::GetStackOutput'?: { OutputName: string } })['Fn::GetStackOutput']?.OutputName;
        return output === undefined ? String(arn) : /(Cluster|Topicadapin|Topicadageo)/.exec(output)![1];
      }),
    }),
  );
}

const CONNECT = { actions: ['kafka-cluster:Connect', 'kafka-cluster:DescribeCluster'], on: ['Cluster'] };

test('brokers take clients over TLS that sign with IAM, and no others', () => {
  given()
    .template()
    .hasResourceProperties('AWS::MSK::Cluster', {
      ClientAuthentication: { Sasl: { Iam: { Enabled: true } } },
      EncryptionInfo: { EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true } },
    });
  expect(JSON.stringify(given().template().toJSON())).not.toMatch(/Scram|Unauthenticated/);
});

test('version, size, brokers, disk, monitoring and names come from the props', () => {
  given({
    version: '4.1.x.kraft',
    instanceType: 'kafka.m7g.large',
    brokersPerZone: 3,
    volumeGiB: 321,
    monitoring: 'PER_BROKER',
    clusterName: 'bob',
  })
    .template()
    .hasResourceProperties('AWS::MSK::Cluster', {
      ClusterName: 'bob',
      KafkaVersion: '4.1.x.kraft',
      NumberOfBrokerNodes: 6,
      EnhancedMonitoring: 'PER_BROKER',
      BrokerNodeGroupInfo: { InstanceType: 'kafka.m7g.large', StorageInfo: { EBSStorageInfo: { VolumeSize: 321 } } },
    });
});

test('the configuration has one setting a line, with copies and retention from the props', () => {
  const { template } = given({ replicationFactor: 3, retentionHours: 5 });
  template().hasResourceProperties('AWS::MSK::Configuration', {
    Name: 'ada-cluster-3-9-x-kraft',
    KafkaVersionsList: ['3.9.x.kraft'],
    ServerProperties: [
      'auto.create.topics.enable=false',
      'default.replication.factor=3',
      'min.insync.replicas=2',
      'unclean.leader.election.enable=false',
      'log.retention.hours=5',
      'log.message.timestamp.type=LogAppendTime',
    ].join('\n'),
  });
});

test('with two brokers one may be away while the other takes writes', () => {
  const [configuration] = Object.values(
    given({ replicationFactor: 2 }).template().findResources('AWS::MSK::Configuration'),
  );
  expect(configuration!.Properties.ServerProperties).toContain('min.insync.replicas=1');
});

test('a topic has the cluster’s copies and its own partitions', () => {
  const { cluster, template } = given();
  cluster.addTopic('ada.pin', 5);
  template().hasResource('AWS::MSK::Topic', {
    Properties: { TopicName: 'ada.pin', PartitionCount: 5, ReplicationFactor: 2 },
    DeletionPolicy: 'Retain',
  });
});

test.each([
  [false, 'Retain'],
  [true, 'Delete'],
])('with destroyData %s, cluster, key and topics have policy %s', (destroyData, policy) => {
  const { cluster, template } = given({ destroyData });
  cluster.addTopic('ada.pin', 1);
  for (const type of ['AWS::MSK::Cluster', 'AWS::MSK::Topic', 'AWS::KMS::Key'])
    template().allResources(type, { DeletionPolicy: policy });
});

test('grantProduce allows writing to the named topics and to nothing else', () => {
  const { cluster, client } = given();
  for (const topic of ['ada.pin', 'ada.geo', 'ada.user']) cluster.addTopic(topic, 1);
  cluster.grantProduce(client, ['ada.pin', 'ada.geo']);
  expect(statementsOf(client)).toEqual([
    CONNECT,
    { actions: ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'], on: ['Topicadageo', 'Topicadapin'] },
  ]);
});

test('grantConsume allows reading the named topics as the named groups and nothing else', () => {
  const { cluster, client } = given();
  cluster.addTopic('ada.pin', 1);
  cluster.grantConsume(client, ['ada.pin'], ['connect-x']);
  expect(statementsOf(client)).toEqual([
    CONNECT,
    { actions: ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'], on: ['Topicadapin'] },
    {
      actions: ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'],
      on: ['arn:aws:kafka:eu-west-1:111122223333:group/ada-cluster/*/connect-x'],
    },
  ]);
});

test('grantManage allows creating, writing and reading topics under a prefix, and deleting none', () => {
  const { cluster, client } = given();
  cluster.grantManage(client, 'ada.');
  expect(statementsOf(client)).toEqual([
    CONNECT,
    {
      actions: [
        'kafka-cluster:CreateTopic',
        'kafka-cluster:DescribeTopic',
        'kafka-cluster:ReadData',
        'kafka-cluster:WriteData',
      ],
      on: ['arn:aws:kafka:eu-west-1:111122223333:topic/ada-cluster/*/ada.*'],
    },
  ]);
});

test('a grant on a topic that nobody added is refused by its name', () => {
  const { cluster, client } = given();
  expect(() => cluster.grantProduce(client, ['ada.pni'])).toThrow(
    'Test/Kafka: no topic ada.pni; call addTopic before a grant on it',
  );
});
