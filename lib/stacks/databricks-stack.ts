import { namesOf } from '@pipeline/datasets/names';
import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../../config/schema';
import type { DataLake } from '../constructs/data-lake';
import { DatabricksWorkspace } from '../constructs/databricks-workspace';
import type { RecordStreams } from '../constructs/record-streams';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

export interface DatabricksStackProps extends PipelineStackProps {
  readonly lake: DataLake;
  readonly streams: RecordStreams;
  readonly databricks: NonNullable<EnvironmentConfig['databricks']>;
}

/** Both layers' jobs in a Databricks workspace. */
export class DatabricksStack extends PipelineStack {
  constructor(scope: Construct, id: string, props: DatabricksStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: Databricks jobs' });
    const { userId, logRetentionDays, monitoring } = props.config;
    const { clusterRole } = new DatabricksWorkspace(this, 'Databricks', {
      userId,
      names: namesOf(userId, props.config.streams),
      lake: props.lake,
      streams: props.streams,
      logRetentionDays,
      alertEmails: monitoring.email ? [monitoring.email] : [],
      ...props.databricks,
    });
    new CfnOutput(this, 'PassRole', {
      value: clusterRole.roleArn,
      description: `${props.databricks.crossAccountRole} must be allowed iam:PassRole on this`,
    });
  }
}
