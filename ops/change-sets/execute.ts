import { setTimeout as pause } from 'node:timers/promises';
import {
  type CloudFormationClient,
  DeleteChangeSetCommand,
  DescribeStackEventsCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { type ChangeSet, findChangeSet } from './change-set';
import { TwoStepsError } from './prepare';
import { type AppStack, deployedStack, deployedStacks, inTwoSteps } from './stacks';

export interface ExecuteOptions<S extends AppStack> {
  readonly cloud: CloudFormationClient;
  readonly stacks: readonly S[];
  /** Name of the change sets. */
  readonly name: string;
  /** How they are prepared again, for the error. */
  readonly again: string;
  /** Runs `cdk deploy` with these arguments on the synthesized app, and gives its exit code. */
  readonly cdkDeploy: (args: readonly string[]) => Promise<number>;
  /** Told of every stack, and every few seconds how long one has taken. */
  readonly say: (line: string) => void;
  /** @default 3000 */
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
}

/** How often a stack that takes long is mentioned. */
const MENTION_MS = 30_000;

/**
 * Executes the change set of that name on every stack that is there, one after the other, and then deploys those that are new.
 * Nothing is executed unless all of them can be; a second run goes on where the first one stopped.
 *
 * @throws TwoStepsError when one is missing or stale, or when a stack fails
 */
export async function executeChangeSets<S extends AppStack>(options: ExecuteOptions<S>): Promise<void> {
  const { cloud, stacks, name, again, cdkDeploy, say } = options;
  const there = await deployedStacks(cloud, stacks);
  const { prepared, whole } = inTwoSteps(stacks, (stack) => there.has(stack.name));
  const found = new Map<S, ChangeSet>();
  for (const stack of prepared) found.set(stack, await findChangeSet(cloud, stack.name, name));
  refuseUnlessReady(name, again, found);

  for (const [stack, changeSet] of found) {
    if (changeSet.state === 'done') say(`${stack.id}: executed already`);
    else if (changeSet.state === 'running') await untilDone(stack, Date.now(), options);
    else if (changeSet.state === 'ready') await execute(stack, changeSet.changes.length, options);
  }
  if (whole.length > 0) {
    say(`${whole.map(({ id }) => id).join(', ')}: deployed whole`);
    const ids = whole.map(({ id }) => id);
    const code = await cdkDeploy(['--require-approval', 'never', '--exclusively', '--concurrency', '4', ...ids]);
    if (code !== 0) throw new TwoStepsError(`${ids.join(', ')}: not all of it was deployed`);
  }
  // Those without changes would stay for ever; until here they say to a second run that nothing is missing.
  for (const [stack, { state }] of found) if (state === 'empty') await deleteChangeSet(cloud, stack, name);
}

function refuseUnlessReady(name: string, again: string, found: ReadonlyMap<AppStack, ChangeSet>): void {
  const wrong = [...found].flatMap(([{ id }, changeSet]) => {
    if (changeSet.state === 'missing') return [`${id} has none`];
    if (changeSet.state === 'stale' || changeSet.state === 'failed')
      return [`that of ${id} is ${changeSet.state} (${changeSet.reason})`];
    return [];
  });
  if (wrong.length === 0) return;
  throw new TwoStepsError(
    `change sets named ${name}: ${wrong.join(', ')}; nothing was executed. They hold for what was deployed when they were prepared: ${again}`,
  );
}

async function execute(stack: AppStack, count: number, options: ExecuteOptions<AppStack>): Promise<void> {
  const { cloud, name, say } = options;
  say(`${stack.id}: ${count === 0 ? 'outputs' : `${count} ${count === 1 ? 'resource' : 'resources'}`} …`);
  const began = Date.now();
  await cloud.send(new ExecuteChangeSetCommand({ StackName: stack.name, ChangeSetName: name }));
  await untilDone(stack, began, options);
}

/** Waits until CloudFormation is done with a stack. Interrupted, it says that CloudFormation is not. */
async function untilDone(
  { id, name: StackName }: AppStack,
  began: number,
  { cloud, say, pollMs = 3_000, signal }: ExecuteOptions<AppStack>,
): Promise<void> {
  let mentioned = began;
  for (;;) {
    const status = (await deployedStack(cloud, StackName))?.StackStatus ?? 'gone';
    if (!status.endsWith('_IN_PROGRESS')) {
      if (status !== 'UPDATE_COMPLETE')
        throw new TwoStepsError(`${id} is ${status}: ${await whatFailed(cloud, StackName, new Date(began))}`);
      say(`${id}: done in ${seconds(began)}`);
      return;
    }
    if (Date.now() - mentioned > MENTION_MS) {
      mentioned = Date.now();
      say(`${id}: ${status} for ${seconds(began)}`);
    }
    try {
      await pause(pollMs, undefined, { signal });
    } catch (error) {
      say(`CloudFormation goes on with ${id}; the same command waits for it and does the rest`);
      throw error;
    }
  }
}

/** Reasons of what failed since then, the first one first. */
async function whatFailed(cloud: CloudFormationClient, StackName: string, since: Date): Promise<string> {
  const { StackEvents = [] } = await cloud.send(new DescribeStackEventsCommand({ StackName }));
  const failed = StackEvents.filter(
    ({ Timestamp, ResourceStatus = '', ResourceStatusReason = '' }) =>
      ResourceStatus.endsWith('_FAILED') &&
      // Clocks differ by a little.
      (Timestamp?.getTime() ?? 0) > since.getTime() - 60_000 &&
      !/cancelled/i.test(ResourceStatusReason),
  );
  return (
    failed
      .reverse()
      .map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`)
      .join('; ') || 'its events do not say why'
  );
}

async function deleteChangeSet(cloud: CloudFormationClient, { name: StackName }: AppStack, ChangeSetName: string) {
  await cloud.send(new DeleteChangeSetCommand({ StackName, ChangeSetName }));
}

function seconds(since: number): string {
  return `${Math.round((Date.now() - since) / 1000)} s`;
}
