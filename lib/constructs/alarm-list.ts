import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface Watch {
  readonly metric: IMetric;
  /** Raises the alarm when above this; with `below`, when below it. */
  readonly above?: number;
  readonly below?: number;
  /** Periods in a row. @default 1 */
  readonly periods?: number;
  /** What no data means. Silence of a thing that reports always is a fault itself. @default false */
  readonly silenceIsFault?: boolean;
  /** What is wrong and where to look, for whoever is woken by it. */
  readonly meaning: string;
}

/** Alarms, each named for the resource it watches, all told to one topic. */
export class AlarmList extends Construct {
  readonly topic: sns.Topic;
  readonly alarms: Alarm[] = [];

  constructor(scope: Construct, id: string, { email }: { readonly email?: string }) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { displayName: 'Pinterest pipeline alarms', enforceSSL: true });
    if (email) this.topic.addSubscription(new EmailSubscription(email));
  }

  /** Watches one number. `name` says what it is of: `<resource>: <fault>`. */
  add(name: string, { metric, above, below, periods = 1, silenceIsFault = false, meaning }: Watch): void {
    const alarm = new Alarm(this, name, {
      alarmDescription: `${name}. ${meaning}`,
      metric,
      threshold: above ?? below ?? 0,
      comparisonOperator:
        below === undefined ? ComparisonOperator.GREATER_THAN_THRESHOLD : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: silenceIsFault ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
    this.alarms.push(alarm);
  }
}
