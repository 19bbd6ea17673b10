import { namesOf } from '@pipeline/datasets/names';
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge';

export interface DiffRoleProps {
  /** Who may take the role. */
  readonly trusts: iam.IPrincipal;
  /** The environment's name. */
  readonly environment: string;
  readonly userId: string;
}

/**
 * May only read the templates of one environment's stacks, for `cdk diff --method template`: a pull request is code
 * that nobody has reviewed yet. The bootstrap's lookup role, which the CDK would take, may read the whole account.
 */
export class DiffRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { trusts, environment, userId }: DiffRoleProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: trusts,
      description: `Shows what a pull request would change in the Pinterest pipeline's environment ${environment}`,
    });
    const { stackPrefix } = namesOf(userId);
    const stacks = Stack.of(this).formatArn({
      service: 'cloudformation',
      resource: 'stack',
      resourceName: `${stackPrefix}*/*`,
    });
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'],
        resources: [stacks],
      }),
    );
    acknowledgeWildcard(this.role, `stack/${stackPrefix}*/*`, 'The stacks of one environment; their ids are random');
  }
}
