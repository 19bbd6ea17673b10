import { DATASETS } from '@pipeline/datasets/schema';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addStacks } from '../../../lib/pipeline';
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
  addStacks(app, givenConfig(settings));
  const stack = app.node.findChild('Monitoring') as never;
  return { stack, template: Template.fromStack(stack) };
}

const ORCHESTRATION = {
  orchestration: { airflowVersion: '3.0.6', environmentClass: 'mw1.small', webserverAccess: 'PUBLIC_ONLY' },
};

interface MetricOf {
  readonly Namespace?: unknown;
  readonly MetricName?: string;
  readonly Dimensions?: { Name: string; Value: unknown }[];
}

interface Alarm extends MetricOf {
  readonly AlarmDescription: string;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly TreatMissingData: string;
  readonly Period?: number;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly AlarmActions: unknown[];
  readonly OKActions: unknown[];
  readonly Metrics?: { Expression?: string; MetricStat?: { Metric: MetricOf; Stat: string; Period: number } }[];
}

function alarmsOf(template: Template): Record<string, Alarm> {
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties as Alarm,
  );
  return Object.fromEntries(alarms.map((alarm) => [alarm.AlarmDescription.split('. ')[0]!, alarm]));
}

test('each thing that can fail has an alarm that is named for it', () => {
  expect(Object.keys(alarmsOf(given(ORCHESTRATION).template)).sort()).toEqual(
    [
      'API: failed requests',
      'API: refused requests',
      'API: slow requests',
      'Airflow: no heartbeat',
      'Airflow: failed runs',
      'Airflow: no success',
      'Kafka broker 1: disk',
      'Kafka broker 1: processor',
      'Kafka broker 2: disk',
      'Kafka broker 2: processor',
      'Kafka cluster: no controller',
      'Kafka cluster: partitions offline',
      'REST proxy: Kafka not reached',
      'REST proxy: machine unhealthy',
      ...DATASETS.map((dataset) => `S3 sink: behind on ${dataset}`),
      'S3 sink: dead letters',
      'S3 sink: failed tasks',
      'S3 sink: no running tasks',
      ...DATASETS.flatMap((dataset) => [`Stream ${dataset}: readers behind`, `Stream ${dataset}: throttled writes`]),
    ].sort(),
  );
});

test('every alarm is told to the topic, when it begins and when it ends', () => {
  const { template } = given(ORCHESTRATION);
  const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
  for (const [name, { AlarmActions, OKActions }] of Object.entries(alarmsOf(template)))
    expect([name, AlarmActions, OKActions]).toEqual([name, [{ Ref: topic }], [{ Ref: topic }]]);
});

const STREAM = new RegExp(`RefStreams(${DATASETS.join('|')})`);

/** An alarm in a line: what is watched, of what, the bound, for how long, and what silence means. */
function lineOf(alarm: Alarm): string {
  const plain = (value: unknown) =>
    typeof value === 'string' ? value : (STREAM.exec(JSON.stringify(value))?.[1] ?? '…');
  const metricText = ({ Namespace, MetricName, Dimensions = [] }: MetricOf) =>
    `${plain(Namespace)} ${MetricName} {${Dimensions.map(({ Name, Value }) => `${Name}=${plain(Value)}`).join(', ')}}`;
  const watched = alarm.Metrics
    ? alarm.Metrics.map(({ Expression, MetricStat }) =>
        MetricStat ? `${metricText(MetricStat.Metric)} ${MetricStat.Stat} ${MetricStat.Period}s` : `= ${Expression}`,
      ).join('; ')
    : `${metricText(alarm as MetricOf)} ${alarm.Statistic ?? alarm.ExtendedStatistic} ${alarm.Period}s`;
  const bound = alarm.ComparisonOperator === 'GreaterThanThreshold' ? '>' : '<';
  const silence = alarm.TreatMissingData === 'breaching' ? ', silence rings' : '';
  return `${watched} ${bound} ${alarm.Threshold}, ${alarm.EvaluationPeriods} in a row${silence}`;
}

test('what rings, at which bound, for how long', () => {
  const lines = Object.entries(alarmsOf(given(ORCHESTRATION).template)).map(
    ([name, alarm]) => `${name}: ${lineOf(alarm)}`,
  );
  expect(lines.sort()).toEqual(
    [
      'API: failed requests: AWS/ApiGateway 5XXError {ApiName=ada-pipeline} Sum 300s > 0, 2 in a row',
      'API: refused requests: = 100 * errors / requests; AWS/ApiGateway 4XXError {ApiName=ada-pipeline} Sum 300s; AWS/ApiGateway Count {ApiName=ada-pipeline} Sum 300s > 5, 3 in a row',
      'API: slow requests: AWS/ApiGateway Latency {ApiName=ada-pipeline} p99 300s > 5000, 3 in a row',
      'Airflow: failed runs: AmazonMWAA DAGDurationFailed {DAG=ada_dag, Environment=ada-airflow} SampleCount 3600s > 0, 1 in a row',
      'Airflow: no heartbeat: AmazonMWAA SchedulerHeartbeat {Environment=ada-airflow, Function=Scheduler} Sum 300s < 1, 3 in a row, silence rings',
      'Airflow: no success: AmazonMWAA DAGDurationSuccess {DAG=ada_dag, Environment=ada-airflow} SampleCount 3600s < 1, 26 in a row, silence rings',
      'Kafka broker 1: disk: AWS/Kafka KafkaDataLogsDiskUsed {Broker ID=1, Cluster Name=ada-cluster} Maximum 300s > 85, 1 in a row',
      'Kafka broker 1: processor: = user1 + system1; AWS/Kafka CpuUser {Broker ID=1, Cluster Name=ada-cluster} Average 300s; AWS/Kafka CpuSystem {Broker ID=1, Cluster Name=ada-cluster} Average 300s > 60, 3 in a row',
      'Kafka broker 2: disk: AWS/Kafka KafkaDataLogsDiskUsed {Broker ID=2, Cluster Name=ada-cluster} Maximum 300s > 85, 1 in a row',
      'Kafka broker 2: processor: = user2 + system2; AWS/Kafka CpuUser {Broker ID=2, Cluster Name=ada-cluster} Average 300s; AWS/Kafka CpuSystem {Broker ID=2, Cluster Name=ada-cluster} Average 300s > 60, 3 in a row',
      'Kafka cluster: no controller: AWS/Kafka ActiveControllerCount {Cluster Name=ada-cluster} Maximum 300s < 1, 1 in a row, silence rings',
      'Kafka cluster: partitions offline: AWS/Kafka OfflinePartitionsCount {Cluster Name=ada-cluster} Sum 300s > 0, 1 in a row',
      'REST proxy: Kafka not reached: Pinterest/ada KafkaReached {} Minimum 60s < 1, 3 in a row, silence rings',
      'REST proxy: machine unhealthy: AWS/ApplicationELB UnHealthyHostCount {LoadBalancer=…, TargetGroup=…} Maximum 60s > 0, 5 in a row',
      ...DATASETS.map(
        (dataset) =>
          `S3 sink: behind on ${dataset}: AWS/Kafka EstimatedMaxTimeLag {Cluster Name=ada-cluster, Consumer Group=connect-ada-connector, Topic=ada.${dataset}} Maximum 300s > 1500, 2 in a row`,
      ),
      'S3 sink: dead letters: Pinterest/ada DeadLetters {} Sum 300s > 0, 1 in a row',
      'S3 sink: failed tasks: AWS/KafkaConnect ErroredTaskCount {ConnectorName=ada-connector} Maximum 300s > 0, 1 in a row',
      'S3 sink: no running tasks: AWS/KafkaConnect RunningTaskCount {ConnectorName=ada-connector} Minimum 300s < 1, 3 in a row, silence rings',
      ...DATASETS.flatMap((dataset) => [
        `Stream ${dataset}: readers behind: AWS/Kinesis GetRecords.IteratorAgeMilliseconds {StreamName=${dataset}} Maximum 300s > 600000, 2 in a row`,
        `Stream ${dataset}: throttled writes: AWS/Kinesis WriteProvisionedThroughputExceeded {StreamName=${dataset}} Sum 300s > 0, 2 in a row`,
      ]),
    ].sort(),
  );
});

/** Who may publish to the topic, and on whose behalf. */
function publishersOf(template: Template) {
  const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
  const statements = policy!.Properties.PolicyDocument.Statement as {
    Effect: string;
    Action: string;
    Principal: unknown;
    Condition: unknown;
  }[];
  return statements
    .filter(({ Effect }) => Effect === 'Allow')
    .map(({ Action, Principal, Condition }) => ({ Action, Principal, Condition }));
}

test('alarms may publish, which the topic’s policy would refuse were they not named', () => {
  expect(publishersOf(given().template)).toEqual([
    {
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': '111122223333' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:*' },
      },
    },
  ]);
});

test('the environment’s address gets the alarms', () => {
  given().template.resourceCountIs('AWS::SNS::Subscription', 0);
  given({ monitoring: { email: 'ops@example.com' } }).template.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'ops@example.com',
  });
});

const BUDGET = { monitoring: { monthlyBudgetUsd: 321 } };

function budgetsOf(template: Template) {
  return Object.values(template.findResources('AWS::Budgets::Budget')).map(({ Properties }) => Properties);
}

test('a monthly budget tells the topic when most is spent, when all is, and when all is going to be', () => {
  const { template } = given(BUDGET);
  const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
  const notification = (NotificationType: string, Threshold: number) => ({
    Notification: { NotificationType, Threshold, ThresholdType: 'PERCENTAGE', ComparisonOperator: 'GREATER_THAN' },
    Subscribers: [{ SubscriptionType: 'SNS', Address: { Ref: topic } }],
  });
  expect(budgetsOf(template)).toEqual([
    {
      Budget: {
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: { Amount: 321, Unit: 'USD' },
        CostTypes: { IncludeCredit: false, IncludeRefund: false },
      },
      NotificationsWithSubscribers: [
        notification('ACTUAL', 80),
        notification('ACTUAL', 100),
        notification('FORECASTED', 100),
      ],
    },
  ]);
});

test('budgets may publish for this account, and the policy that says so is there before the budget', () => {
  const { template } = given(BUDGET);
  expect(publishersOf(template)[1]).toEqual({
    Action: 'sns:Publish',
    Principal: { Service: 'budgets.amazonaws.com' },
    Condition: {
      StringEquals: { 'aws:SourceAccount': '111122223333' },
      ArnLike: { 'aws:SourceArn': 'arn:aws:budgets::111122223333:*' },
    },
  });
  const [policy] = Object.keys(template.findResources('AWS::SNS::TopicPolicy'));
  expect(Object.values(template.findResources('AWS::Budgets::Budget'))[0]!.DependsOn).toContain(policy);
});

test('a budget of the pipeline alone counts by the tag that its stacks carry', () => {
  const monitoring = { ...BUDGET.monitoring, budgetCovers: 'pipeline' };
  const { stack, template } = given({ monitoring });
  expect(budgetsOf(template)[0]!.Budget.CostFilters).toEqual({ TagKeyValue: ['user:pipeline$ada'] });
  expect((stack as Stack).tags.tagValues().pipeline).toBe('ada');
});

test('without an amount there is no budget, and budgets may not publish', () => {
  const { template } = given();
  template.resourceCountIs('AWS::Budgets::Budget', 0);
  expect(publishersOf(template)).toHaveLength(1);
});

test('a failed task of the sink raises an alarm at once, while the connector still says RUNNING', () => {
  expect(alarmsOf(given().template)['S3 sink: failed tasks']).toMatchObject({
    Namespace: 'AWS/KafkaConnect',
    MetricName: 'ErroredTaskCount',
    Dimensions: [{ Name: 'ConnectorName', Value: 'ada-connector' }],
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
  });
});

test('lag is that of the sink’s group on each topic, and counts from when files should have been closed', () => {
  const settings = { s3Sink: { capacity: { mcu: 1, workers: 1 }, rotateMinutes: 20 } };
  const alarm = alarmsOf(given(settings).template)['S3 sink: behind on geo']!;
  expect(alarm.Threshold).toBe(35 * 60);
  expect(alarm.Metrics![0]!.MetricStat!.Metric).toEqual({
    Namespace: 'AWS/Kafka',
    MetricName: 'EstimatedMaxTimeLag',
    Dimensions: [
      { Name: 'Cluster Name', Value: 'ada-cluster' },
      { Name: 'Consumer Group', Value: 'connect-ada-connector' },
      { Name: 'Topic', Value: 'ada.geo' },
    ],
  });
});

test.each([
  ['REST proxy: Kafka not reached', { Namespace: 'Pinterest/ada', MetricName: 'KafkaReached', EvaluationPeriods: 3 }],
  ['Airflow: no heartbeat', { Namespace: 'AmazonMWAA', MetricName: 'SchedulerHeartbeat' }],
  ['Kafka cluster: no controller', { MetricName: 'ActiveControllerCount', Statistic: 'Maximum' }],
])('silence is a fault for "%s"', (name, properties) => {
  expect(alarmsOf(given(ORCHESTRATION).template)[name]).toMatchObject({
    ...properties,
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
    TreatMissingData: 'breaching',
  });
});

test('missing copies are watched where MSK counts them', () => {
  expect(Object.keys(alarmsOf(given().template))).not.toContain('Kafka broker 1: missing copies');
  const kafka = {
    version: '3.9.x.kraft',
    instanceType: 'kafka.t3.small',
    volumeGiB: 20,
    partitions: 1,
    replicationFactor: 2,
    monitoring: 'PER_BROKER',
    brokersPerZone: 2,
  };
  expect(Object.keys(alarmsOf(given({ kafka }).template)).filter((name) => name.endsWith('missing copies'))).toEqual([
    'Kafka broker 1: missing copies',
    'Kafka broker 2: missing copies',
    'Kafka broker 3: missing copies',
    'Kafka broker 4: missing copies',
  ]);
});

test('the dashboard reads from top to bottom like the picture', () => {
  const [dashboard] = Object.values(given(ORCHESTRATION).template.findResources('AWS::CloudWatch::Dashboard'));
  expect(dashboard!.Properties.DashboardName).toBe('pinterest-ada');
  const text = JSON.stringify(dashboard!.Properties.DashboardBody);
  const headings = [...text.matchAll(/## ([^\\"]+)/g)].map(([, heading]) => heading);
  expect(headings).toEqual([
    'Posts come in: API',
    'Batch layer: REST proxy',
    'Batch layer: Kafka',
    'Batch layer: S3 sink',
    'Speed layer: Kinesis',
    'Daily batch: Airflow',
  ]);
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given(BUDGET).stack)).toMatchSnapshot();
});
