import { DATASETS } from '@pipeline/datasets/schema';
import { Template } from 'aws-cdk-lib/assertions';
import { loadArtefacts } from '../../../config/artefacts';
import { addIngestStacks } from '../../../lib/pipeline';
import { givenApp, givenConfig, withoutHashes } from '../testing/environment';

const made = new Map<string, ReturnType<typeof make>>();

/** The stack for some settings; made once for equal ones, since every test only reads. */
function given(settings: Record<string, unknown> = {}) {
  const key = JSON.stringify(settings);
  if (!made.has(key)) made.set(key, make(settings));
  return made.get(key)!;
}

function make(settings: Record<string, unknown>) {
  const app = givenApp();
  addIngestStacks(app, givenConfig(settings));
  const stack = app.node.findChild('S3Sink') as never;
  const template = Template.fromStack(stack);
  const [connector] = Object.values(template.findResources('AWS::KafkaConnect::Connector'));
  return { stack, template, connector: connector!.Properties as Record<string, never> };
}

const s3Sink = (change: object) => ({ s3Sink: { capacity: { mcu: 1, workers: 1 }, ...change } });

test('the connector is configured as it was run on real pieces', () => {
  const { connector } = given();
  expect(connector.ConnectorConfiguration).toEqual({
    'connector.class': 'io.confluent.connect.s3.S3SinkConnector',
    'tasks.max': '1',
    topics: DATASETS.map((name) => `ada.${name}`).join(),
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'false',
    transforms: 'arrival',
    'transforms.arrival.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
    'transforms.arrival.partition.field': 'kafka_partition',
    'transforms.arrival.offset.field': 'kafka_offset',
    'transforms.arrival.timestamp.field': 'kafka_timestamp',
    'storage.class': 'io.confluent.connect.s3.storage.S3Storage',
    's3.bucket.name': {
      'Fn::GetStackOutput': {
        StackName: 'pinterest-ada-Lake',
        Region: 'eu-west-1',
        OutputName: expect.stringMatching(/^PublishOutputRefLakeTopics/),
      },
    },
    's3.region': 'eu-west-1',
    's3.part.size': '5242880',
    'topics.dir': 'topics',
    'format.class': 'io.confluent.connect.s3.format.json.JsonFormat',
    'partitioner.class': 'io.confluent.connect.storage.partitioner.DefaultPartitioner',
    'schema.compatibility': 'NONE',
    'flush.size': '500',
    'rotate.schedule.interval.ms': '600000',
    timezone: 'UTC',
    'behavior.on.null.values': 'ignore',
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': 'ada.dead-letters',
    'errors.deadletterqueue.topic.replication.factor': '2',
    'errors.deadletterqueue.context.headers.enable': 'true',
    'errors.log.enable': 'true',
    'errors.log.include.messages': 'false',
  });
});

test('file size, rotation and tasks come from the environment; one record per file stays possible', () => {
  expect(given(s3Sink({ flushSize: 1, rotateMinutes: 2, tasks: 2 })).connector.ConnectorConfiguration).toMatchObject({
    'flush.size': '1',
    'rotate.schedule.interval.ms': '120000',
    'tasks.max': '2',
  });
});

test('capacity is fixed or scales, never both', () => {
  expect(given(s3Sink({ capacity: { mcu: 2, workers: 3 } })).connector.Capacity).toEqual({
    ProvisionedCapacity: { McuCount: 2, WorkerCount: 3 },
  });
  const scaling = { mcu: 4, minWorkers: 2, maxWorkers: 5, scaleOutCpuPercent: 70, scaleInCpuPercent: 30 };
  expect(given(s3Sink({ capacity: scaling })).connector.Capacity).toEqual({
    AutoScaling: {
      McuCount: 4,
      MinWorkerCount: 2,
      MaxWorkerCount: 5,
      ScaleOutPolicy: { CpuUtilizationPercentage: 70 },
      ScaleInPolicy: { CpuUtilizationPercentage: 30 },
    },
  });
});

test('the connector signs with IAM over TLS and keeps its contractual name', () => {
  expect(given().connector).toMatchObject({
    ConnectorName: 'ada-connector',
    KafkaConnectVersion: '3.7.x',
    KafkaClusterClientAuthentication: { AuthenticationType: 'IAM' },
    KafkaClusterEncryptionInTransit: { EncryptionType: 'TLS' },
    LogDelivery: { WorkerLogDelivery: { CloudWatchLogs: { Enabled: true } } },
  });
});

test('workers convert as the connector does and begin with the oldest record', () => {
  const [configuration] = Object.values(given().template.findResources('AWS::KafkaConnect::WorkerConfiguration'));
  expect(configuration!.Properties).toEqual({
    Name: 'ada-connector-workers-1',
    PropertiesFileContent: {
      'Fn::Base64': [
        'key.converter=org.apache.kafka.connect.storage.StringConverter',
        'value.converter=org.apache.kafka.connect.json.JsonConverter',
        'value.converter.schemas.enable=false',
        'consumer.auto.offset.reset=earliest',
        'consumer.reconnect.backoff.ms=1000',
        'consumer.reconnect.backoff.max.ms=10000',
        'producer.reconnect.backoff.ms=1000',
        'producer.reconnect.backoff.max.ms=10000',
      ].join('\n'),
    },
  });
});

test('the plugin is named for user, version and content, and waits for its file', () => {
  const { template } = given();
  const [file] = Object.keys(template.findResources('Custom::StagedFile'));
  const [plugin] = Object.values(template.findResources('AWS::KafkaConnect::CustomPlugin'));
  expect(plugin).toMatchObject({
    DependsOn: [file],
    Properties: {
      Name: 'ada-plugin-12-1-11-unpinned',
      ContentType: 'ZIP',
      Location: { S3Location: { FileKey: 'plugins/s3-sink-12.1.11-unpinned.zip' } },
    },
  });
});

test('file and address of the plugin are the lock file’s', () => {
  given().template.hasResourceProperties('Custom::StagedFile', {
    key: 'plugins/s3-sink-12.1.11-unpinned.zip',
    url: loadArtefacts()['kafka-connect-s3'].url,
    sha256: '',
  });
});

/** Actions and, of each ARN, the part that tells what it is of, for the role that `named` leads to. */
function policyOf(template: Template, named: RegExp): [string[], string[]][] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => named.test(id));
  expect(policies).toHaveLength(1);
  const tail = (arn: unknown): string => {
    const join = (arn as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1];
    if (join) return join.map((part) => (typeof part === 'string' ? part : '<>')).join('');
    const output = (arn as { 'Fn::GetStackOutput'?: { StackName: string; OutputName: string } })['Fn::GetStackOutput'];
    return output
      ? `${output.StackName}/${output.OutputName.replace(/^PublishOutput(Ref|FnGetAtt)|[0-9A-F]{8}.*$/g, '')}`
      : String(arn);
  };
  return policies[0]![1].Properties.PolicyDocument.Statement.map(
    (statement: { Action: string[]; Resource: unknown }) => [
      [statement.Action].flat(),
      [statement.Resource].flat().map(tail),
    ],
  );
}

test('the connector may read its topics, keep its state, write dead letters and files, and nothing else', () => {
  const kafka = 'arn:aws:kafka:eu-west-1:111122223333';
  expect(policyOf(given().template, /^SinkRole/)).toEqual([
    [['kafka-cluster:Connect', 'kafka-cluster:DescribeCluster'], ['pinterest-ada-Kafka/KafkaCluster']],
    [
      ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'],
      [...DATASETS].sort().map((dataset) => `pinterest-ada-Kafka/KafkaTopicada${dataset}`),
    ],
    [
      ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'],
      [`${kafka}:group/ada-cluster/*/__amazon_msk_connect_*`, `${kafka}:group/ada-cluster/*/connect-ada-connector`],
    ],
    [
      ['kafka-cluster:CreateTopic', 'kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData', 'kafka-cluster:WriteData'],
      [`${kafka}:topic/ada-cluster/*/__amazon_msk_connect_*`],
    ],
    [['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'], ['pinterest-ada-Kafka/KafkaTopicadadeadletters']],
    [['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], ['pinterest-ada-Lake/LakeTopics']],
    [['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'], ['<>/topics/*']],
    [['kms:Decrypt', 'kms:GenerateDataKey'], ['pinterest-ada-Lake/LakeKey']],
  ]);
});

test('only MSK Connect, for this connector in this account, may take the role', () => {
  given().template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'kafkaconnect.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': '111122223333' },
            ArnLike: { 'aws:SourceArn': 'arn:aws:kafkaconnect:eu-west-1:111122223333:connector/ada-connector/*' },
          },
        },
      ],
    },
  });
});

test('the function that fetches the plugin may touch the plugins’ folder and nothing else', () => {
  expect(policyOf(given().template, /^PluginFilesStage/)).toEqual([
    [['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], ['<>/plugins/*']],
    [['s3:ListBucket'], ['pinterest-ada-Lake/LakeArtefacts']],
    [['kms:Decrypt', 'kms:GenerateDataKey'], ['pinterest-ada-Lake/LakeKey']],
  ]);
});

test('the workers reach Kafka’s IAM port and HTTPS, and nobody reaches them', () => {
  const { template } = given();
  template.hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' }],
  });
  template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', { FromPort: 9098, ToPort: 9098 });
  template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 1);
  const [group] = Object.values(template.findResources('AWS::EC2::SecurityGroup'));
  expect(group!.Properties.SecurityGroupIngress).toBeUndefined();
});

// CloudFormation replaces a connector for any property but these three, and a replacement cannot be created
// beside its namesake: such a change takes a destroy of S3Sink, then a deploy (docs/stacks.md).
const IN_PLACE = ['Capacity', 'ConnectorConfiguration', 'Tags'];

function changedProperties(settings: Record<string, unknown>): string[] {
  const [before, after] = [given().connector, given(settings).connector];
  return Object.keys(before).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}

test.each([
  ['flushSize', s3Sink({ flushSize: 9 }), ['ConnectorConfiguration']],
  ['rotateMinutes', s3Sink({ rotateMinutes: 9 }), ['ConnectorConfiguration']],
  ['tasks', s3Sink({ tasks: 2 }), ['ConnectorConfiguration']],
  ['capacity', s3Sink({ capacity: { mcu: 2, workers: 1 } }), ['Capacity']],
  ['logRetentionDays', { logRetentionDays: 5 }, []],
])('a change of %s reaches the running connector', (_key, settings, properties) => {
  expect(changedProperties(settings)).toEqual(properties);
  expect(IN_PLACE).toEqual(expect.arrayContaining(properties));
});

test.each([
  [
    'availabilityZones',
    { network: { natGateways: 1, availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] } },
    ['KafkaCluster'],
  ],
])('a change of %s takes a destroy, then a deploy', (_key, settings, properties) => {
  expect(changedProperties(settings)).toEqual(properties);
  for (const property of properties) expect(IN_PLACE).not.toContain(property);
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given().stack)).toMatchSnapshot();
});
