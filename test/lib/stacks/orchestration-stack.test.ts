import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { readDags } from '../../../lib/constructs/dag-files';
import { LakeStack } from '../../../lib/stacks/lake-stack';
import { NetworkStack } from '../../../lib/stacks/network-stack';
import { OrchestrationStack } from '../../../lib/stacks/orchestration-stack';
import { givenApp, givenConfig, withoutHashes } from '../testing/environment';

const AIRFLOW = { airflowVersion: '3.0.6', environmentClass: 'mw1.small', webserverAccess: 'PUBLIC_ONLY' };
const DATABRICKS = {
  workspaceUrl: 'https://dbc-1.cloud.databricks.com',
  secretName: 'databricks/ada',
  crossAccountRole: 'arn:aws:iam::111122223333:role/databricks',
  sparkVersion: '17.3.x-scala2.13',
};

function given(change: object = {}, settings: object = {}) {
  const app = givenApp();
  const config = givenConfig({ orchestration: { ...AIRFLOW, ...change }, ...settings });
  const { vpc } = new NetworkStack(app, 'Network', { config });
  const { lake } = new LakeStack(app, 'Lake', { config });
  const stack = new OrchestrationStack(app, 'Orchestration', {
    config,
    vpc,
    lake,
    reachedFrom: new SecurityGroup(Stack.of(lake), 'Machines', { vpc }),
    orchestration: config.orchestration!,
  });
  return { stack, template: Template.fromStack(stack) };
}

/** Uploaded texts by key. */
function uploads(template: Template): Record<string, string> {
  return Object.fromEntries(
    Object.values(template.findResources('Custom::UploadedText')).map(({ Properties }) => {
      const text = (Properties.Create['Fn::Join'][1] as unknown[])
        .map((part) => (typeof part === 'string' ? part : 'REFERENCE'))
        .join('');
      const { Key, Body } = JSON.parse(text).parameters as { Key: string; Body: string };
      return [Key, Body];
    }),
  );
}

test('version, size, access and workers come from the environment', () => {
  given({
    environmentClass: 'mw1.medium',
    webserverAccess: 'PRIVATE_ONLY',
    minWorkers: 2,
    maxWorkers: 7,
    schedulers: 3,
  }).template.hasResourceProperties('AWS::MWAA::Environment', {
    Name: 'ada-airflow',
    AirflowVersion: '3.0.6',
    EnvironmentClass: 'mw1.medium',
    WebserverAccessMode: 'PRIVATE_ONLY',
    MinWorkers: 2,
    MaxWorkers: 7,
    Schedulers: 3,
  });
});

test('mw1.micro, which has no choice of workers, is sent none', () => {
  given({ environmentClass: 'mw1.micro' }).template.hasResourceProperties('AWS::MWAA::Environment', {
    EnvironmentClass: 'mw1.micro',
    MinWorkers: Match.absent(),
    MaxWorkers: Match.absent(),
    Schedulers: Match.absent(),
  });
});

test('three zones give the two subnets that MWAA takes', () => {
  const network = { availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'], natGateways: 1 };
  const [environment] = Object.values(given({}, { network }).template.findResources('AWS::MWAA::Environment'));
  const subnets = JSON.stringify(environment!.Properties.NetworkConfiguration.SubnetIds);
  expect(subnets.match(/PrivateSubnet(\d)Subnet/g)).toEqual(['PrivateSubnet1Subnet', 'PrivateSubnet2Subnet']);
});

test('DAG, settings and requirements are uploaded as they are, before the environment is made', () => {
  const { template } = given();
  const repository = join(__dirname, '../../..');
  expect(uploads(template)).toEqual({
    'dags/pinterest_batch.py': readFileSync(join(repository, 'dags/pinterest_batch.py'), 'utf8'),
    'dags/settings.json': '{"dag_id":"ada_dag","cron":"0 0 * * *","job_name":"ada-batch"}',
    'requirements.txt': readFileSync(join(repository, 'dags/requirements.txt'), 'utf8'),
  });
  const [environment] = Object.values(template.findResources('AWS::MWAA::Environment'));
  const needed = environment!.DependsOn as string[];
  expect(needed.filter((id) => /^AirflowDag.*Upload[0-9A-F]{8}$/.test(id))).toHaveLength(2);
  expect(needed.filter((id) => /^AirflowRole/.test(id)).length).toBeGreaterThan(0);
});

test('files go before their bucket is emptied, or the markers of their deletion would keep it', () => {
  const { template } = given();
  const [emptying, ...others] = Object.keys(template.findResources('Custom::S3AutoDeleteObjects'));
  expect(others).toEqual([]);
  const uploads = Object.values(template.findResources('Custom::UploadedText'));
  expect(uploads).toHaveLength(3);
  for (const { DependsOn } of uploads) expect(DependsOn).toContain(emptying);
});

test('the environment names the version of the requirements, so that other requirements update it', () => {
  const { template } = given();
  const [id] = Object.entries(template.findResources('Custom::UploadedText')).find(([, { Properties }]) =>
    JSON.stringify(Properties.Create).includes('requirements.txt'),
  )!;
  template.hasResourceProperties('AWS::MWAA::Environment', {
    RequirementsS3Path: 'requirements.txt',
    RequirementsS3ObjectVersion: { 'Fn::GetAtt': [id, 'VersionId'] },
    DagS3Path: 'dags',
  });
  template.hasResourceProperties('AWS::S3::Bucket', {
    VersioningConfiguration: { Status: 'Enabled' },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  });
});

test('connections come from Secrets Manager, and only the one that the DAG uses is looked up', () => {
  const [environment] = Object.values(given().template.findResources('AWS::MWAA::Environment'));
  const options = environment!.Properties.AirflowConfigurationOptions;
  expect(options['secrets.backend']).toBe('airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend');
  expect(JSON.parse(options['secrets.backend_kwargs'])).toEqual({
    connections_prefix: 'airflow/ada/connections',
    connections_lookup_pattern: '^databricks_default$',
    variables_lookup_pattern: '^$',
  });
});

test.each([
  [
    'token',
    '{"conn_type":"databricks","host":"https://dbc-1.cloud.databricks.com","password":"{{resolve:secretsmanager:databricks/ada:SecretString:token::}}"}',
  ],
  [
    'oauth',
    '{"conn_type":"databricks","host":"https://dbc-1.cloud.databricks.com","login":"{{resolve:secretsmanager:databricks/ada:SecretString:client_id::}}",' +
      '"password":"{{resolve:secretsmanager:databricks/ada:SecretString:client_secret::}}","extra":"{\\"service_principal_oauth\\":true}"}',
  ],
])(
  'with a workspace and a %s the connection is made, and the template holds no credential',
  (authentication, secret) => {
    given({}, { databricks: { ...DATABRICKS, authentication } }).template.hasResourceProperties(
      'AWS::SecretsManager::Secret',
      {
        Name: 'airflow/ada/connections/databricks_default',
        SecretString: secret,
      },
    );
  },
);

test('without a workspace no connection is made', () => {
  given().template.resourceCountIs('AWS::SecretsManager::Secret', 0);
});

test('Airflow’s five logs are kept for as long as the environment says', () => {
  const { template } = given({}, { logRetentionDays: 14 });
  const groups = Object.values(template.findResources('AWS::Logs::LogGroup')).filter(
    ({ Properties }) => typeof Properties.LogGroupName === 'string',
  );
  expect(groups.map(({ Properties }) => [Properties.LogGroupName, Properties.RetentionInDays]).sort()).toEqual([
    ['airflow-ada-airflow-DAGProcessing', 14],
    ['airflow-ada-airflow-Scheduler', 14],
    ['airflow-ada-airflow-Task', 14],
    ['airflow-ada-airflow-WebServer', 14],
    ['airflow-ada-airflow-Worker', 14],
  ]);
});

test('the execution role is as the MWAA user guide demands, and may read the connections', () => {
  const { template } = given();
  const [policy] = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
    id.startsWith('AirflowRole'),
  );
  const [bucket] = Object.keys(template.findResources('AWS::S3::Bucket'));
  const arn = { 'Fn::GetAtt': [bucket, 'Arn'] };
  expect(policy![1].Properties.PolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'airflow:PublishMetrics',
      Resource: 'arn:aws:airflow:eu-west-1:111122223333:environment/ada-airflow',
    },
    {
      Effect: 'Allow',
      Action: ['s3:GetBucket*', 's3:GetObject*', 's3:List*'],
      Resource: [arn, { 'Fn::Join': ['', [arn, '/*']] }],
    },
    {
      Effect: 'Allow',
      Action: [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:GetLogEvents',
        'logs:GetLogGroupFields',
        'logs:GetLogRecord',
        'logs:GetQueryResults',
        'logs:PutLogEvents',
      ],
      Resource: 'arn:aws:logs:eu-west-1:111122223333:log-group:airflow-ada-airflow-*',
    },
    {
      Effect: 'Allow',
      Action: ['cloudwatch:PutMetricData', 'logs:DescribeLogGroups', 's3:GetAccountPublicAccessBlock'],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ReceiveMessage',
        'sqs:SendMessage',
      ],
      Resource: 'arn:aws:sqs:eu-west-1:*:airflow-celery-*',
    },
    {
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*'],
      NotResource: 'arn:aws:kms:*:111122223333:key/*',
      Condition: { StringLike: { 'kms:ViaService': ['sqs.eu-west-1.amazonaws.com'] } },
    },
    {
      Effect: 'Allow',
      Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      Resource: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:airflow/ada/connections/*',
    },
  ]);
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: ['airflow-env.amazonaws.com', 'airflow.amazonaws.com'] },
        },
      ],
    },
  });
});

test('a private page is reached from the named machines on the port of the page alone, a public one from no machine', () => {
  const rulesOf = (template: Template) =>
    Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'))
      .map(({ Properties }) => Properties)
      .filter(({ IpProtocol }) => IpProtocol !== '-1');
  expect(rulesOf(given({ webserverAccess: 'PRIVATE_ONLY' }).template)).toEqual([
    {
      IpProtocol: 'tcp',
      FromPort: 443,
      ToPort: 443,
      Description: 'The page, through Session Manager',
      GroupId: { 'Fn::GetAtt': [expect.stringMatching(/^AirflowSecurityGroup/), 'GroupId'] },
      SourceSecurityGroupId: expect.objectContaining({ 'Fn::GetStackOutput': expect.anything() }),
    },
  ]);
  expect(rulesOf(given().template)).toEqual([]);
});

test('Airflow’s parts reach one another, and nobody else reaches them', () => {
  const { template } = given();
  const [group] = Object.keys(template.findResources('AWS::EC2::SecurityGroup'));
  template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
    IpProtocol: '-1',
    GroupId: { 'Fn::GetAtt': [group, 'GroupId'] },
    SourceSecurityGroupId: { 'Fn::GetAtt': [group, 'GroupId'] },
  });
});

describe('dags/', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dags-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('a folder without a DAG is refused', () => {
    expect(() => readDags('3.0.6', 'databricks', join(folder, 'none'))).toThrow(
      'dags/ has no DAG file pinterest_batch.py',
    );
  });

  test('requirements for another Airflow are refused', () => {
    mkdirSync(join(folder, 'dags'));
    writeFileSync(join(folder, 'dags/pinterest_spark.py'), '');
    writeFileSync(
      join(folder, 'dags/requirements.txt'),
      '--constraint "https://x/constraints-2.11.2/constraints-3.12.txt"\n',
    );
    expect(() => readDags('3.0.6', 'emr-serverless', join(folder, 'dags'))).toThrow(
      'orchestration.airflowVersion is 3.0.6, but dags/requirements.txt installs for 2.11.2; dags/README.md says which pins go with which version',
    );
  });
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given().stack)).toMatchSnapshot();
});
