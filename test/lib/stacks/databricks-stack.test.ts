import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namesOf } from '@pipeline/datasets/names';
import { perDataset } from '@pipeline/datasets/schema';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { DatabricksWorkspace } from '../../../lib/constructs/databricks-workspace';
import { DatabricksStack } from '../../../lib/stacks/databricks-stack';
import { LakeStack } from '../../../lib/stacks/lake-stack';
import { StreamsStack } from '../../../lib/stacks/streams-stack';
import { startDatabricks } from '../../../stand-ins/databricks';
import { givenApp, givenConfig, withoutHashes } from '../testing/environment';

const DATABRICKS = {
  workspaceUrl: 'https://dbc-1.cloud.databricks.com',
  secretName: 'databricks/ada',
  crossAccountRole: 'arn:aws:iam::111122223333:role/databricks',
  sparkVersion: '17.3.x-scala2.13',
};

function given(change: object = {}, settings: object = {}) {
  const app = givenApp();
  const config = givenConfig({ databricks: { ...DATABRICKS, ...change }, ...settings });
  const { lake } = new LakeStack(app, 'Lake', { config });
  const { streams } = new StreamsStack(app, 'Streams', { config });
  const stack = new DatabricksStack(app, 'Databricks', { config, lake, streams, databricks: config.databricks! });
  return { app, stack, lake, streams, template: Template.fromStack(stack) };
}

/** Properties of the custom resource, with references in angle brackets in the jobs' text. */
function workspaceOf(template: Template) {
  const [resource] = Object.values(template.findResources('Custom::DatabricksWorkspace'));
  const parts: unknown[] = resource!.Properties.jobs['Fn::Join'][1];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'REFERENCE')).join('');
  return { ...resource!.Properties, jobs: JSON.parse(text) } as {
    workspaceUrl: string;
    secretName: string;
    root: string;
    contentHash: string;
    jobs: { name: string; parameters: { name: string; default: string }[]; job_clusters: { new_cluster: object }[] }[];
  };
}

test('workspace, secret and folder are the environment’s', () => {
  expect(workspaceOf(given().template)).toMatchObject({
    workspaceUrl: 'https://dbc-1.cloud.databricks.com',
    secretName: 'databricks/ada',
    root: expect.stringMatching(/^\/Workspace\/Shared\/pinterest\/ada\/[0-9a-f]{12}$/),
  });
});

test('the jobs have their contractual names and read our bucket, topics, streams and tables', () => {
  const { jobs } = workspaceOf(given().template);
  expect(jobs.map(({ name }) => name)).toEqual(['ada-batch', 'ada-stream']);
  const parameters = jobs.map(({ parameters }) =>
    Object.fromEntries(parameters.map((each) => [each.name, each.default])),
  );
  expect(parameters[0]).toMatchObject({
    root: expect.stringMatching(/^\/Workspace\/Shared\/pinterest\/ada\/[0-9a-f]{12}$/),
    topics_path: 's3://REFERENCE/topics',
    topics: JSON.stringify(perDataset((name) => `ada.${name}`)),
    speed_tables: JSON.stringify(perDataset((name) => `ada_${name}_table`)),
    checkpoints_path: 's3://REFERENCE/databricks/checkpoints',
    tables_path: '',
    schema: 'pinterest_ada',
  });
  expect(parameters[1]).toMatchObject({
    streams: JSON.stringify(perDataset((name) => `streaming-ada-${name}`)),
    region: 'eu-west-1',
  });
});

test('clusters, pause and alerts come from the environment', () => {
  const { jobs } = workspaceOf(
    given(
      { sparkVersion: '18.1.x-scala2.13', nodeType: 'r7gd.xlarge', workers: 5, streamPaused: true },
      { monitoring: { email: 'ops@example.com' } },
    ).template,
  );
  expect(jobs[0]!.job_clusters[0]!.new_cluster).toMatchObject({
    spark_version: '18.1.x-scala2.13',
    node_type_id: 'r7gd.xlarge',
    num_workers: 5,
    aws_attributes: { instance_profile_arn: 'REFERENCE' },
  });
  expect(jobs[1]).toMatchObject({
    continuous: { pause_status: 'PAUSED' },
    email_notifications: { on_failure: ['ops@example.com'] },
  });
});

test('the workspace accepts the jobs as they are in the template', async () => {
  const databricks = await startDatabricks();
  const profile = 'arn:aws:iam::111122223333:instance-profile/x';
  databricks.instanceProfiles.add({ instance_profile_arn: profile });
  const { jobs } = workspaceOf(given().template);
  for (const job of jobs) databricks.addJob(JSON.parse(JSON.stringify(job).replaceAll('"REFERENCE"', `"${profile}"`)));
  expect(databricks.jobs().map(({ settings }) => settings.name)).toEqual(['ada-batch', 'ada-stream']);
  await databricks.close();
});

test('one changed byte in a notebook, a rule or a question changes the template', () => {
  const hashOf = (repository?: string) => {
    const app = givenApp();
    const config = givenConfig({ databricks: DATABRICKS });
    const { lake } = new LakeStack(app, 'Lake', { config });
    const { streams } = new StreamsStack(app, 'Streams', { config });
    const stack = new Stack(app, 'Test', { env: { account: '111122223333', region: 'eu-west-1' } });
    const names = namesOf('ada');
    new DatabricksWorkspace(stack, 'Databricks', {
      ...config.databricks!,
      userId: 'ada',
      names,
      lake,
      streams,
      logRetentionDays: 7,
      alertEmails: [],
      repository,
    });
    return workspaceOf(Template.fromStack(stack)).contentHash;
  };
  const copy = mkdtempSync(join(tmpdir(), 'workspace-'));
  for (const folder of ['notebooks', 'datasets/schema', 'datasets/sql', 'datasets/questions.json']) {
    cpSync(join(__dirname, '../../..', folder), join(copy, folder), { recursive: true });
  }
  const seen = [hashOf(copy)];
  expect(seen[0]).toBe(hashOf());
  for (const file of [
    'notebooks/batch.py',
    'notebooks/pipeline/layer.py',
    'datasets/sql/clean/pin.sql',
    'datasets/schema/geo.json',
  ]) {
    appendFileSync(join(copy, file), ' ');
    seen.push(hashOf(copy));
  }
  expect(new Set(seen).size).toBe(5);
  // What the workspace does not get changes nothing.
  appendFileSync(join(copy, 'datasets/sql/index.ts'), ' ');
  expect(hashOf(copy)).toBe(seen.at(-1));
  rmSync(copy, { recursive: true });
});

test('clusters may read topics and streams, keep tables, and nothing else', () => {
  const { template } = given();
  const [policy] = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
    id.includes('ClusterRole'),
  );
  const statements: { Action: string | string[]; Resource: unknown }[] = policy![1].Properties.PolicyDocument.Statement;
  const object = (arn: unknown) => JSON.stringify(arn).match(/"(\/[a-z]+\/\*)"/)?.[1];
  expect(statements.map(({ Action, Resource }) => [[Action].flat().join(' '), object(Resource)])).toEqual([
    ['s3:GetBucketLocation s3:ListBucket s3:ListBucketMultipartUploads', undefined],
    ['s3:GetObject', '/topics/*'],
    ['kms:Decrypt kms:GenerateDataKey', undefined],
    ['s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:ListMultipartUploadParts s3:PutObject', '/databricks/*'],
    [
      'kinesis:DescribeStream kinesis:DescribeStreamConsumer kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards kinesis:ListStreams kinesis:SubscribeToShard',
      undefined,
    ],
  ]);
});

test('only machines may take the clusters’ role', () => {
  given().template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' } }],
    },
  });
});

test('the hooks may read the one secret and nothing else', () => {
  const { template } = given();
  const [policy] = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.includes('Hooks'));
  expect(policy![1].Properties.PolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      Resource: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:databricks/ada-??????',
    },
  ]);
});

test('what the workspace’s cross-account role must be allowed is printed', () => {
  given().template.hasOutput('PassRole', {
    Description: 'arn:aws:iam::111122223333:role/databricks must be allowed iam:PassRole on this',
    Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('ClusterRole'), 'Arn'] },
  });
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given().stack)).toMatchSnapshot();
});
