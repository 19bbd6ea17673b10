import { Match, Template } from 'aws-cdk-lib/assertions';
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
  const { images, ...rest } = settings;
  addIngestStacks(app, givenConfig(rest), undefined, (images ?? {}) as never);
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
  template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
    MinSize: '3',
    MaxSize: '4',
    DesiredCapacity: Match.absent(),
  });
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

test('a pinned image is what boots, and no parameter can replace the machines behind our back', () => {
  const images = { 'eu-west-1': { x86_64: 'ami-0123456789abcdef0' } };
  const { template } = given({ images });
  template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: { ImageId: 'ami-0123456789abcdef0' },
  });
  expect(JSON.stringify(template.findParameters('*'))).not.toContain('ami-amazon-linux-latest');
});

test('the files of others are fetched into our bucket first, by their digests', () => {
  const { template } = given();
  const staged = Object.values(template.findResources('Custom::StagedFile')).map(({ Properties }) => Properties);
  expect(staged.map(({ url }) => url).sort()).toEqual([
    expect.stringMatching(/^https:\/\/packages\.confluent\.io\/.*\.tar\.gz$/),
    expect.stringMatching(/^https:\/\/repo1\.maven\.org\/.*\.jar$/),
  ]);
  const [group] = Object.values(template.findResources('AWS::AutoScaling::AutoScalingGroup'));
  const files = Object.keys(template.findResources('Custom::StagedFile'));
  expect(group!.DependsOn).toEqual(expect.arrayContaining(files));
});

test('the proxy keeps a quiet connection longer than the load balancer does', () => {
  const { template } = given();
  const [balancer] = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
  const { Value } = balancer!.Properties.LoadBalancerAttributes.find(
    ({ Key }: { Key: string }) => Key === 'idle_timeout.timeout_seconds',
  );
  const [, idle] = /idle\.timeout\.ms=(\d+)/.exec(userDataOf(template))!;
  expect([Number(Value), Number(idle)]).toEqual([60, 75_000]);
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

test('the deployment waits for each machine to say that its bootstrap succeeded, and rolls one at a time, beside those that serve', () => {
  given({ kafkaClient: { instanceType: 't3.small', instances: 3 } }).template.hasResource(
    'AWS::AutoScaling::AutoScalingGroup',
    {
      CreationPolicy: { ResourceSignal: { Count: 3, Timeout: 'PT20M' } },
      UpdatePolicy: {
        AutoScalingRollingUpdate: {
          MaxBatchSize: 1,
          MinInstancesInService: 3,
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
    `export IAM_JAR_SHA256='${loadArtefacts()['aws-msk-iam-auth'].sha256}'`,
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).toMatch(/\nexport CONFLUENT_URL='s3:\/\/<[^>]*Artefacts[^>]*>\/kafka-client\/confluent-\S+\.tar\.gz'\n/);
  expect(text).toMatch(
    /\nexport IAM_JAR_URL='s3:\/\/<[^>]*Artefacts[^>]*>\/kafka-client\/aws-msk-iam-auth-\S+\.jar'\n/,
  );
  expect(text).not.toContain('https://packages.confluent.io');
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

const statementsOf = (template: Template, policy: RegExp) => {
  const [found] = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => policy.test(id));
  return found![1].Properties.PolicyDocument.Statement as {
    Action: string | string[];
    Resource: unknown;
    Condition?: unknown;
  }[];
};
const of = (statements: ReturnType<typeof statementsOf>, action: string) =>
  statements.find(({ Action }) => [Action].flat().includes(action));

test('the proxy writes and reads the pipeline’s topics in groups of the user’s, makes none, and does nothing else in Kafka', () => {
  const statements = statementsOf(given().template, /^RestProxyMachines/);
  const actions = statements.flatMap(({ Action }) => [Action].flat());
  expect(actions.filter((action) => action.startsWith('kafka-cluster:')).sort()).toEqual([
    'kafka-cluster:AlterGroup',
    'kafka-cluster:Connect',
    'kafka-cluster:DescribeCluster',
    'kafka-cluster:DescribeGroup',
    'kafka-cluster:DescribeTopic',
    'kafka-cluster:ReadData',
    'kafka-cluster:WriteData',
    'kafka-cluster:WriteDataIdempotently',
  ]);
  expect(of(statements, 'kafka-cluster:AlterGroup')!.Resource).toBe(
    'arn:aws:kafka:eu-west-1:111122223333:group/ada-cluster/*/ada-*',
  );
  for (const action of ['kafka-cluster:WriteData', 'kafka-cluster:ReadData']) {
    const topics = JSON.stringify(of(statements, action)!.Resource);
    expect(topics).not.toContain('*');
    expect([...topics.matchAll(/KafkaTopicada(pin|geo|user)/g)].map(([, topic]) => topic).sort()).toEqual([
      'geo',
      'pin',
      'user',
    ]);
  }
  expect(actions.filter((action) => !action.startsWith('kafka-cluster:')).sort()).toEqual([
    'cloudformation:SignalResource',
    'cloudwatch:PutMetricData',
    'kms:Decrypt',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    's3:GetObject',
    'sts:AssumeRole',
  ]);
  expect(of(statements, 'cloudwatch:PutMetricData')).toMatchObject({
    Resource: '*',
    Condition: { StringEquals: { 'cloudwatch:namespace': 'Pinterest/ada' } },
  });
  expect(of(statements, 'cloudformation:SignalResource')!.Resource).toEqual({ Ref: 'AWS::StackId' });
});

test('Kafka’s tools act as a role of their own, which may make the user’s topics and which the machines alone may take', () => {
  const { template } = given();
  const statements = statementsOf(template, /HandTools/);
  expect(of(statements, 'kafka-cluster:CreateTopic')!.Resource).toBe(
    'arn:aws:kafka:eu-west-1:111122223333:topic/ada-cluster/*/ada.*',
  );
  expect(of(statements, 'kafka-cluster:AlterGroup')!.Resource).toBe(
    'arn:aws:kafka:eu-west-1:111122223333:group/ada-cluster/*/console-consumer-*',
  );
  const [role] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) => /HandTools/.test(id));
  const [machines] = Object.keys(template.findResources('AWS::IAM::Role')).filter((id) =>
    /MachinesInstanceRole/.test(id),
  );
  expect(role![1].Properties.AssumeRolePolicyDocument.Statement).toEqual([
    { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { AWS: { 'Fn::GetAtt': [machines, 'Arn'] } } },
  ]);
  expect(userDataOf(template)).toContain(`export TOOLS_ROLE='<{"Fn::GetAtt":["${role![0]}","Arn"]}>'`);
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given().stack)).toMatchSnapshot();
});
