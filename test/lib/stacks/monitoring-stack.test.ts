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

interface Alarm {
  readonly AlarmDescription: string;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly TreatMissingData: string;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: { Name: string; Value: unknown }[];
  readonly AlarmActions: unknown[];
  readonly Metrics?: { MetricStat: { Metric: unknown } }[];
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
      'S3 sink: behind on geo',
      'S3 sink: behind on pin',
      'S3 sink: behind on user',
      'S3 sink: dead letters',
      'S3 sink: failed tasks',
      'S3 sink: no running tasks',
      'Stream geo: readers behind',
      'Stream geo: throttled writes',
      'Stream pin: readers behind',
      'Stream pin: throttled writes',
      'Stream user: readers behind',
      'Stream user: throttled writes',
    ].sort(),
  );
});

test('every alarm is told to the topic', () => {
  const { template } = given();
  const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
  for (const { AlarmActions } of Object.values(alarmsOf(template))) expect(AlarmActions).toEqual([{ Ref: topic }]);
  expect(Object.keys(alarmsOf(template)).length).toBe(23);
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
  expect(alarm.Metrics![0]!.MetricStat.Metric).toEqual({
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
