import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATASETS, perDataset } from '@pipeline/datasets/schema';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addStacks } from '../../lib/pipeline';
import { givenApp, givenConfig } from './testing/environment';

// The names that systems agree on without ever meeting: each is read from where it stands, and is the same everywhere.

const DATABRICKS = {
  workspaceUrl: 'https://dbc-1.cloud.databricks.com',
  secretName: 'databricks/ada',
  crossAccountRole: 'arn:aws:iam::111122223333:role/databricks',
  sparkVersion: '17.3.x-scala2.13',
};

const app = givenApp();
addStacks(
  app,
  givenConfig({
    userId: 'team-a',
    databricks: DATABRICKS,
    orchestration: { airflowVersion: '3.0.6', environmentClass: 'mw1.small', webserverAccess: 'PUBLIC_ONLY' },
  }),
);
const templates = Object.fromEntries(
  app.node.children
    .filter((child) => Stack.isStack(child))
    .map((stack) => [stack.node.id, Template.fromStack(stack as Stack)]),
);

function propertiesOf(stack: string, type: string) {
  return Object.values(templates[stack]!.findResources(type)).map(({ Properties }) => Properties);
}

/** A text of the template, with references in place of what only the cloud knows. */
function textOf(value: unknown): string {
  const join = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1];
  return join ? join.map((part) => (typeof part === 'string' ? part : 'REFERENCE')).join('') : String(value);
}

const jobs = JSON.parse(textOf(propertiesOf('Databricks', 'Custom::DatabricksWorkspace')[0]!.jobs)) as {
  name: string;
  tasks: { notebook_task: { notebook_path: string } }[];
  parameters: { name: string; default: string }[];
}[];
const parameters = Object.fromEntries(jobs.flatMap((job) => job.parameters.map((each) => [each.name, each.default])));

const TOPICS = DATASETS.map((name) => `team-a.${name}`);
const STREAMS = DATASETS.map((name) => `streaming-team-a-${name}`);

test('topics: the cluster has them, the sink reads them, the notebooks find their folders', () => {
  expect(propertiesOf('Kafka', 'AWS::MSK::Topic').map(({ TopicName }) => TopicName)).toEqual([
    ...TOPICS,
    'team-a.dead-letters',
  ]);
  const [sink] = propertiesOf('S3Sink', 'AWS::KafkaConnect::Connector');
  expect(String(sink!.ConnectorConfiguration.topics).split(',')).toEqual(TOPICS);
  expect(sink!.ConnectorConfiguration['errors.deadletterqueue.topic.name']).toBe('team-a.dead-letters');
  expect(Object.values(JSON.parse(parameters.topics!))).toEqual(TOPICS);
  expect(parameters.topics_path).toBe(`s3://REFERENCE/${sink!.ConnectorConfiguration['topics.dir']}`);
});

test('streams: Kinesis has them, the API may write them, the notebook reads them', () => {
  expect(propertiesOf('Streams', 'AWS::Kinesis::Stream').map(({ Name }) => Name)).toEqual(STREAMS);
  expect(Object.values(JSON.parse(parameters.streams!))).toEqual(STREAMS);
  expect(JSON.stringify(propertiesOf('Api', 'AWS::IAM::Policy'))).toContain(':stream/streaming-team-a-*');
});

test('tables: the jobs write those of the contract', () => {
  expect(JSON.parse(parameters.speed_tables!)).toEqual(perDataset((name) => `team_a_${name}_table`));
});

test('the DAG starts the job that the hooks make, under the id of the contract', () => {
  const settings = propertiesOf('Orchestration', 'Custom::UploadedText').map(({ Create }) => textOf(Create));
  const uploaded = settings.find((text) => text.includes('dags/settings.json'))!;
  expect(JSON.parse(JSON.parse(uploaded).parameters.Body)).toEqual({
    dag_id: 'team_a_dag',
    cron: '0 0 * * *',
    job_name: 'team-a-batch',
  });
  expect(jobs.map(({ name }) => name)).toEqual(['team-a-batch', 'team-a-stream']);
});

test('the DAG’s connection is the secret that Airflow looks up', () => {
  const [environment] = propertiesOf('Orchestration', 'AWS::MWAA::Environment');
  const kwargs = JSON.parse(environment!.AirflowConfigurationOptions['secrets.backend_kwargs']);
  const [secret] = propertiesOf('Orchestration', 'AWS::SecretsManager::Secret');
  const dag = readFileSync(join(__dirname, '../../dags/pinterest_batch.py'), 'utf8');
  const [, connection] = /databricks_conn_id="(\w+)"/.exec(dag)!;
  expect(secret!.Name).toBe(`${kwargs.connections_prefix}/${connection}`);
  expect(connection).toMatch(new RegExp(kwargs.connections_lookup_pattern));
});

test('every parameter of a job is one that its notebooks declare', () => {
  expect(jobs.flatMap(({ tasks }) => tasks).length).toBe(5);
  for (const job of jobs) {
    const declared = job.tasks.flatMap(({ notebook_task }) => {
      const notebook = notebook_task.notebook_path.replace(
        /^\/Workspace\/Shared\/pinterest\/team-a\/[0-9a-f]{12}\//,
        '',
      );
      const text = readFileSync(join(__dirname, `../../${notebook}.py`), 'utf8');
      return [...text.matchAll(/^ {4}(\w+)=\(/gm)].map(([, name]) => name!);
    });
    for (const { name } of job.parameters) expect(declared).toContain(name);
  }
});

test('the lag alarms watch the group that owns the sink’s offsets', () => {
  const [sink] = propertiesOf('S3Sink', 'AWS::KafkaConnect::Connector');
  expect(JSON.stringify(propertiesOf('Monitoring', 'AWS::CloudWatch::Alarm'))).toContain(
    `connect-${sink!.ConnectorName}`,
  );
});

test('the probe’s alarm watches what the probe counts', () => {
  const script = readFileSync(join(__dirname, '../../lib/constructs/kafka-client/bootstrap.sh'), 'utf8');
  expect(script).toContain('--metric-name KafkaReached');
  expect(propertiesOf('Monitoring', 'AWS::CloudWatch::Alarm')).toContainEqual(
    expect.objectContaining({ MetricName: 'KafkaReached', Namespace: 'Pinterest/team-a' }),
  );
  expect(JSON.stringify(propertiesOf('KafkaClient', 'AWS::EC2::LaunchTemplate'))).toContain(
    "METRIC_NAMESPACE='Pinterest/team-a'",
  );
});

test('no template cuts up a value that comes from another stack, which CloudFormation may refuse', () => {
  for (const template of Object.values(templates)) {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/"Fn::Split":\["[^"]*",\{"Fn::GetStackOutput"/);
  }
  expect(Object.keys(templates)).toHaveLength(10);
});

test('every IAM action is one that its service has', () => {
  // No checker here knows; each was looked up once, and a new one is looked up before it is written down.
  const known = new Set(readFileSync(join(__dirname, 'iam-actions.txt'), 'utf8').trim().split('\n'));
  const used = new Set<string>();
  for (const template of Object.values(templates)) {
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Policy'))) {
      for (const { Action } of Properties.PolicyDocument.Statement)
        for (const action of [Action].flat()) used.add(action);
    }
  }
  expect([...used].filter((action) => !known.has(action))).toEqual([]);
});
