import { namesOf } from '@pipeline/datasets/names';
import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeManagedPolicy, acknowledgeWildcard } from './acknowledge';

export interface PlanRoleProps {
  /** Who may take the role. */
  readonly trusts: iam.IPrincipal;
  /** The environment's name. */
  readonly environment: string;
  readonly userId: string;
  /** Qualifier of the CDK bootstrap: its bucket takes templates, and its role executes change sets. */
  readonly qualifier: string;
  /** Secret from which Airflow's connection is copied; the template contains its version. @default - none */
  readonly airflowSecretName?: string;
}

/** AWS's managed policies for describing resources without reading their content. */
const SHOWS_SETTINGS = ['job-function/ViewOnlyAccess', 'SecurityAudit'];

/**
 * Prepares a deployment of one environment, and looks for drift. It creates and describes change sets, but cannot execute
 * them. It may publish templates and code, which stay unused in the bucket, under their hash, until a deployment names them.
 */
export class PlanRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: PlanRoleProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: props.trusts,
      description: `Prepares deployments of the Pinterest pipeline's environment ${props.environment}, and looks for drift`,
      managedPolicies: SHOWS_SETTINGS.map((name) => iam.ManagedPolicy.fromAwsManagedPolicyName(name)),
    });
    for (const name of SHOWS_SETTINGS)
      acknowledgeManagedPolicy(
        this.role,
        name,
        'Drift is found with the rights of whoever looks, on every type of every stack',
      );
    this.allowChangeSets(props.userId);
    this.allowLooking();
    this.allowPublishing(props.qualifier);
    if (props.airflowSecretName !== undefined) this.allowVersionOf(props.airflowSecretName);
  }

  private allowChangeSets(userId: string): void {
    const { stackPrefix } = namesOf(userId);
    this.allow(
      [
        'cloudformation:CreateChangeSet',
        'cloudformation:DeleteChangeSet',
        'cloudformation:DescribeChangeSet',
        'cloudformation:DescribeStackResourceDrifts',
        'cloudformation:DetectStackDrift',
        'cloudformation:DetectStackResourceDrift',
        'cloudformation:GetTemplate',
      ],
      [this.arn('cloudformation', 'stack', `${stackPrefix}*/*`)],
    );
    acknowledgeWildcard(this.role, `stack/${stackPrefix}*/*`, 'The stacks of one environment; their ids are random');
  }

  private allowLooking(): void {
    this.allow(
      [
        'cloudformation:BatchDescribeTypeConfigurations',
        'cloudformation:DescribeStackDriftDetectionStatus',
        'cloudformation:DescribeStacks',
      ],
      ['*'],
    );
    acknowledgeWildcard(this.role, 'Resource::*', 'These take no one stack; they describe, and change nothing');
  }

  /** Permissions to create change sets: publish templates, and pass the role that CloudFormation uses for the execution. */
  private allowPublishing(qualifier: string): void {
    const { account, region } = Stack.of(this);
    const role = (name: string) =>
      this.arn('iam', 'role', `cdk-${qualifier}-${name}-${account}-${region}`, { region: '' });
    this.allow(['sts:AssumeRole'], [role('file-publishing-role')]);
    this.allow(['iam:PassRole'], [role('cfn-exec-role')], {
      StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
    });
    this.allow(
      ['ssm:GetParameter', 'ssm:GetParameters'],
      [this.arn('ssm', 'parameter', `cdk-bootstrap/${qualifier}/version`)],
    );
    const bucket = Stack.of(this).formatArn({
      service: 's3',
      region: '',
      account: '',
      resource: `cdk-${qualifier}-assets-${account}-${region}`,
      resourceName: '*.json',
    });
    this.allow(['s3:GetObject'], [bucket]);
    acknowledgeWildcard(
      this.role,
      '/*.json',
      'Templates, which CloudFormation reads with the rights of whoever names them',
    );
  }

  private allowVersionOf(secretName: string): void {
    const secret = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${secretName}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.allow(['secretsmanager:DescribeSecret'], [secret]);
  }

  private allow(actions: string[], resources: string[], conditions?: Record<string, unknown>): void {
    this.role.addToPolicy(new iam.PolicyStatement({ actions, resources, conditions }));
  }

  private arn(service: string, resource: string, resourceName: string, other: { region?: string } = {}): string {
    return Stack.of(this).formatArn({ service, resource, resourceName, ...other });
  }
}
