import { paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { namesOf } from '@pipeline/datasets/names';
import type { EnvironmentConfig } from '../../config/schema';
import { type AwsClients, findingOf } from './aws-clients';
import { type Finding, fails, ok } from './finding';

const CHECK = 'stacks';

/** Whether the stacks that are there already can be changed. One that failed while it was first made the CDK CLI replaces. */
export async function checkStacks({ userId }: EnvironmentConfig, { cloudFormation }: AwsClients): Promise<Finding> {
  const prefix = namesOf(userId).stackPrefix;
  const found: { name: string; status: string }[] = [];
  try {
    for await (const page of paginateDescribeStacks({ client: cloudFormation }, {})) {
      for (const { StackName = '', StackStatus = '' } of page.Stacks ?? []) {
        if (StackName.startsWith(prefix)) found.push({ name: StackName, status: StackStatus });
      }
    }
  } catch (error) {
    return findingOf(CHECK, 'cloudformation:DescribeStacks', error);
  }
  const stuck = found.filter(({ status }) => /^(DELETE|UPDATE_ROLLBACK|IMPORT_ROLLBACK)_FAILED$/.test(status));
  const busy = found.filter(({ status }) => status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS');
  if (stuck.length > 0) {
    return fails(
      CHECK,
      list(stuck),
      `see why in the events of the stack; then aws cloudformation continue-update-rollback, or delete-stack, --stack-name ${stuck[0]!.name}`,
    );
  }
  if (busy.length > 0) return fails(CHECK, list(busy), 'somebody changes them right now; wait until they are done');
  return ok(
    CHECK,
    found.length === 0 ? `none named ${prefix}… yet` : `${found.length} there, all of which can be changed`,
  );
}

function list(stacks: readonly { name: string; status: string }[]): string {
  return stacks.map(({ name, status }) => `${name} is ${status}`).join(', ');
}
