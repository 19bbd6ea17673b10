import { type CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';

/** A stack as the app has it, in the order of the app: what others need comes before them. */
export interface AppStack {
  /** Name in the app, such as `Api`. */
  readonly id: string;
  /** Name in CloudFormation. */
  readonly name: string;
  /** Ids of the stacks that must be there before it. */
  readonly needs: readonly string[];
  readonly isProtected: boolean;
  readonly resources: Readonly<Record<string, { readonly Type: string }>>;
}

/** How an environment is deployed in two steps. */
export interface TwoSteps<S extends AppStack> {
  /** Stacks that are there: what would change in them can be prepared, looked at, and executed. */
  readonly prepared: readonly S[];
  /** Stacks that are not there yet, and those that need one of them: CloudFormation has nothing to compare them with. */
  readonly whole: readonly S[];
}

/** Which stacks take a change set. */
export function inTwoSteps<S extends AppStack>(stacks: readonly S[], isThere: (stack: S) => boolean): TwoSteps<S> {
  const whole = new Set<string>();
  for (const stack of stacks) {
    if (!isThere(stack) || stack.needs.some((id) => whole.has(id))) whole.add(stack.id);
  }
  return {
    prepared: stacks.filter(({ id }) => !whole.has(id)),
    whole: stacks.filter(({ id }) => whole.has(id)),
  };
}

/** Nothing was ever made of these: a change set alone announces it, or its creation failed, and the CDK CLI makes it anew. */
const NOT_THERE = ['REVIEW_IN_PROGRESS', 'DELETE_COMPLETE', 'CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'];

/** What CloudFormation has of a stack; undefined where there is nothing to change. */
export async function deployedStack(cloud: CloudFormationClient, StackName: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await cloud.send(new DescribeStacksCommand({ StackName }));
    const stack = Stacks?.[0];
    return NOT_THERE.includes(stack?.StackStatus ?? '') ? undefined : stack;
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return undefined;
    throw error;
  }
}

/** All of an app's stacks that are there, by their names. */
export async function deployedStacks(
  cloud: CloudFormationClient,
  stacks: readonly AppStack[],
): Promise<ReadonlyMap<string, Stack>> {
  const found = await Promise.all(
    stacks.map(async ({ name }) => [name, await deployedStack(cloud, name)] as [string, Stack | undefined]),
  );
  return new Map(found.flatMap(([name, stack]) => (stack ? [[name, stack]] : [])));
}
