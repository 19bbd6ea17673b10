import { namesOf } from '@pipeline/datasets/names';
import { CfnOutput } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../../config/schema';
import { loadWheels, type Wheel } from '../../config/wheels';
import type { DataLake } from '../constructs/data-lake';
import type { RecordStreams } from '../constructs/record-streams';
import { RunSchedule } from '../constructs/run-schedule';
import { SparkApplication } from '../constructs/spark-application';
import { SparkCode } from '../constructs/spark-code';
import { SparkJobs } from '../constructs/spark-jobs';
import { SparkTables } from '../constructs/spark-tables';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

export interface SparkStackProps extends PipelineStackProps {
  readonly vpc: ec2.IVpc;
  readonly lake: DataLake;
  readonly streams: RecordStreams;
  readonly spark: NonNullable<EnvironmentConfig['spark']>;
  /** Python packages of the runs. @default - those of wheels.lock.json for the workers' processor */
  readonly wheels?: readonly Wheel[];
}

/** Spark on EMR Serverless: the notebooks' runs, their schedule, and their tables in Glue. */
export class SparkStack extends PipelineStack {
  readonly jobs: SparkJobs;
  /** Schedule of the runs; undefined when Airflow starts them. */
  readonly schedule?: RunSchedule;

  constructor(scope: Construct, id: string, props: SparkStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: Spark on EMR Serverless' });
    const { userId, logRetentionDays, orchestration } = props.config;
    const { lake, vpc, spark } = props;
    const names = namesOf(userId, props.config.streams);
    const newApplication = (applicationId: string, name: string) =>
      new SparkApplication(this, applicationId, { name, vpc, settings: spark, logRetentionDays });

    const wheels = props.wheels ?? loadWheels(spark.architecture);
    this.jobs = new SparkJobs(this, 'Jobs', {
      names,
      lake,
      streams: props.streams,
      settings: spark,
      code: new SparkCode(this, 'Code', { lake, wheels, logRetentionDays }),
      scheduled: newApplication('Scheduled', `pinterest-${userId}`),
      continuous: spark.continuous ? newApplication('Continuous', `pinterest-${userId}-continuous`) : undefined,
    });
    if (!orchestration) {
      this.schedule = new RunSchedule(this, 'Schedule', { job: this.jobs.scheduled, schedule: spark.schedule });
    }
    const { database } = new SparkTables(this, 'Tables', { userId, names, tablesPath: this.jobs.tablesPath });

    new CfnOutput(this, 'Database', {
      value: database,
      description: 'Database of Glue in which Athena finds the tables',
    });
  }
}
