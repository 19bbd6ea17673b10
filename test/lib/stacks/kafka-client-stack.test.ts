import { Match, Template } from 'aws-cdk-lib/assertions';
import { loadArtefacts } from '../../../config/artefacts';
import { addIngestStacks } from '../../../lib/pipeline';
import { givenApp, givenConfig, withoutHashes } from '../given';

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
  const stack = app.node.findChild('KafkaClient') as never;
  return { stack, template: Template.fromStack(stack) };
}

/** User data as the machine gets it, with references in angle brackets. */
function userDataOf(template: Template): string {
  const [launch] = Object.values(template.findResources('AWS::EC2::LaunchTemplate'));
  const parts: unknown[] = launch!.Properties.LaunchTemplateData.UserData['Fn::Base64']['Fn::Join'][1];
  return parts.map((part) => (typeof part === 'string' ? part : `<${JSON.stringify(part)}>`)).join('');
}

test('machines are kept at the number, size and place that the environment says', () => {
  const { template } = given({ kafkaClient: { instanceType: 'm7i.large', instances: 3 } });
  template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', { MinSize: '3', MaxSize: '3' });
  template.hasResourceProperties('AWS::EC2::LaunchTemplate', { LaunchTemplateData: { InstanceType: 'm7i.large' } });
  const [group] = Object.values(template.findResources('AWS::AutoScaling::AutoScalingGroup'));
  expect(JSON.stringify(group!.Properties.VPCZoneIdentifier)).toContain('PrivateSubnet1');
  expect(JSON.stringify(group!.Properties.VPCZoneIdentifier)).not.toContain('Public');
});

test.each([
  ['t3.small', 'x86_64'],
  ['m7g.large', 'arm64'],
])('%s boots Amazon Linux 2023 for %s', (instanceType, cpu) => {
  const { template } = given({ kafkaClient: { instanceType } });
  expect(JSON.stringify(template.findParameters('*'))).toContain(
    `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-${cpu}`,
  );
});

test('a machine has no SSH key, answers IMDSv2 only, and its disk is encrypted', () => {
  const { template } = given();
  template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: {
      KeyName: Match.absent(),
      MetadataOptions: { HttpTokens: 'required' },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeSize: 16, VolumeType: 'gp3' } }],
    },
  });
});

test('a machine takes requests from the load balancer alone, and goes out to HTTPS and Kafka alone', () => {
  const { template } = given();
  const inward = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')).map(
    ({ Properties }) => Properties,
  );
  expect(inward.map(({ FromPort, ToPort }) => [FromPort, ToPort]).sort()).toEqual([
    [8082, 8082],
    [9098, 9098],
  ]);
  expect(JSON.stringify(template.toJSON())).not.toMatch(
    /"CidrIp":"0\.0\.0\.0\/0","Description":"[^"]*","FromPort":(?!443)/,
  );
  for (const { Properties } of Object.values(template.findResources('AWS::EC2::SecurityGroup'))) {
    expect(Properties.SecurityGroupIngress).toBeUndefined();
  }
});

test('the deployment waits for each machine to say that its bootstrap succeeded, and rolls one at a time', () => {
  given({ kafkaClient: { instanceType: 't3.small', instances: 3 } }).template.hasResource(
    'AWS::AutoScaling::AutoScalingGroup',
    {
      CreationPolicy: { ResourceSignal: { Count: 3, Timeout: 'PT20M' } },
      UpdatePolicy: {
        AutoScalingRollingUpdate: {
          MaxBatchSize: 1,
          MinInstancesInService: 2,
          WaitOnResourceSignals: true,
          PauseTime: 'PT20M',
        },
      },
    },
  );
});

test('a machine that answers no requests is replaced, but not while it is being made', () => {
  given().template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
    HealthCheckType: 'ELB',
    HealthCheckGracePeriod: 1200,
  });
});

test('the bootstrap gets every setting it asks for, and downloads as the lock file says', () => {
  const { template } = given({ api: { requestsPerSecond: 1, burst: 1, corsOrigins: ['https://pins.example'] } });
  const text = userDataOf(template);
  const artefacts = loadArtefacts();
  const [group] = Object.keys(template.findResources('AWS::AutoScaling::AutoScalingGroup'));
  expect(text).toMatch(
    /^#!\/bin\/bash\nexport BOOTSTRAP_SERVERS='<\{"Fn::GetStackOutput":\{"StackName":"pinterest-ada-Kafka"/,
  );
  for (const line of [
    "export AWS_REGION='eu-west-1'",
    "export STACK='pinterest-ada-KafkaClient'",
    `export RESOURCE='${group}'`,
    "export METRIC_NAMESPACE='Pinterest/ada'",
    "export PROBE_TOPIC='ada.pin'",
    "export CORS_ORIGIN='https://pins.example'",
    `export CONFLUENT_URL='${artefacts['confluent-community'].url}'`,
    `export IAM_JAR_URL='${artefacts['aws-msk-iam-auth'].url}'`,
    `export IAM_JAR_SHA256='${artefacts['aws-msk-iam-auth'].sha256}'`,
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  const asked = [...text.matchAll(/"\$\{(\w+):\?\}"/g)].map(([, name]) => name);
  expect(asked.length).toBeGreaterThan(8);
  for (const name of asked) expect(text).toContain(`export ${name}='`);
});

test('user data fits into the 16 KiB that EC2 takes', () => {
  expect(Buffer.byteLength(userDataOf(given().template))).toBeLessThan(14_000);
});

test('the load balancer is internal, checks that the proxy lives, and logs who asked', () => {
  const { template } = given();
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    Scheme: 'internal',
    Type: 'application',
    LoadBalancerAttributes: Match.arrayWith([{ Key: 'access_logs.s3.enabled', Value: 'true' }]),
  });
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    Port: 8082,
    HealthCheckPath: '/',
    Matcher: { HttpCode: '200' },
  });
});

test('the load balancer takes the stage out of a path that begins with it, and forwards every other as it is', () => {
  const { template } = given();
  const [target] = Object.keys(template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup'));
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
    Priority: 1,
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/test/*'] } }],
    Actions: [{ Type: 'forward', TargetGroupArn: { Ref: target } }],
    Transforms: [{ Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^/test/(.*)$', Replace: '/$1' }] } }],
  });
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
    DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: target } }],
  });
});

test('the machines may use the user’s topics, log, count and signal, and nothing else', () => {
  const [policy] = Object.values(given().template.findResources('AWS::IAM::Policy'));
  const statements: { Action: string | string[]; Resource: unknown; Condition?: unknown }[] =
    policy!.Properties.PolicyDocument.Statement;
  expect(statements.map(({ Action }) => [Action].flat())).toEqual([
    ['cloudformation:SignalResource'],
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    ['cloudwatch:PutMetricData'],
    ['kafka-cluster:Connect', 'kafka-cluster:DescribeCluster', 'kafka-cluster:WriteDataIdempotently'],
    ['kafka-cluster:CreateTopic', 'kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData', 'kafka-cluster:WriteData'],
    ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'],
  ]);
  const of = (action: string) => statements.find(({ Action }) => [Action].flat().includes(action))!;
  expect(of('kafka-cluster:CreateTopic').Resource).toBe(
    'arn:aws:kafka:eu-west-1:111122223333:topic/ada-cluster/*/ada.*',
  );
  expect(of('kafka-cluster:AlterGroup').Resource).toBe(
    'arn:aws:kafka:eu-west-1:111122223333:group/ada-cluster/*/console-consumer-*',
  );
  expect(of('cloudwatch:PutMetricData')).toMatchObject({
    Resource: '*',
    Condition: { StringEquals: { 'cloudwatch:namespace': 'Pinterest/ada' } },
  });
  expect(of('cloudformation:SignalResource').Resource).toEqual({ Ref: 'AWS::StackId' });
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given().stack)).toMatchSnapshot();
});
