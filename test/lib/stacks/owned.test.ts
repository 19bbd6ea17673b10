import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { addStacks } from '../../../lib/pipeline';
import { EVERYTHING, givenApp, givenConfig } from '../testing/environment';

/** What a platform team asks of every stack at once. */
const made = new Map<string, Map<string, Template>>();

function given(settings: Record<string, unknown> = {}, context: Record<string, string> = {}): Map<string, Template> {
  const key = JSON.stringify([settings, context]);
  if (!made.has(key)) {
    const app = givenApp();
    for (const [name, value] of Object.entries(context)) app.node.setContext(name, value);
    addStacks(app, givenConfig({ ...EVERYTHING, ...settings }));
    made.set(key, new Map(app.node.children.map((child) => [child.node.id, Template.fromStack(child as never)])));
  }
  return made.get(key)!;
}

const textOf = (templates: Map<string, Template>, stack: string) => JSON.stringify(templates.get(stack)!.toJSON());

test('a boundary bounds every role, and tags of one’s own stand beside the pipeline’s', () => {
  const templates = given({ permissionsBoundary: 'team-boundary', tags: { costCentre: '4711' } });
  const roles = [...templates.values()].flatMap((template) => Object.entries(template.findResources('AWS::IAM::Role')));
  expect(roles.length).toBeGreaterThan(15);
  for (const [id, { Properties }] of roles)
    expect([id, Properties.PermissionsBoundary]).toEqual([id, 'arn:aws:iam::111122223333:policy/team-boundary']);
});

test('another qualifier leads to another bootstrap’s bucket and roles', () => {
  expect(textOf(given({ bootstrapQualifier: 'pins' }), 'S3Sink')).toContain('cdk-pins-assets-');
  expect(textOf(given(), 'S3Sink')).toContain('cdk-hnb659fds-assets-');
});

test('what others know of the network and of the proxies’ load balancer cannot go stale under them', () => {
  const templates = given();
  for (const stack of ['Kafka', 'KafkaClient', 'S3Sink', 'Api', 'Orchestration', 'SourceDatabase']) {
    const stale = textOf(templates, stack).includes('{"Fn::GetStackOutput":{"StackName":"pinterest-ada-Network"');
    expect([stack, stale]).toEqual([stack, false]);
  }
  for (const [stack, producer] of [
    ['Kafka', 'Network'],
    ['Api', 'KafkaClient'],
  ] as const)
    expect(textOf(templates, stack)).toContain(`{"Fn::ImportValue":"pinterest-ada-${producer}:`);
  expect(textOf(templates, 'Api').includes('{"Fn::GetStackOutput":{"StackName":"pinterest-ada-KafkaClient"')).toBe(
    false,
  );
});

test('Airflow’s connection is a copy of the version that the deployment names, of a secret of its own if there is one', () => {
  const databricks = { ...EVERYTHING.databricks, airflowSecretName: 'airflow/ada' };
  const context = { airflowSecretVersion: '11111111-2222-3333-4444-555555555555' };
  expect(textOf(given({ databricks }, context), 'Orchestration')).toContain(
    '{{resolve:secretsmanager:airflow/ada:SecretString:token::11111111-2222-3333-4444-555555555555}}',
  );
  expect(textOf(given(), 'Orchestration')).toContain('{{resolve:secretsmanager:databricks/ada:SecretString:token::}}');
});

test('the access logs of Airflow’s bucket lie in the bucket for access logs, not in itself', () => {
  const templates = given();
  const bucket = Object.values(templates.get('Orchestration')!.findResources('AWS::S3::Bucket'))[0]!;
  expect(bucket.Properties.LoggingConfiguration).toEqual({
    DestinationBucketName: expect.objectContaining({ 'Fn::GetStackOutput': expect.anything() }),
    LogFilePrefix: 's3/airflow/',
  });
  templates.get('Lake')!.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: 's3:PutObject',
          Principal: { Service: 'logging.s3.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
        }),
      ]),
    },
  });
});

test('Airflow’s failed runs ring, and 26 hours without a success do', () => {
  const monitoring = given().get('Monitoring')!;
  const dag = [
    { Name: 'DAG', Value: 'ada_dag' },
    { Name: 'Environment', Value: 'ada-airflow' },
  ];
  monitoring.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'DAGDurationFailed',
    Dimensions: dag,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
  });
  monitoring.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'DAGDurationSuccess',
    Dimensions: dag,
    Period: 3600,
    EvaluationPeriods: 26,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  });
});

test('alarms go to a topic of one’s own, and then there is none of ours', () => {
  const alarmTopicArn = 'arn:aws:sns:eu-west-1:111122223333:ops';
  const monitoring = given({ monitoring: { alarmTopicArn } }).get('Monitoring')!;
  monitoring.resourceCountIs('AWS::SNS::Topic', 0);
  const alarms = Object.values(monitoring.findResources('AWS::CloudWatch::Alarm'));
  expect(alarms.length).toBeGreaterThan(20);
  for (const { Properties } of alarms) expect(Properties.AlarmActions).toEqual([alarmTopicArn]);
});

test('the connector waits before it asks a broker again that has refused it, and a small broker has few tasks', () => {
  const sink = given().get('S3Sink')!;
  const [workers] = Object.values(sink.findResources('AWS::KafkaConnect::WorkerConfiguration'));
  const properties = Buffer.from(workers!.Properties.PropertiesFileContent['Fn::Base64'] ?? '').toString();
  for (const client of ['consumer', 'producer'])
    expect(properties || JSON.stringify(workers)).toContain(`${client}.reconnect.backoff.ms=1000`);
  const tasks = (settings: object) =>
    Object.values(
      given(settings as never)
        .get('S3Sink')!
        .findResources('AWS::KafkaConnect::Connector'),
    )[0]!.Properties.ConnectorConfiguration['tasks.max'];
  expect(tasks({})).toBe('1');
  expect(tasks({ kafka: { ...EVERYTHING.kafka, instanceType: 'kafka.m7g.large' } })).toBe('3');
});

test('the API takes a name of one’s own, and callers from the named addresses alone', () => {
  const domain = { name: 'pins.example.com', certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1-2' };
  const api = given({ api: { ...EVERYTHING.api, domain, allowFrom: ['203.0.113.0/24'] } }).get('Api')!;
  api.hasResourceProperties('AWS::ApiGateway::DomainName', {
    DomainName: 'pins.example.com',
    RegionalCertificateArn: domain.certificateArn,
    SecurityPolicy: 'TLS_1_2',
  });
  api.hasResourceProperties('AWS::ApiGateway::RestApi', {
    Policy: {
      Statement: [
        {
          Effect: 'Deny',
          Action: 'execute-api:Invoke',
          Principal: { AWS: '*' },
          Resource: 'execute-api:/*',
          Condition: { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } },
        },
      ],
    },
  });
  api.hasOutput('DomainTarget', {});
  given().get('Api')!.hasResourceProperties('AWS::ApiGateway::RestApi', { Policy: Match.absent() });
});

test('jobs run as whom the file names, over tables that the catalog manages unless a folder is named', () => {
  const jobsOf = (change: object) => {
    const stack = given({ databricks: { ...EVERYTHING.databricks, ...change } }).get('Databricks')!;
    const [workspace] = Object.values(stack.findResources('Custom::DatabricksWorkspace'));
    return JSON.stringify(workspace!.Properties.jobs).replaceAll('\\', '');
  };
  expect(jobsOf({})).toContain('{"name":"tables_path","default":""}');
  expect(jobsOf({})).not.toContain('run_as');
  const named = jobsOf({ catalog: 'main', tablesPath: 's3://tables/pins', runAs: 'abc-123' });
  expect(named).toContain('{"name":"tables_path","default":"s3://tables/pins"}');
  expect(named).toContain('{"name":"catalog","default":"main"}');
  expect(named).toContain('"run_as":{"service_principal_name":"abc-123"}');
  expect(jobsOf({ runAs: 'ada@example.com' })).toContain('"run_as":{"user_name":"ada@example.com"}');
});

test('Monitoring comes after all that it watches', () => {
  const app = givenApp();
  addStacks(app, givenConfig(EVERYTHING));
  const needs = (app.node.findChild('Monitoring') as Stack).dependencies.map(({ node }) => node.id).sort();
  expect(needs).toEqual(['Api', 'Kafka', 'KafkaClient', 'Orchestration', 'S3Sink', 'Streams']);
});
