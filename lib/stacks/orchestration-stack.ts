import { namesOf } from '@pipeline/datasets/names';
import { CfnOutput } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../../config/schema';
import { AirflowConnection } from '../constructs/airflow-connection';
import { AirflowEnvironment } from '../constructs/airflow-environment';
import { readDags } from '../constructs/dag-files';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

export interface OrchestrationStackProps extends PipelineStackProps {
  readonly vpc: ec2.IVpc;
  readonly orchestration: NonNullable<EnvironmentConfig['orchestration']>;
}

/** Airflow, which starts the batch job once a day. */
export class OrchestrationStack extends PipelineStack {
  readonly airflow: AirflowEnvironment;

  constructor(scope: Construct, id: string, props: OrchestrationStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: managed Airflow' });
    const { userId, logRetentionDays, databricks } = props.config;
    const names = namesOf(userId);
    const connectionsPrefix = `airflow/${userId}/connections`;
    const { dags, requirements } = readDags(props.orchestration.airflowVersion);

    this.airflow = new AirflowEnvironment(this, 'Airflow', {
      name: `${userId}-airflow`,
      vpc: props.vpc,
      dags: {
        ...dags,
        'settings.json': JSON.stringify({ dag_id: names.dag, job_name: names.jobs.batch }),
      },
      requirements,
      connectionsPrefix,
      logRetentionDays,
      ...props.orchestration,
    });
    if (databricks)
      new AirflowConnection(this, 'Connection', { name: `${connectionsPrefix}/databricks_default`, ...databricks });

    new CfnOutput(this, 'AirflowUrl', { value: `https://${this.airflow.environment.attrWebserverUrl}` });
  }
}
