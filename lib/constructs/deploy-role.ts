import { namesOf } from '@pipeline/datasets/names';
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge';
import { grantHoldRuns } from './hold-runs';

export interface DeployRoleProps {
  /** Who may take the role. */
  readonly trusts: iam.IPrincipal;
  /** Qualifier of the CDK bootstrap whose roles this role takes. */
  readonly qualifier: string;
  /** Stage of the API, the environment's name. */
  readonly stage: string;
  /** Names of topics begin with it, names of streams end with it, and stacks and keys are tagged with it. */
  readonly userId: string;
  /** Name of the topics' bucket. @default - CloudFormation's name, of which only the beginning is known */
  readonly lakeBucketName?: string;
  /** Name of the stream that all datasets share. @default - each dataset has its own stream */
  readonly sharedStream?: string;
  /** Secret with the Databricks token, which the preflight tries. @default - none */
  readonly databricksSecretName?: string;
  /** Whether the environment has Spark, whose runs a deployment holds while it changes their application. @default false */
  readonly holdsRuns?: boolean;
}

/** CloudFormation shortens long stack names in the names of buckets. AWS does not document the length. */
const KEPT_OF_STACK_NAME = 20;

/** Read-only calls of the preflight: stacks, zones, networks, addresses, quotas, versions of Kafka. */
const LOOKS_AROUND = [
  'cloudformation:DescribeStacks',
  'ec2:DescribeAddresses',
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeInstanceTypeOfferings',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcAttribute',
  'ec2:DescribeVpcEndpoints',
  'ec2:DescribeVpcs',
  'kafka:DescribeClusterV2',
  'kafka:ListKafkaVersions',
  'servicequotas:GetServiceQuota',
];

/**
 * The role of a workflow that deploys one environment. It may take the roles of the CDK bootstrap, through which it deploys, and do what the
 * smoke test and the preflight need. Its own permissions create or change nothing, except that they hold the runs of Spark.
 */
export class DeployRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: DeployRoleProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: props.trusts,
      description: `Deploys the Pinterest pipeline's environment ${props.stage} from GitHub`,
      // MSK and MWAA take half an hour each; the default of one hour would end a first deployment in the middle.
      maxSessionDuration: Duration.hours(4),
    });
    this.allowBootstrapRoles(props.qualifier);
    this.allowPreflight(props.qualifier, props.databricksSecretName);
    this.allowSending(props);
    this.allowReadingStreams(props);
    this.allowReadingLake(props);
    if (props.holdsRuns) grantHoldRuns(this.role, props.userId);
  }

  private allowBootstrapRoles(qualifier: string): void {
    const { account, region } = Stack.of(this);
    // The app has no container images to publish.
    const roles = ['deploy-role', 'file-publishing-role', 'lookup-role'];
    this.allow(
      ['sts:AssumeRole'],
      roles.map((role) => this.arn('iam', 'role', `cdk-${qualifier}-${role}-${account}-${region}`, { region: '' })),
    );
  }

  private allowPreflight(qualifier: string, secretName: string | undefined): void {
    this.allow(['ssm:GetParameter'], [this.arn('ssm', 'parameter', `cdk-bootstrap/${qualifier}/version`)]);
    this.allow(LOOKS_AROUND, ['*']);
    acknowledgeWildcard(
      this.role,
      'Resource::*',
      'These take no resource; each lists names and numbers, and changes nothing',
    );
    if (secretName !== undefined) {
      const secret = Stack.of(this).formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: `${secretName}-??????`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
      this.allow(['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], [secret]);
    }
  }

  /** Posts of the smoke test, and the topics' ends, through the API. */
  private allowSending({ stage, userId, sharedStream }: DeployRoleProps): void {
    const { topicPrefix, streamPrefix } = namesOf(userId);
    const shared =
      sharedStream === undefined ? [] : [`PUT/streams/${sharedStream}/record`, `PUT/streams/${sharedStream}/records`];
    const paths = [
      `GET/topics/${topicPrefix}*`,
      `POST/topics/${topicPrefix}*`,
      `PUT/streams/${streamPrefix}*/record`,
      `PUT/streams/${streamPrefix}*/records`,
      ...shared,
    ];
    this.allow(
      ['execute-api:Invoke'],
      paths.map((path) => this.arn('execute-api', '*', `${stage}/${path}`)),
    );
    const reason = "The API's id is not known before it is deployed; its stage and the names behind it are";
    for (const path of paths) acknowledgeWildcard(this.role, path, reason);
  }

  private allowReadingStreams({ userId, sharedStream }: DeployRoleProps): void {
    const { streamPrefix } = namesOf(userId);
    this.allow(
      ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
      [`${streamPrefix}*`, ...(sharedStream === undefined ? [] : [sharedStream])].map((name) =>
        this.arn('kinesis', 'stream', name),
      ),
    );
    acknowledgeWildcard(this.role, `stream/${streamPrefix}*`, 'One stream for each dataset begins so, and no other');
  }

  private allowReadingLake({ userId, lakeBucketName }: DeployRoleProps): void {
    const stack = Stack.of(this);
    const bucketName = lakeBucketName ?? `${namesOf(userId).stackPrefix.slice(0, -1).slice(0, KEPT_OF_STACK_NAME)}*`;
    const bucket = stack.formatArn({ service: 's3', region: '', account: '', resource: bucketName });
    const ours = { StringEquals: { 'aws:ResourceAccount': stack.account } };
    this.allow(['s3:GetObject'], [`${bucket}/topics/*`], ours);
    this.allow(['s3:ListBucket'], [bucket], { ...ours, StringLike: { 's3:prefix': 'topics/*' } });
    this.allow(['kms:Decrypt'], [this.arn('kms', 'key', '*')], {
      StringEquals: { 'kms:ViaService': `s3.${stack.region}.amazonaws.com`, 'aws:ResourceTag/pipeline': userId },
    });
    acknowledgeWildcard(this.role, '/topics/*', 'The files of the topics, whose names end in offsets');
    acknowledgeWildcard(this.role, ':key/*', 'Keys have no names; the condition names the tag of this pipeline');
    if (lakeBucketName === undefined)
      acknowledgeWildcard(this.role, bucketName, 'CloudFormation ends the name of the bucket at random');
  }

  private allow(actions: string[], resources: string[], conditions?: Record<string, unknown>): void {
    this.role.addToPolicy(new iam.PolicyStatement({ actions, resources, conditions }));
  }

  private arn(service: string, resource: string, resourceName: string, other: { region?: string } = {}): string {
    return Stack.of(this).formatArn({ service, resource, resourceName, ...other });
  }
}
