import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CfnEnvironment } from 'aws-cdk-lib/aws-mwaa';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { createAirflowRole } from './airflow-role';
import type { DataLake } from './data-lake';
import { UploadedText } from './uploaded-text';

/** MWAA's names of its five logs, in its settings and in the names of their log groups. */
const LOGS = {
  dagProcessingLogs: 'DAGProcessing',
  schedulerLogs: 'Scheduler',
  taskLogs: 'Task',
  webserverLogs: 'WebServer',
  workerLogs: 'Worker',
} as const;

export interface AirflowEnvironmentProps {
  /** Name of the environment; its log groups are named after it. */
  readonly name: string;
  /** Airflow runs in the first two private subnets, which need a way out to install packages. */
  readonly vpc: ec2.IVpc;
  /** Its bucket for access logs takes the access logs of the DAGs' bucket. */
  readonly lake: DataLake;
  /** Airflow version as MWAA writes it, such as `3.0.6`. */
  readonly airflowVersion: string;
  /** Size, from `mw1.micro` up. */
  readonly environmentClass: string;
  readonly webserverAccess: 'PUBLIC_ONLY' | 'PRIVATE_ONLY';
  /** Machines through which a laptop reaches the private Airflow page. */
  readonly reachedFrom: ec2.IConnectable;
  /** Fewest and most workers. Leave both out for `mw1.micro`, which has exactly one. */
  readonly minWorkers: number;
  readonly maxWorkers: number;
  /** Schedulers, 2 to 5. @default - MWAA's: 2, and 1 for mw1.micro */
  readonly schedulers?: number;
  /** Texts of the DAG folder's files, by name. */
  readonly dags: Readonly<Record<string, string>>;
  /** Text of requirements.txt. */
  readonly requirements: string;
  /** Beginning of the names of Airflow's connections in Secrets Manager. */
  readonly connectionsPrefix: string;
  /** Days to keep Airflow's logs. */
  readonly logRetentionDays: logs.RetentionDays;
}

/** Managed Airflow with its DAGs, its packages and its connections in Secrets Manager. */
export class AirflowEnvironment extends Construct {
  readonly environment: CfnEnvironment;
  readonly name: string;
  /** What Airflow may do. */
  readonly role: iam.IRole;

  constructor(scope: Construct, id: string, props: AirflowEnvironmentProps) {
    super(scope, id);
    this.name = props.name;
    const bucket = this.createBucket(props);
    this.role = createAirflowRole(this, 'Role', {
      name: props.name,
      bucket,
      connectionsPrefix: props.connectionsPrefix,
    });
    const requirements = new UploadedText(this, 'Requirements', {
      bucket,
      key: 'requirements.txt',
      text: props.requirements,
    });
    const dags = Object.entries(props.dags).map(
      ([file, text]) => new UploadedText(this, `Dag ${file}`, { bucket, key: `dags/${file}`, text }),
    );
    this.environment = this.createEnvironment(props, bucket, requirements.versionId);
    this.environment.node.addDependency(...dags, ...this.createLogGroups(props));
  }

  private createEnvironment(
    props: AirflowEnvironmentProps,
    bucket: s3.Bucket,
    requirementsS3ObjectVersion: string,
  ): CfnEnvironment {
    const hasWorkers = props.environmentClass !== 'mw1.micro';
    const environment = new CfnEnvironment(this, 'Environment', {
      name: props.name,
      airflowVersion: props.airflowVersion,
      environmentClass: props.environmentClass,
      webserverAccessMode: props.webserverAccess,
      minWorkers: hasWorkers ? props.minWorkers : undefined,
      maxWorkers: hasWorkers ? props.maxWorkers : undefined,
      schedulers: hasWorkers ? props.schedulers : undefined,
      sourceBucketArn: bucket.bucketArn,
      dagS3Path: 'dags',
      requirementsS3Path: 'requirements.txt',
      requirementsS3ObjectVersion,
      executionRoleArn: this.role.roleArn,
      networkConfiguration: {
        subnetIds: props.vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }).subnetIds.slice(0, 2),
        securityGroupIds: [this.createSecurityGroup(props).securityGroupId],
      },
      loggingConfiguration: Object.fromEntries(
        Object.keys(LOGS).map((log) => [log, { enabled: true, logLevel: log === 'taskLogs' ? 'INFO' : 'WARNING' }]),
      ),
      airflowConfigurationOptions: {
        'core.load_examples': 'False',
        'secrets.backend': 'airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend',
        // The pattern saves a paid call for every other name, such as aws_default.
        'secrets.backend_kwargs': JSON.stringify({
          connections_prefix: props.connectionsPrefix,
          connections_lookup_pattern: '^databricks_default$',
          variables_lookup_pattern: '^$',
        }),
      },
    });
    // Without its policy, creating the environment fails after half an hour.
    environment.node.addDependency(this.role);
    return environment;
  }

  private createBucket({ lake }: AirflowEnvironmentProps): s3.Bucket {
    const bucket = new s3.Bucket(this, 'Bucket', {
      versioned: true,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      // The bucket may always be deleted: a deployment writes all of its content.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
      // By name, to avoid a reference: the bucket for logs lets all buckets of this account log there.
      serverAccessLogsBucket: s3.Bucket.fromBucketName(this, 'AccessLogs', lake.accessLogs.bucketName),
      serverAccessLogsPrefix: 's3/airflow/',
    });
    acknowledge(
      bucket,
      'Annotation::@aws-cdk/aws-s3:accessLogsPolicyNotAdded',
      'The bucket for access logs, in the stack of what holds data, lets all buckets of the account log under s3/',
    );
    return bucket;
  }

  /** The security group that lets all parts of Airflow talk to one another. */
  private createSecurityGroup({ vpc, webserverAccess, reachedFrom }: AirflowEnvironmentProps): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'SecurityGroup', { vpc, description: 'Managed Airflow' });
    if (webserverAccess === 'PRIVATE_ONLY')
      group.connections.allowFrom(reachedFrom, ec2.Port.HTTPS, 'The page, through Session Manager');
    group.addIngressRule(group, ec2.Port.allTraffic(), 'Scheduler, workers, web server and database');
    return group;
  }

  /** Creates the log groups, because MWAA would create them without an end of retention. */
  private createLogGroups({ name, logRetentionDays }: AirflowEnvironmentProps): logs.LogGroup[] {
    return Object.values(LOGS).map(
      (log) =>
        new logs.LogGroup(this, `${log}Log`, {
          logGroupName: `airflow-${name}-${log}`,
          retention: logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
    );
  }
}
