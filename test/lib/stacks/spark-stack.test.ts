import { DATASETS, perDataset } from '@pipeline/datasets/schema';
import { questions } from '@pipeline/datasets/sql';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { LakeStack } from '../../../lib/stacks/lake-stack';
import { NetworkStack } from '../../../lib/stacks/network-stack';
import { SparkStack } from '../../../lib/stacks/spark-stack';
import { StreamsStack } from '../../../lib/stacks/streams-stack';
import { givenApp, givenConfig, SPARK, withoutHashes } from '../testing/environment';

const made = new Map<string, ReturnType<typeof make>>();

/** The stack for some settings; made once for equal ones, since every test only reads. */
function given(spark: Record<string, unknown> = {}, settings: Record<string, unknown> = {}) {
  const key = JSON.stringify([spark, settings]);
  if (!made.has(key)) made.set(key, make(spark, settings));
  return made.get(key)!;
}

function make(spark: Record<string, unknown>, settings: Record<string, unknown>) {
  const app = givenApp();
  const config = givenConfig({ spark: { ...SPARK, ...spark }, ...settings });
  const { vpc } = new NetworkStack(app, 'Network', { config });
  const { lake } = new LakeStack(app, 'Lake', { config });
  const { streams } = new StreamsStack(app, 'Streams', { config });
  const stack = new SparkStack(app, 'Spark', { config, vpc, lake, streams, spark: config.spark! });
  return { stack, template: Template.fromStack(stack) };
}

/** A text with intrinsic functions in it, each as `<…>`. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, ...other } = value as { 'Fn::Join'?: [string, unknown[]] };
  if (join) return join[1].map(textOf).join(join[0]);
  const [name, inner] = Object.entries(other)[0]!;
  if (name === 'Fn::Sub') return inner as string;
  if (name === 'Fn::GetStackOutput')
    return `<${(inner as { OutputName: string }).OutputName.replace(/^PublishOutput/, '')}>`;
  return `<${[inner].flat().join('.')}>`;
}

/** What the Scheduler sends: the input of StartJobRun. */
function scheduledInput(template: Template) {
  const [schedule] = Object.values(template.findResources('AWS::Scheduler::Schedule'));
  return JSON.parse(textOf(schedule!.Properties.Target.Input));
}

const confOf = (parameters: string) =>
  Object.fromEntries(
    parameters
      .split('--conf ')
      .slice(1)
      .map((pair) => pair.trim().split(/=(.*)/s)),
  );

test('the application stops by itself, has a greatest capacity, runs one thing at a time, and takes everything from the file', () => {
  const { template } = given({
    release: 'emr-spark-8.2.0',
    architecture: 'x86_64',
    workerVcpu: 4,
    workerMemoryGiB: 12,
    maximumVcpu: 24,
  });
  template.resourceCountIs('AWS::EMRServerless::Application', 1);
  template.hasResourceProperties('AWS::EMRServerless::Application', {
    Type: 'SPARK',
    Name: 'pinterest-ada',
    ReleaseLabel: 'emr-spark-8.2.0',
    Architecture: 'X86_64',
    AutoStartConfiguration: { Enabled: true },
    AutoStopConfiguration: { Enabled: true, IdleTimeoutMinutes: 1 },
    MaximumCapacity: { Cpu: '24 vCPU', Memory: '72 GB' },
    SchedulerConfiguration: { MaxConcurrentRuns: 1, QueueTimeoutMinutes: 60 },
    InitialCapacity: Match.absent(),
  });
});

test('workers are in both private subnets, and nothing comes in to them', () => {
  const { template } = given();
  template.hasResourceProperties('AWS::EMRServerless::Application', {
    NetworkConfiguration: { SubnetIds: [Match.anyValue(), Match.anyValue()], SecurityGroupIds: [Match.anyValue()] },
  });
  template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
  template.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
  template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
});

test.each([
  ['every-15-minutes', 'cron(0/15 * * * ? *)'],
  ['every-30-minutes', 'cron(0/30 * * * ? *)'],
  ['hourly', 'cron(0 * * * ? *)'],
  ['every-6-hours', 'cron(0 0/6 * * ? *)'],
  ['daily', 'cron(0 0 * * ? *)'],
])('%s is %s in the words of the Scheduler', (schedule, expression) => {
  const { template } = given({ schedule });
  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: 'Etc/UTC',
    State: 'ENABLED',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':scheduler:::aws-sdk:emrserverless:startJobRun']] },
      RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 2 },
      DeadLetterConfig: { Arn: Match.anyValue() },
    },
  });
});

test('what the Scheduler sends is a batch run that does everything, once for each time of the schedule', () => {
  const input = scheduledInput(given().template);
  expect(Object.keys(input).sort()).toEqual([
    'ApplicationId',
    'ClientToken',
    'ExecutionRoleArn',
    'ExecutionTimeoutMinutes',
    'JobDriver',
    'Mode',
    'Name',
  ]);
  expect(input).toMatchObject({
    ClientToken: '<aws.scheduler.execution-id>',
    Mode: 'BATCH',
    ExecutionTimeoutMinutes: 120,
  });
  const { EntryPoint, EntryPointArguments } = input.JobDriver.SparkSubmit;
  expect(EntryPoint).toMatch(/^s3:\/\/cdk-hnb659fds-assets-111122223333-eu-west-1\/[0-9a-f]{64}\.py$/);
  expect(EntryPointArguments).toHaveLength(1);
  expect(JSON.parse(EntryPointArguments[0])).toEqual({
    topicsPath: 's3://<RefLakeTopicsDFA16E1865413D5C>/topics',
    topics: perDataset((name) => `ada.${name}`),
    streams: perDataset((name) => `streaming-ada-${name}`),
    region: 'eu-west-1',
    speedTables: perDataset((name) => `ada_${name}_table`),
    tablesPath: 's3://<RefLakeTopicsDFA16E1865413D5C>/spark/tables',
    checkpointsPath: 's3://<RefLakeTopicsDFA16E1865413D5C>/spark/checkpoints',
    viewsPath: 's3://<RefLakeTopicsDFA16E1865413D5C>/views',
    schedule: 'hourly',
    runDate: '<aws.scheduler.scheduled-time>',
    runId: '<aws.scheduler.execution-id>',
  });
});

test('a run has fixed executors whose memory fits, and the packages for its processor', () => {
  const conf = confOf(
    scheduledInput(given({ workerVcpu: 4, workerMemoryGiB: 16, executors: 3 }).template).JobDriver.SparkSubmit
      .SparkSubmitParameters,
  );
  expect(conf).toMatchObject({
    'spark.dynamicAllocation.enabled': 'false',
    'spark.executor.instances': '3',
    'spark.executor.cores': '4',
    'spark.driver.cores': '4',
    // A tenth of 14,894 MiB on top makes 16,383 of 16,384.
    'spark.executor.memory': '14894m',
    'spark.driver.memory': '14894m',
    'spark.jars': '/usr/share/aws/delta/lib/*.jar',
  });
  const archives = String(conf['spark.archives']).split(',');
  expect(archives.map((archive) => archive.split('#')[1])).toEqual([
    'pipeline',
    'wheel-boto3',
    'wheel-botocore',
    'wheel-s3transfer',
    'wheel-jmespath',
    'wheel-python-dateutil',
    'wheel-six',
    'wheel-urllib3',
    'wheel-pyarrow',
  ]);
  for (const path of ['spark.emr-serverless.driverEnv.PYTHONPATH', 'spark.executorEnv.PYTHONPATH']) {
    expect(String(conf[path]).split(':')).toEqual([
      './pipeline/notebooks',
      ...archives.slice(1).map((archive) => `./${archive.split('#')[1]}`),
    ]);
  }
});

test('4 GiB leave room for the 384 MiB that EMR adds at least', () => {
  const { SparkSubmitParameters } = scheduledInput(given({ workerVcpu: 1, workerMemoryGiB: 4 }).template).JobDriver
    .SparkSubmit;
  expect(confOf(SparkSubmitParameters)['spark.driver.memory']).toBe('3712m');
});

test('wheels are fetched by their digests, for the processor of the application', () => {
  for (const [architecture, cpu] of [
    ['arm64', 'aarch64'],
    ['x86_64', 'x86_64'],
  ]) {
    const files = Object.values(given({ architecture }).template.findResources('Custom::StagedFile'));
    expect(files).toHaveLength(8);
    const pyarrow = files.find(({ Properties }) => Properties.key.includes('pyarrow'))!.Properties;
    expect(pyarrow.url).toContain(`cp311-manylinux_2_28_${cpu}.whl`);
    expect(pyarrow.key).toBe(`wheels/pyarrow-26.0.1-${pyarrow.sha256.slice(0, 8)}.zip`);
  }
});

test('runs may read topics and streams, keep tables, checkpoints and answers, and nothing else', () => {
  const { template } = given();
  const policy = Object.entries(template.findResources('AWS::IAM::Policy')).find(([id]) =>
    id.startsWith('JobsRole'),
  )![1];
  const statements = policy.Properties.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown }[];
  const written = statements.filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
  expect(written.flatMap(({ Resource }) => [Resource].flat().map(textOf))).toEqual([
    '<FnGetAttLakeTopicsDFA16E18ArnE679146C>/spark/*',
    '<FnGetAttLakeTopicsDFA16E18ArnE679146C>/views/*',
  ]);
  const actions = statements.flatMap(({ Action }) => [Action].flat());
  expect(actions.filter((action) => action.includes('*') || /^(glue|iam|sts|emr)/.test(action))).toEqual([]);
});

test('the Scheduler may start runs of this application in this role, and no other', () => {
  const { template } = given();
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: Match.stringLikeRegexp('^ScheduleRole'),
    PolicyDocument: {
      Statement: [
        {
          Action: 'emr-serverless:StartJobRun',
          Effect: 'Allow',
          Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ScheduledApplication'), 'Arn'] },
        },
        {
          Action: 'iam:PassRole',
          Effect: 'Allow',
          Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^JobsRole'), 'Arn'] },
          Condition: { StringLike: { 'iam:PassedToService': 'emr-serverless.amazonaws.com' } },
        },
        { Action: 'sqs:SendMessage', Effect: 'Allow', Resource: Match.anyValue() },
      ],
    },
  });
});

test('with Airflow there, nobody else starts runs', () => {
  const orchestration = { airflowVersion: '3.0.6', environmentClass: 'mw1.small', webserverAccess: 'PUBLIC_ONLY' };
  given({}, { orchestration }).template.resourceCountIs('AWS::Scheduler::Schedule', 0);
});

test('a continuous run has an application of its own, and the scheduled one leaves the streams to it', () => {
  const { template } = given({ continuous: true });
  template.resourceCountIs('AWS::EMRServerless::Application', 2);
  template.allResourcesProperties('AWS::EMRServerless::Application', {
    SchedulerConfiguration: { MaxConcurrentRuns: 1 },
  });
  expect(JSON.parse(scheduledInput(template).JobDriver.SparkSubmit.EntryPointArguments[0]).steps).toEqual([
    'batch',
    'serving',
    'quality',
    'export',
  ]);
  const runs = Object.values(template.findResources('AWS::SSM::Parameter')).map(({ Properties }) =>
    JSON.parse(textOf(Properties.Value)),
  );
  expect(runs.map(({ mode }) => mode)).toEqual(['BATCH', 'STREAMING']);
  expect(runs[1]).not.toHaveProperty('executionTimeoutMinutes');
  expect(JSON.parse(runs[1].jobDriver.sparkSubmit.entryPointArguments[0])).toMatchObject({
    steps: ['stream'],
    trigger: '10 seconds',
  });
});

test('Athena finds each table by name, where the runs keep it', () => {
  const { template } = given();
  template.hasResourceProperties('AWS::Glue::Database', { DatabaseInput: { Name: 'pinterest_ada' } });
  const names = Object.values(template.findResources('AWS::Glue::Table')).map(
    ({ Properties }) => Properties.TableInput.Name,
  );
  expect(names.sort()).toEqual(
    [
      ...DATASETS.flatMap((dataset) => [`batch_${dataset}`, `ada_${dataset}_table`]).flatMap((name) => [
        name,
        `${name}_duplicates`,
        `${name}_quarantine`,
      ]),
      ...questions().flatMap(({ name }) => [`batch_${name}`, `serving_${name}`]),
      'quality',
      'serving_post',
      'serving_reconciliation',
    ].sort(),
  );
  template.hasResourceProperties('AWS::Glue::Table', {
    DatabaseName: 'pinterest_ada',
    TableInput: {
      Name: 'ada_pin_table_quarantine',
      TableType: 'EXTERNAL_TABLE',
      Parameters: { EXTERNAL: 'TRUE', 'spark.sql.sources.provider': 'delta' },
      StorageDescriptor: {
        Location: { 'Fn::Join': ['', ['s3://', Match.anyValue(), '/spark/tables/ada_pin_table_quarantine/']] },
      },
    },
  });
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given().stack)).toMatchSnapshot();
});
