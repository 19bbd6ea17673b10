import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

/** A number, and the bound that it must not pass. */
export type Watch = Watched & ({ readonly above: number } | { readonly below: number });

interface Watched {
  readonly metric: IMetric;
  /** Periods in a row. @default 1 */
  readonly periods?: number;
  /** What no data means. Silence of a thing that reports always is a fault itself. @default false */
  readonly silenceIsFault?: boolean;
  /** What is wrong and where to look, for whoever is woken by it. */
  readonly meaning: string;
}

export interface AlarmListProps {
  /** Receives every alarm. @default - nobody, unless `alarmTopicArn` says who */
  readonly email?: string;
  /** Topic to tell instead of one of ours. */
  readonly alarmTopicArn?: string;
}

/** Alarms, each named for the resource it watches, all told to one topic. */
export class AlarmList extends Construct {
  readonly topic: sns.ITopic;
  readonly alarms: Alarm[] = [];

  constructor(scope: Construct, id: string, { email, alarmTopicArn }: AlarmListProps) {
    super(scope, id);
    if (alarmTopicArn !== undefined) {
      // Whose it is says who may publish: its policy is not ours to change.
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
   * Lets a service tell the topic, on behalf of `sourceArn` in this account alone. Each needs to be let: the policy that
   * asks for TLS has taken the place of SNS's default, under which everything in the account may publish.
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

  /** Watches one number. `name` says what it is of: `<resource>: <fault>`. */
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
