import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CiStack, type CiStackProps } from '../../../lib/stacks/ci-stack';
import { givenApp, givenConfig, SPARK, withoutHashes } from '../testing/environment';

function given(settings: Record<string, unknown> = {}, props: Partial<CiStackProps> = {}) {
  const repository = { owner: 'ada-l', name: 'pins' };
  const stack = new CiStack(givenApp(), 'Ci', { config: givenConfig(settings), repository, ...props });
  return { stack, template: Template.fromStack(stack) };
}

function statementsOf(template: Template, role: 'Deploy' | 'Plan' | 'Diff') {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.startsWith(role));
  expect(policies).toHaveLength(1);
  return policies[0]![1].Properties.PolicyDocument.Statement as Record<string, unknown>[];
}

function trustOf(template: Template, role: 'Deploy' | 'Plan' | 'Diff') {
  const [found] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) => id.startsWith(role));
  return found![1].Properties;
}

test('the account believes GitHub, for tokens meant for AWS; the provider outlives the stack', () => {
  const { template } = given();
  template.hasResource('AWS::IAM::OIDCProvider', {
    Properties: { Url: 'https://token.actions.githubusercontent.com', ClientIdList: ['sts.amazonaws.com'] },
    DeletionPolicy: 'Retain',
  });
});

test('where the account has the provider already, it is used and none is made', () => {
  const { template } = given({}, { providerExists: true });
  template.resourceCountIs('AWS::IAM::OIDCProvider', 0);
  expect(trustOf(template, 'Deploy').AssumeRolePolicyDocument.Statement[0].Principal).toEqual({
    Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
  });
});

test('only jobs of this repository in this environment may deploy, and only its pull requests may look', () => {
  const { template } = given();
  const trust = (sub: string[]) => [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: { Ref: expect.stringMatching(/^GithubProvider/) } },
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': sub,
        },
      },
    },
  ];
  expect(trustOf(template, 'Deploy').AssumeRolePolicyDocument.Statement).toEqual(
    trust(['repo:ada-l/pins:environment:test']),
  );
  expect(trustOf(template, 'Diff').AssumeRolePolicyDocument.Statement).toEqual(trust(['repo:ada-l/pins:pull_request']));
  expect(trustOf(template, 'Plan').AssumeRolePolicyDocument.Statement).toEqual(
    trust(['repo:ada-l/pins:environment:test-plan']),
  );
  template.resourceCountIs('AWS::IAM::Role', 3);
});

test('with GitHub’s numbers both forms of the subject are believed', () => {
  const repository = { owner: 'ada-l', name: 'pins', ids: { owner: '12', repository: '345' } };
  const [statement] = trustOf(given({}, { repository }).template, 'Deploy').AssumeRolePolicyDocument.Statement;
  expect(statement.Condition.StringEquals['token.actions.githubusercontent.com:sub']).toEqual([
    'repo:ada-l/pins:environment:test',
    'repo:ada-l@12/pins@345:environment:test',
  ]);
});

test('who deploys takes the bootstrap’s roles, sends and reads what the smoke test does, and may nothing else', () => {
  const { template } = given();
  expect(statementsOf(template, 'Deploy')).toEqual([
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: [
        'arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-west-1',
        'arn:aws:iam::111122223333:role/cdk-hnb659fds-file-publishing-role-111122223333-eu-west-1',
        'arn:aws:iam::111122223333:role/cdk-hnb659fds-lookup-role-111122223333-eu-west-1',
      ],
    },
    {
      Effect: 'Allow',
      Action: 'ssm:GetParameter',
      Resource: 'arn:aws:ssm:eu-west-1:111122223333:parameter/cdk-bootstrap/hnb659fds/version',
    },
    {
      Effect: 'Allow',
      Action: [
        'cloudformation:DescribeStacks',
        'ec2:DescribeAddresses',
        'ec2:DescribeAvailabilityZones',
        'ec2:DescribeInstanceTypeOfferings',
        'ec2:DescribeRouteTables',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcAttribute',
        'ec2:DescribeVpcEndpoints',
        'ec2:DescribeVpcs',
        'kafka:DescribeClusterV2',
        'kafka:ListKafkaVersions',
        'servicequotas:GetServiceQuota',
      ],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: 'execute-api:Invoke',
      Resource: [
        'arn:aws:execute-api:eu-west-1:111122223333:*/test/GET/topics/ada.*',
        'arn:aws:execute-api:eu-west-1:111122223333:*/test/POST/topics/ada.*',
        'arn:aws:execute-api:eu-west-1:111122223333:*/test/PUT/streams/streaming-ada-*/record',
        'arn:aws:execute-api:eu-west-1:111122223333:*/test/PUT/streams/streaming-ada-*/records',
      ],
    },
    {
      Effect: 'Allow',
      Action: ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
      Resource: 'arn:aws:kinesis:eu-west-1:111122223333:stream/streaming-ada-*',
    },
    {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::pinterest-ada*/topics/*',
      Condition: { StringEquals: { 'aws:ResourceAccount': '111122223333' } },
    },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: 'arn:aws:s3:::pinterest-ada*',
      Condition: {
        StringEquals: { 'aws:ResourceAccount': '111122223333' },
        StringLike: { 's3:prefix': 'topics/*' },
      },
    },
    {
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: 'arn:aws:kms:eu-west-1:111122223333:key/*',
      Condition: {
        StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'aws:ResourceTag/pipeline': 'ada' },
      },
    },
  ]);
  expect(trustOf(template, 'Deploy').ManagedPolicyArns).toBeUndefined();
});

test('a bucket with a name of its own is the only one that is read', () => {
  const resources = statementsOf(given({ lakeBucketName: 'user-ada-bucket' }).template, 'Deploy').map(
    ({ Resource }) => Resource,
  );
  expect(resources).toContain('arn:aws:s3:::user-ada-bucket/topics/*');
  expect(resources).toContain('arn:aws:s3:::user-ada-bucket');
  expect(JSON.stringify(resources)).not.toContain('s3:::pinterest');
});

test('the Databricks secret is readable where the environment names one', () => {
  const databricks = {
    workspaceUrl: 'https://dbc-1.cloud.databricks.com',
    secretName: 'databricks/ada',
    crossAccountRole: 'arn:aws:iam::111122223333:role/databricks',
    sparkVersion: '17.3.x-scala2.13',
  };
  expect(statementsOf(given({ databricks }).template, 'Deploy')).toContainEqual({
    Effect: 'Allow',
    Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
    Resource: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:databricks/ada-??????',
  });
  expect(JSON.stringify(statementsOf(given().template, 'Deploy'))).not.toContain('secretsmanager');
});

test('a pull request reads the templates of this environment’s stacks, and nothing else', () => {
  expect(statementsOf(given().template, 'Diff')).toEqual([
    {
      Effect: 'Allow',
      Action: ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'],
      Resource: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/pinterest-ada-*/*',
    },
  ]);
});

test('who prepares makes change sets on this environment’s stacks, publishes, and executes nothing', () => {
  const { template } = given();
  const statements = statementsOf(template, 'Plan');
  expect(statements.map(({ Action, Resource, Condition }) => [Action, Resource, Condition])).toEqual([
    [
      [
        'cloudformation:CreateChangeSet',
        'cloudformation:DeleteChangeSet',
        'cloudformation:DescribeChangeSet',
        'cloudformation:DescribeStackResourceDrifts',
        'cloudformation:DetectStackDrift',
        'cloudformation:DetectStackResourceDrift',
        'cloudformation:GetTemplate',
      ],
      'arn:aws:cloudformation:eu-west-1:111122223333:stack/pinterest-ada-*/*',
      undefined,
    ],
    [
      [
        'cloudformation:BatchDescribeTypeConfigurations',
        'cloudformation:DescribeStackDriftDetectionStatus',
        'cloudformation:DescribeStacks',
      ],
      '*',
      undefined,
    ],
    [
      'sts:AssumeRole',
      'arn:aws:iam::111122223333:role/cdk-hnb659fds-file-publishing-role-111122223333-eu-west-1',
      undefined,
    ],
    [
      'iam:PassRole',
      'arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1',
      { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
    ],
    [
      ['ssm:GetParameter', 'ssm:GetParameters'],
      'arn:aws:ssm:eu-west-1:111122223333:parameter/cdk-bootstrap/hnb659fds/version',
      undefined,
    ],
    ['s3:GetObject', 'arn:aws:s3:::cdk-hnb659fds-assets-111122223333-eu-west-1/*.json', undefined],
  ]);
  // Both describe; neither reads an object, a secret or a record.
  expect(JSON.stringify(trustOf(template, 'Plan').ManagedPolicyArns)).toMatch(
    /policy\/job-function\/ViewOnlyAccess.*policy\/SecurityAudit"/,
  );
});

test('who prepares reads the version of the secret that Airflow’s connection is copied from, and not the secret', () => {
  const databricks = {
    workspaceUrl: 'https://dbc-1.cloud.databricks.com',
    secretName: 'databricks/ada',
    airflowSecretName: 'airflow/ada',
    crossAccountRole: 'arn:aws:iam::111122223333:role/databricks',
    sparkVersion: '17.3.x-scala2.13',
  };
  const orchestration = { airflowVersion: '3.0.6', environmentClass: 'mw1.small', webserverAccess: 'PUBLIC_ONLY' };
  expect(statementsOf(given({ databricks, orchestration }).template, 'Plan').at(-1)).toEqual({
    Effect: 'Allow',
    Action: 'secretsmanager:DescribeSecret',
    Resource: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:airflow/ada-??????',
  });
});

test('where there is Spark, who deploys may hold its runs, of this pipeline and no other', () => {
  const plain = statementsOf(given().template, 'Deploy');
  const statements = statementsOf(given({ spark: SPARK }).template, 'Deploy').slice(plain.length);
  const place = 'eu-west-1:111122223333';
  const ours = { StringEquals: { 'aws:ResourceTag/pipeline': 'ada' } };
  const passed = { 'iam:PassedToService': ['emr-serverless.amazonaws.com', 'scheduler.amazonaws.com'] };
  expect(statements.map(({ Action, Resource, Condition }) => [Action, Resource, Condition])).toEqual([
    [
      ['cloudformation:GetTemplate', 'cloudformation:ListStackResources'],
      `arn:aws:cloudformation:${place}:stack/pinterest-ada-Spark/*`,
      undefined,
    ],
    ['ssm:GetParameter', `arn:aws:ssm:${place}:parameter/CFN-Jobs*`, ours],
    [
      ['scheduler:GetSchedule', 'scheduler:UpdateSchedule'],
      `arn:aws:scheduler:${place}:schedule/default/pinterest-ada-Spark*`,
      undefined,
    ],
    [
      [
        'emr-serverless:GetApplication',
        'emr-serverless:ListJobRuns',
        'emr-serverless:StartJobRun',
        'emr-serverless:StopApplication',
        'emr-serverless:TagResource',
        'emr-serverless:UntagResource',
      ],
      `arn:aws:emr-serverless:${place}:/applications/*`,
      ours,
    ],
    ['emr-serverless:CancelJobRun', `arn:aws:emr-serverless:${place}:/applications/*/jobruns/*`, undefined],
    ['iam:PassRole', 'arn:aws:iam::111122223333:role/pinterest-ada-Spark*', { StringEquals: passed }],
  ]);
});

test('a deployment may take longer than the hour that a role lasts by default', () => {
  expect(trustOf(given().template, 'Deploy').MaxSessionDuration).toBe(14_400);
  expect(trustOf(given().template, 'Diff').MaxSessionDuration).toBeUndefined();
});

test('every action is one that its service has', () => {
  const known = new Set(readFileSync(join(__dirname, '../iam-actions.txt'), 'utf8').trim().split('\n'));
  const { template } = given();
  const used = [
    ...statementsOf(template, 'Deploy'),
    ...statementsOf(template, 'Plan'),
    ...statementsOf(template, 'Diff'),
  ].flatMap(({ Action }) => Action);
  expect(used.filter((action) => !known.has(action as string))).toEqual([]);
});

test('it says which roles GitHub is to be told', () => {
  const { template } = given();
  template.hasOutput('DeployRole', { Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DeployRole'), 'Arn'] } });
  template.hasOutput('PlanRole', { Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^PlanRole'), 'Arn'] } });
  template.hasOutput('DiffRole', { Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DiffRole'), 'Arn'] } });
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given().stack)).toMatchSnapshot();
});
