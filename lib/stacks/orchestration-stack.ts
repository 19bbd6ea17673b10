import { namesOf } from '@pipeline/datasets/names';
import { CfnOutput } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { SCHEDULES } from '../../config/schedules';
import type { EnvironmentConfig } from '../../config/schema';
import { acknowledgeWildcard } from '../constructs/acknowledge';
import { AirflowConnection } from '../constructs/airflow-connection';
import { AirflowEnvironment } from '../constructs/airflow-environment';
import { readDags } from '../constructs/dag-files';
import type { DataLake } from '../constructs/data-lake';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';
import type { SparkStack } from './spark-stack';

export interface OrchestrationStackProps extends PipelineStackProps {
  readonly vpc: ec2.IVpc;
  readonly lake: DataLake;
  /** Machines through which a laptop reaches the private Airflow page. */
  readonly reachedFrom: ec2.IConnectable;
  readonly orchestration: NonNullable<EnvironmentConfig['orchestration']>;
  /** Runs on EMR Serverless that the DAG starts. @default - it starts the Databricks job */
  readonly spark?: Pick<SparkStack, 'jobs'>;
}

/** Airflow, which starts the runs of Spark by the environment's schedule. */
export class OrchestrationStack extends PipelineStack {
  readonly airflow: AirflowEnvironment;

  constructor(scope: Construct, id: string, props: OrchestrationStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: managed Airflow' });
    const { userId, logRetentionDays, databricks } = props.config;
    const names = namesOf(userId);
    const connectionsPrefix = `airflow/${userId}/connections`;
    const { spark } = props;
    const { dags, requirements } = readDags(
      props.orchestration.airflowVersion,
      spark ? 'emr-serverless' : 'databricks',
    );

    this.airflow = new AirflowEnvironment(this, 'Airflow', {
      name: `${userId}-airflow`,
      vpc: props.vpc,
      lake: props.lake,
      reachedFrom: props.reachedFrom,
      dags: {
        ...dags,
        'settings.json': this.toJsonString({
          dag_id: names.dag,
          cron: SCHEDULES[(spark ? props.config.spark?.schedule : databricks?.schedule) ?? 'daily'].cron,
          ...(spark ? { run: spark.jobs.input(spark.jobs.scheduled) } : { job_name: names.jobs.batch }),
        }),
      },
      requirements,
      connectionsPrefix,
      logRetentionDays,
      ...props.orchestration,
    });
    if (spark) {
      const { application, jobRole } = spark.jobs.scheduled;
      application.grantStart(this.airflow.role, jobRole);
      application.grantFollow(this.airflow.role);
      acknowledgeWildcard(this.airflow.role, '/jobruns/*', 'EMR names each run itself');
    }
    if (databricks)
      new AirflowConnection(this, 'Connection', {
        name: `${connectionsPrefix}/databricks_default`,
        ...databricks,
        secretName: databricks.airflowSecretName ?? databricks.secretName,
        secretVersion: this.node.tryGetContext('airflowSecretVersion'),
      });

    new CfnOutput(this, 'AirflowUrl', { value: `https://${this.airflow.environment.attrWebserverUrl}` });
  }
}
