import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { SCHEDULES, type ScheduleName } from '../../config/schedules';
import type { AlarmTopic } from './alarm-topic';
import type { SparkJobs } from './spark-jobs';

export interface SparkAlarmsProps {
  readonly alarms: AlarmTopic;
  readonly jobs: SparkJobs;
  readonly schedule: ScheduleName;
  /** Queue of starts that EMR refused. @default - none: Airflow starts the runs and reports refused starts itself */
  readonly refused?: sqs.IQueue;
}

/** Alarms about runs on EMR: a failed run sends a message to the alarms' topic at once; too long without a successful run is an alarm. */
export class SparkAlarms extends Construct {
  constructor(scope: Construct, id: string, { alarms, jobs, schedule, refused }: SparkAlarmsProps) {
    super(scope, id);
    this.tellOfEnds(alarms, 'Failed', [jobs.scheduled, ...(jobs.continuous ? [jobs.continuous] : [])]);
    const { minutes, words } = SCHEDULES[schedule];
    alarms.add('Spark: answers too old', {
      metric: countOf(
        this.ruleFor('Succeeded', [jobs.scheduled.application.application.attrApplicationId], ['SUCCESS']),
        minutes,
      ),
      below: 1,
      periods: 2,
      silenceIsFault: true,
      meaning: `No run has ended well for two periods (runs start ${words}): answers are older than that. See the runs of application ${jobs.scheduled.application.name} and their drivers' logs; a run may also wait for vCPUs.`,
    });
    if (refused) {
      alarms.add('Spark: refused starts', {
        metric: refused.metricApproximateNumberOfMessagesVisible({
          period: Duration.minutes(5),
          statistic: Stats.MAXIMUM,
        }),
        above: 0,
        meaning: 'EMR refused to start a run; the message in the queue has the reason. Delete it when it is mended.',
      });
    }
  }

  /** A streaming run should never end, so each end of one is reported. */
  private tellOfEnds(alarms: AlarmTopic, id: string, jobs: readonly SparkJobs['scheduled'][]): void {
    const ids = jobs.map(({ application }) => application.application.attrApplicationId);
    const rule = this.ruleFor(id, ids, ['FAILED', 'CANCELLED']);
    rule.addTarget({
      bind: () => ({
        arn: alarms.topic.topicArn,
        input: events.RuleTargetInput.fromText(
          `Run ${events.EventField.fromPath('$.detail.jobRunName')} (${events.EventField.fromPath('$.detail.jobRunId')}) of Spark application ` +
            `${events.EventField.fromPath('$.detail.applicationId')} ended with ${events.EventField.fromPath('$.detail.state')} at ` +
            `${events.EventField.fromPath('$.detail.updatedAt')}. The last good answers stay. Its driver's log says why.`,
        ),
      }),
    });
    alarms.grantPublish('events.amazonaws.com', rule.ruleArn);
  }

  private ruleFor(id: string, applicationId: string[], state: string[]): events.Rule {
    return new events.Rule(this, id, {
      description: `Runs of the pipeline's Spark that ended with ${state.join(' or ')}`,
      eventPattern: {
        source: ['aws.emr-serverless'],
        detailType: ['EMR Serverless Job Run State Change'],
        detail: { applicationId, state },
      },
    });
  }
}

function countOf(rule: events.Rule, minutes: number): Metric {
  return new Metric({
    namespace: 'AWS/Events',
    metricName: 'TriggeredRules',
    dimensionsMap: { RuleName: rule.ruleName },
    statistic: Stats.SUM,
    period: Duration.minutes(minutes),
  });
}
