import { DATASETS } from '@pipeline/datasets/schema';
import { type Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addStacks } from '../../../lib/pipeline';
import { EVERYTHING, givenApp, givenConfig, SETTINGS } from '../testing/environment';

/** What somebody else made: a VPC, and a cluster in it. */
const VPC = { id: 'vpc-0123456789abcdef0', privateSubnets: ['subnet-0aaaaaaaaaaaaaaaa', 'subnet-0bbbbbbbbbbbbbbbb'] };
const CLUSTER = {
  arn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/shared/11111111-2222-3333-4444-555555555555-3',
  securityGroup: 'sg-0123456789abcdef0',
};
const JOINED = {
  ...EVERYTHING,
  network: { availabilityZones: ['eu-west-1a', 'eu-west-1b'], vpc: VPC },
  kafka: { ...SETTINGS.kafka, retentionHours: 48, cluster: CLUSTER },
};

function given(settings: object = JOINED): Map<string, Template> {
  const app = givenApp();
  addStacks(app, givenConfig(settings as never));
  return new Map(app.node.children.map((child) => [child.node.id, Template.fromStack(child as Stack)]));
}

const templates = given();
const textOf = (stack: string) => JSON.stringify(templates.get(stack)!.toJSON());

test('no network is made, and all that is in one is in the private subnets that the file names', () => {
  expect([...templates.keys()]).not.toContain('Network');
  for (const [stack, template] of templates) {
    const made = ['VPC', 'Subnet', 'NatGateway', 'FlowLog', 'VPCEndpoint'].filter(
      (type) => Object.keys(template.findResources(`AWS::EC2::${type}`)).length > 0,
    );
    expect([stack, made]).toEqual([stack, []]);
  }
  templates
    .get('KafkaClient')!
    .hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', { VPCZoneIdentifier: VPC.privateSubnets });
  templates.get('Api')!.hasResourceProperties('AWS::ApiGatewayV2::VpcLink', { SubnetIds: VPC.privateSubnets });
  templates.get('Orchestration')!.hasResourceProperties('AWS::MWAA::Environment', {
    NetworkConfiguration: { SubnetIds: VPC.privateSubnets },
  });
  templates.get('SourceDatabase')!.hasResourceProperties('AWS::RDS::DBSubnetGroup', { SubnetIds: VPC.privateSubnets });
  templates.get('KafkaClient')!.hasResourceProperties('AWS::EC2::SecurityGroup', { VpcId: VPC.id });
});

test('no cluster is made: its topics are, and say themselves what a cluster of ours says for all', () => {
  const stack = templates.get('Kafka')!;
  for (const type of ['Cluster', 'Configuration']) stack.resourceCountIs(`AWS::MSK::${type}`, 0);
  const topics = Object.values(stack.findResources('AWS::MSK::Topic')).map(({ Properties }) => Properties);
  expect(topics.map(({ TopicName }) => TopicName)).toEqual([
    ...DATASETS.map((name) => `ada.${name}`),
    'ada.dead-letters',
  ]);
  for (const { ClusterArn, ReplicationFactor, Configs } of topics) {
    expect([ClusterArn, ReplicationFactor]).toEqual([CLUSTER.arn, 2]);
    expect(Buffer.from(Configs, 'base64').toString().split('\n').sort()).toEqual([
      'message.timestamp.type=LogAppendTime',
      'min.insync.replicas=1',
      'retention.ms=172800000',
      'unclean.leader.election.enable=false',
    ]);
  }
});

test('the pipeline’s clients are let in through the cluster’s group, and may do on its topics what they may on ours', () => {
  for (const stack of ['KafkaClient', 'S3Sink'])
    templates.get(stack)!.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: CLUSTER.securityGroup,
      FromPort: 9098,
      ToPort: 9098,
    });
  expect(textOf('S3Sink')).toContain(`"${CLUSTER.arn}"`);
  expect(textOf('KafkaClient')).toContain(':kafka:eu-west-1:111122223333:group/shared/*/ada-*');
});

test('brokers are asked for by the function, and watched under the cluster’s own name', () => {
  expect(textOf('Kafka')).toContain('getBootstrapBrokers');
  expect(textOf('Monitoring')).toContain('{"Name":"Cluster Name","Value":"shared"}');
});

test('they break no rule of CDK’s validation or of cdk-nag', () => {
  // Findings and their absence are told on the console.
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
  const app = givenApp({ builtinCloudFormationValidation: true });
  addStacks(app, givenConfig(JOINED as never));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
  expect(() => app.synth()).not.toThrow();
}, 120_000);
