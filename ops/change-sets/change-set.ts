import {
  type Change,
  type CloudFormationClient,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
} from '@aws-sdk/client-cloudformation';
import { deployedStack } from './stacks';

/** What is to become of one resource. */
export interface ResourceChange {
  readonly action: string;
  readonly resource: string;
  readonly type: string;
  /** `yes` makes it anew and deletes what was there, `perhaps` depends on what is known only then. */
  readonly replaced: 'yes' | 'perhaps' | 'no';
}

/** A change set as it is found. */
export type ChangeSet =
  | { readonly state: 'ready'; readonly changes: readonly ResourceChange[] }
  | { readonly state: 'empty' }
  /** It has been executed already. */
  | { readonly state: 'done' }
  /** Somebody executes it, perhaps a run that was interrupted. */
  | { readonly state: 'running' }
  /** The stack was changed after it was prepared. */
  | { readonly state: 'stale'; readonly reason: string }
  | { readonly state: 'missing' }
  | { readonly state: 'failed'; readonly reason: string };

/** Looks up the change set of that name on a stack. */
export async function findChangeSet(cloud: CloudFormationClient, stack: string, name: string): Promise<ChangeSet> {
  const pages: DescribeChangeSetCommandOutput[] = [];
  let NextToken: string | undefined;
  try {
    do {
      const page = await cloud.send(new DescribeChangeSetCommand({ StackName: stack, ChangeSetName: name, NextToken }));
      pages.push(page);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  } catch (error) {
    // CloudFormation deletes the others when it executes one.
    if (/ChangeSetNotFound|does not exist/.test(`${(error as Error).name} ${(error as Error).message}`))
      return { state: 'missing' };
    throw error;
  }
  const { Status, StatusReason = '', ExecutionStatus, CreationTime } = pages[0]!;
  if (ExecutionStatus === 'EXECUTE_COMPLETE') return { state: 'done' };
  if (ExecutionStatus === 'EXECUTE_IN_PROGRESS') return { state: 'running' };
  if (ExecutionStatus === 'OBSOLETE') return { state: 'stale', reason: 'another change was executed since' };
  if (Status === 'FAILED' && /didn't contain changes|No updates are to be performed/.test(StatusReason))
    return { state: 'empty' };
  if (Status !== 'CREATE_COMPLETE' || ExecutionStatus !== 'AVAILABLE')
    return { state: 'failed', reason: `${Status}, ${ExecutionStatus}${StatusReason && `: ${StatusReason}`}` };
  const changed = (await deployedStack(cloud, stack))?.LastUpdatedTime;
  if (changed && CreationTime && changed > CreationTime)
    return {
      state: 'stale',
      reason: `prepared at ${CreationTime.toISOString()}, and the stack was changed at ${changed.toISOString()}`,
    };
  return { state: 'ready', changes: pages.flatMap(({ Changes = [] }) => Changes.flatMap(resourceChange)) };
}

function resourceChange({ ResourceChange }: Change): ResourceChange[] {
  if (!ResourceChange) return [];
  const { Action = '', LogicalResourceId = '', ResourceType = '', Replacement } = ResourceChange;
  const replaced = Replacement === 'True' ? 'yes' : Replacement === 'Conditional' ? 'perhaps' : 'no';
  return [{ action: Action.toLowerCase(), resource: LogicalResourceId, type: ResourceType, replaced }];
}
