import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { SCHEDULES, type ScheduleName } from '../../config/schedules';
import { acknowledge } from './acknowledge';
import type { SparkApplication } from './spark-application';
import type { SparkJob } from './spark-jobs';
import { inPascalCase } from './spark-run';

export interface RunScheduleProps {
  /** The run to start. */
  readonly job: SparkJob;
  readonly schedule: ScheduleName;
}

/** Starts runs on a schedule, without Airflow. A start that EMR refuses is kept in a queue, with EMR's reason. */
export class RunSchedule extends Construct {
  readonly schedule: scheduler.Schedule;
  /** Queue of refused starts, each with its error. */
  readonly refused: sqs.Queue;

  constructor(scope: Construct, id: string, { job, schedule }: RunScheduleProps) {
    super(scope, id);
    const { application, jobRole } = job;
    this.refused = new sqs.Queue(this, 'Refused', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.refused, 'AwsSolutions-SQS3', 'It is the dead-letter queue, of the schedule');
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com') });
    application.grantStart(role, jobRole);

    this.schedule = new scheduler.Schedule(this, 'Schedule', {
      description: `Starts a run of ${application.name}, ${SCHEDULES[schedule].words}`,
      schedule: scheduler.ScheduleExpression.expression(expressionOf(SCHEDULES[schedule].cron)),
      target: new Universal({
        service: 'emrserverless',
        action: 'startJobRun',
        role,
        // The role has its permissions. Without this list, CDK would add emrserverless:startJobRun, an action that does not exist.
        policyStatements: [startStatement(application)],
        deadLetterQueue: this.refused,
        retryAttempts: 2,
        maxEventAge: Duration.minutes(15),
        input: scheduler.ScheduleTargetInput.fromObject({
          ApplicationId: application.application.attrApplicationId,
          // The same token in all retries of the Scheduler, so that they start one run.
          ClientToken: scheduler.ContextAttribute.executionId,
          ExecutionRoleArn: jobRole.roleArn,
          ...(inPascalCase(job.run(WHEN_STARTED)) as object),
        }),
      }),
    });
    // The schedule may start a run as soon as it exists, so its permissions come first.
    this.schedule.node.addDependency(role);
  }
}

const WHEN_STARTED = {
  runDate: scheduler.ContextAttribute.scheduledTime,
  runId: scheduler.ContextAttribute.executionId,
};

function startStatement(application: SparkApplication): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ['emr-serverless:StartJobRun'],
    resources: [application.application.attrArn],
  });
}

/** EventBridge's form of cron: six fields, one of the two days left open, and `0/15` for every fifteenth minute. */
function expressionOf(cron: string): string {
  const [minute, hour, day] = cron.split(' ').map((field) => field.replace(/^\*\//, '0/'));
  return `cron(${minute} ${hour} ${day} * ? *)`;
}
