import type { Names } from '@pipeline/datasets/names';
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { SparkSettings } from '../../config/spark-settings';
import { acknowledgeWildcard } from './acknowledge';
import type { DataLake } from './data-lake';
import type { RecordStreams } from './record-streams';
import type { SparkApplication } from './spark-application';
import { acknowledgeWheels, type SparkCode } from './spark-code';
import { type SparkRun, sparkRun } from './spark-run';

export interface SparkJobsProps {
  readonly names: Names;
  readonly lake: DataLake;
  readonly streams: RecordStreams;
  readonly settings: SparkSettings;
  readonly code: SparkCode;
  /** Application for the scheduled runs. */
  readonly scheduled: SparkApplication;
  /** Application for the streaming run, which never ends. @default - scheduled runs read the streams, too */
  readonly continuous?: SparkApplication;
}

/** The values that differ from run to run. The program that starts a run fills them in. */
export interface RunTraits {
  /** Day or time of the run, in UTC. Left out: today. */
  readonly runDate?: string;
  /** Name of the run, for the index of the answers. */
  readonly runId?: string;
}

/** A kind of run, with its application and its role. */
export interface SparkJob {
  readonly application: SparkApplication;
  readonly jobRole: iam.IRole;
  readonly run: (traits?: RunTraits) => SparkRun;
}

/** The runs of the notebooks: a scheduled run that does everything, and optionally a streaming run that only follows the streams. */
export class SparkJobs extends Construct {
  readonly scheduled: SparkJob;
  readonly continuous?: SparkJob;
  /** Folder of the Delta tables. */
  readonly tablesPath: string;
  readonly jobRole: iam.Role;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SparkJobsProps,
  ) {
    super(scope, id);
    const { lake } = props;
    this.tablesPath = `s3://${lake.topics.bucketName}/spark/tables`;
    const applications = [props.scheduled, ...(props.continuous ? [props.continuous] : [])];
    this.jobRole = this.createRole(applications);
    this.scheduled = this.job(props.scheduled, 'run', 'BATCH');
    this.continuous = props.continuous && this.job(props.continuous, 'streams', 'STREAMING');
    this.keepForCommands('Run', this.scheduled);
    if (this.continuous) this.keepForCommands('ContinuousRun', this.continuous);
  }

  /** Input of StartJobRun, without its client token. */
  input({ application, jobRole, run }: SparkJob): Readonly<Record<string, unknown>> {
    return {
      applicationId: application.application.attrApplicationId,
      executionRoleArn: jobRole.roleArn,
      ...run(),
    };
  }

  private job(application: SparkApplication, name: string, mode: SparkRun['mode']): SparkJob {
    const { code, settings } = this.props;
    const { entryPoint, archives, pythonPath } = code;
    const run = (traits: RunTraits = {}) => {
      const argument = Stack.of(this).toJsonString({ ...this.argumentOf(mode), ...traits });
      return sparkRun({ name, mode, settings, argument, entryPoint, archives, pythonPath });
    };
    return { application, jobRole: this.jobRole, run };
  }

  /** The entry point's arguments; notebooks/runner/emr.py explains them. */
  private argumentOf(mode: SparkRun['mode']): Record<string, unknown> {
    const { names, lake, settings } = this.props;
    const bucket = `s3://${lake.topics.bucketName}`;
    return {
      topicsPath: `${bucket}/topics`,
      topics: names.topics,
      streams: names.streams,
      region: Stack.of(this).region,
      speedTables: names.tables,
      tablesPath: this.tablesPath,
      checkpointsPath: `${bucket}/spark/checkpoints`,
      viewsPath: `${bucket}/views`,
      schedule: settings.schedule,
      ...stepsOf(mode, settings.continuous),
    };
  }

  /** Stores the run's input as an SSM parameter, for commands and for people who start a run by hand. */
  private keepForCommands(id: string, job: SparkJob): void {
    new CfnParameter(this, id, {
      type: 'String',
      // A parameter up to 4 KiB is free; long names of buckets may make it larger.
      tier: 'Intelligent-Tiering',
      description: 'Input of StartJobRun, but for its client token',
      value: Stack.of(this).toJsonString(this.input(job)),
    });
  }

  private createRole(applications: readonly SparkApplication[]): iam.Role {
    const { lake, streams, code } = this.props;
    const role = new iam.Role(this, 'Role', {
      description: 'What runs on EMR Serverless may do',
      assumedBy: new iam.ServicePrincipal('emr-serverless.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnLike: { 'aws:SourceArn': applications.map(({ application }) => application.attrArn) },
        },
      }),
    });
    lake.grantReadTopics(role);
    lake.grantKeepTables(role, 'spark');
    lake.grantKeepViews(role);
    streams.grantRead(role);
    code.grantRead(role);
    for (const application of applications) application.grantWriteLogs(role);
    acknowledgeWildcard(role, '/topics/*', 'Files are named for topic, partition and offset');
    acknowledgeWildcard(role, '/spark/*', 'Delta names the files of its tables and checkpoints itself');
    acknowledgeWildcard(role, '/views/*', 'One object for each question and layer, and none beside them');
    acknowledgeWildcard(role, 'log-group:*', 'EMR looks its log group up in the list of all, which takes no resource');
    acknowledgeWheels(role);
    return role;
  }
}

/** The scheduled run skips the streams when a streaming run follows them, so that no table has two writers. */
function stepsOf(mode: SparkRun['mode'], continuous: boolean): Record<string, unknown> {
  if (mode === 'STREAMING') return { steps: ['stream'], trigger: '10 seconds' };
  return continuous ? { steps: ['batch', 'serving', 'quality', 'export'] } : {};
}
