import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

/** A metric and its bound: the alarm goes off above, or below, that number. */
export type Watch = Watched & ({ readonly above: number } | { readonly below: number });

interface Watched {
  readonly metric: IMetric;
  /** Periods in a row. @default 1 */
  readonly periods?: number;
  /** Whether missing data sets off the alarm: true for a metric that always has data. @default false */
  readonly silenceIsFault?: boolean;
  /** What is wrong and where to look, for the person who gets the alarm. */
  readonly meaning: string;
}

export interface AlarmTopicProps {
  /** Receives every alarm. @default - nobody, unless `alarmTopicArn` says who */
  readonly email?: string;
  /** Existing topic for the alarms. @default - a new topic */
  readonly alarmTopicArn?: string;
}

/** The topic of SNS that gets the message of every alarm, and the alarms, each named for the resource that it watches. */
export class AlarmTopic extends Construct {
  readonly topic: sns.ITopic;
  readonly alarms: Alarm[] = [];

  constructor(scope: Construct, id: string, { email, alarmTopicArn }: AlarmTopicProps) {
    super(scope, id);
    if (alarmTopicArn !== undefined) {
      // The topic's owner decides who may publish: we do not change its policy.
      this.topic = sns.Topic.fromTopicArn(this, 'Topic', alarmTopicArn);
      return;
    }
    this.topic = new sns.Topic(this, 'Topic', { displayName: 'Pinterest pipeline alarms', enforceSSL: true });
    const anyAlarm = { service: 'cloudwatch', resource: 'alarm', resourceName: '*' };
    this.grantPublish(
      'cloudwatch.amazonaws.com',
      Stack.of(this).formatArn({ ...anyAlarm, arnFormat: ArnFormat.COLON_RESOURCE_NAME }),
    );
    if (email) this.topic.addSubscription(new EmailSubscription(email));
  }

  /**
   * Lets a service publish to the topic for `sourceArn` in this account. Each service needs this, because the policy that
   * requires TLS replaces SNS's default policy, under which everything in the account may publish.
   */
  grantPublish(service: string, sourceArn: string): void {
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal(service)],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnLike: { 'aws:SourceArn': sourceArn },
        },
      }),
    );
  }

  /** Adds an alarm on one metric. `name` is `<resource>: <fault>`. */
  add(name: string, watch: Watch): void {
    const { metric, periods = 1, silenceIsFault = false, meaning } = watch;
    const alarm = new Alarm(this, name, {
      alarmDescription: `${name}. ${meaning}`,
      metric,
      threshold: 'above' in watch ? watch.above : watch.below,
      comparisonOperator:
        'above' in watch ? ComparisonOperator.GREATER_THAN_THRESHOLD : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: silenceIsFault ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
    this.alarms.push(alarm);
  }
}
