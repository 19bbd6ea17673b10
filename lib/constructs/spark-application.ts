import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnApplication } from 'aws-cdk-lib/aws-emrserverless';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { SparkSettings } from '../../config/spark-settings';

export interface SparkApplicationProps {
  /** Name in EMR's console. */
  readonly name: string;
  /** Workers run in its private subnets. They reach S3 by the VPC endpoint, and Kinesis through NAT. */
  readonly vpc: ec2.IVpc;
  readonly settings: Pick<SparkSettings, 'release' | 'architecture' | 'maximumVcpu' | 'workerVcpu' | 'workerMemoryGiB'>;
  /** Days to keep the drivers' logs. */
  readonly logRetentionDays: logs.RetentionDays;
}

/** Minutes without a run after which the workers stop. A run starts them again. */
const IDLE_MINUTES = 1;

/**
 * An application of EMR Serverless that runs one thing at a time: further runs wait, because each Delta table has one writer.
 *
 * It can be changed and deleted only while it is stopped, so values that change often (code, schedule, sizes) belong to the runs.
 */
export class SparkApplication extends Construct {
  readonly application: CfnApplication;
  readonly name: string;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: SparkApplicationProps) {
    super(scope, id);
    const { settings } = props;
    this.name = props.name;
    this.logGroup = new logs.LogGroup(this, 'Log', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'Workers of EMR Serverless: nothing comes in',
    });
    this.application = new CfnApplication(this, 'Application', {
      name: props.name,
      type: 'SPARK',
      releaseLabel: settings.release,
      architecture: settings.architecture.toUpperCase(),
      autoStartConfiguration: { enabled: true },
      autoStopConfiguration: { enabled: true, idleTimeoutMinutes: IDLE_MINUTES },
      maximumCapacity: {
        cpu: `${settings.maximumVcpu} vCPU`,
        memory: `${Math.floor((settings.maximumVcpu / settings.workerVcpu) * settings.workerMemoryGiB)} GB`,
      },
      networkConfiguration: {
        subnetIds: props.vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }).subnetIds,
        securityGroupIds: [securityGroup.securityGroupId],
      },
      schedulerConfiguration: { maxConcurrentRuns: 1, queueTimeoutMinutes: 60 },
      monitoringConfiguration: {
        cloudWatchLoggingConfiguration: {
          enabled: true,
          logGroupName: this.logGroup.logGroupName,
          logTypeMap: [{ key: 'SPARK_DRIVER', value: ['STDOUT', 'STDERR'] }],
        },
      },
    });
  }

  /** Lets `grantee` start runs that have the role `role`, and no other role. */
  grantStart(grantee: iam.IGrantable, role: iam.IRole): void {
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['emr-serverless:StartJobRun'],
      resourceArns: [this.application.attrArn],
    });
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['iam:PassRole'],
      resourceArns: [role.roleArn],
      conditions: { StringLike: { 'iam:PassedToService': 'emr-serverless.amazonaws.com' } },
    });
  }

  /** Lets `grantee` follow and cancel runs, and start the application as Airflow's operator does. */
  grantFollow(grantee: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['emr-serverless:GetApplication', 'emr-serverless:StartApplication'],
      resourceArns: [this.application.attrArn],
    });
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['emr-serverless:CancelJobRun', 'emr-serverless:GetJobRun'],
      resourceArns: [`${this.application.attrArn}/jobruns/*`],
    });
  }

  /** Lets `role`, the role of the runs, write the drivers' logs. */
  grantWriteLogs(role: iam.IRole): void {
    this.logGroup.grant(role, 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents');
    iam.Grant.addToPrincipal({ grantee: role, actions: ['logs:DescribeLogGroups'], resourceArns: [anyLogGroup(this)] });
  }
}

function anyLogGroup(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
