import { namesOf } from '@pipeline/datasets/names';
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { acknowledgeWildcard } from './acknowledge';

/** CloudFormation shortens a stack's name in the names of roles and schedules; at least this many characters stay. */
const KEPT_OF_STACK_NAME = 20;

/**
 * Lets a role hold Spark's runs during a deployment (ops/spark): find the stack, switch its schedule off and on, wait for runs or cancel them,
 * stop the application, which must be stopped to be changed or deleted, and start the streaming run again.
 */
export function grantHoldRuns(role: iam.Role, userId: string): void {
  const stack = Stack.of(role);
  const arn = (service: string, resource: string, resourceName: string, region?: string) =>
    stack.formatArn({ service, resource, resourceName, region });
  const stackName = `${namesOf(userId).stackPrefix}Spark`;
  const begin = stackName.slice(0, KEPT_OF_STACK_NAME);
  const ours = { StringEquals: { 'aws:ResourceTag/pipeline': userId } };
  const allow = (actions: string[], resources: string[], conditions?: Record<string, unknown>) =>
    role.addToPolicy(new iam.PolicyStatement({ actions, resources, conditions }));

  allow(
    ['cloudformation:GetTemplate', 'cloudformation:ListStackResources'],
    [arn('cloudformation', 'stack', `${stackName}/*`)],
  );
  allow(['ssm:GetParameter'], [arn('ssm', 'parameter', 'CFN-Jobs*')], ours);
  allow(['scheduler:GetSchedule', 'scheduler:UpdateSchedule'], [arn('scheduler', 'schedule', `default/${begin}*`)]);
  allow(
    [
      'emr-serverless:GetApplication',
      'emr-serverless:ListJobRuns',
      'emr-serverless:StartJobRun',
      'emr-serverless:StopApplication',
      'emr-serverless:TagResource',
      'emr-serverless:UntagResource',
    ],
    [arn('emr-serverless', '/applications', '*')],
    ours,
  );
  // Runs have no tags.
  allow(['emr-serverless:CancelJobRun'], [arn('emr-serverless', '/applications', '*/jobruns/*')]);
  // A schedule can only be written as a whole, with its role; the streaming run has a role, too.
  allow(['iam:PassRole'], [arn('iam', 'role', `${begin}*`, '')], {
    StringEquals: { 'iam:PassedToService': ['emr-serverless.amazonaws.com', 'scheduler.amazonaws.com'] },
  });

  for (const [ending, reason] of [
    [`${stackName}/*`, 'A stack ends in an id'],
    ['CFN-Jobs*', 'CloudFormation names the parameters; the condition names the tag of this pipeline'],
    [`default/${begin}*`, 'CloudFormation names the schedule after its stack'],
    ['/applications/*', 'Applications have ids; the condition names the tag of this pipeline'],
    ['*/jobruns/*', 'Runs have ids and no tags; which ones is known from the application'],
    [`role/${begin}*`, 'CloudFormation names the roles after their stack; they are passed to two services alone'],
  ] as const) {
    acknowledgeWildcard(role, ending, reason);
  }
}
