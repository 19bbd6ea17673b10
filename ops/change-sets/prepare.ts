import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { columns } from '@pipeline/cli/table';
import { type ChangeSet, findChangeSet } from './change-set';
import { type AppStack, deployedStacks, inTwoSteps } from './stacks';

/** Name of a change set where none is given. */
export const DEFAULT_NAME = 'prepared';

export interface PrepareOptions<S extends AppStack> {
  readonly cloud: CloudFormationClient;
  readonly stacks: readonly S[];
  /** Name of the change sets, one on each stack. */
  readonly name: string;
  /** Runs `cdk deploy` with these arguments on the synthesized app, and gives its exit code. */
  readonly cdkDeploy: (args: readonly string[]) => Promise<number>;
}

/** What is to become of an environment. */
export interface Prepared {
  readonly name: string;
  readonly stacks: readonly {
    readonly stack: string;
    /** A new one has no change set, nor has one that needs a new one. */
    readonly changeSet: ChangeSet | { readonly state: 'new' } | { readonly state: 'after new' };
  }[];
}

/** A deployment in two steps that cannot go on. */
export class TwoStepsError extends Error {
  override readonly name = 'TwoStepsError';
}

/**
 * Makes a change set on every stack that is there, and executes none.
 *
 * @throws TwoStepsError when one cannot be made
 */
export async function prepareChangeSets<S extends AppStack>(options: PrepareOptions<S>): Promise<Prepared> {
  const { cloud, stacks, name, cdkDeploy } = options;
  const there = await deployedStacks(cloud, stacks);
  const { prepared } = inTwoSteps(stacks, (stack) => there.has(stack.name));
  const differing = prepared.filter(
    (each) => (there.get(each.name)!.EnableTerminationProtection === true) !== each.isProtected,
  );
  if (differing.length > 0) {
    throw new TwoStepsError(
      `${listed(differing)}: termination protection would change, which no change set holds and the CDK CLI would do at once; ` +
        'deploy that change of destroyData by itself, without --method',
    );
  }
  if (prepared.length > 0) {
    const how = ['--method', 'prepare-change-set', '--change-set-name', name, '--require-approval', 'never'];
    const code = await cdkDeploy([...how, '--exclusively', '--concurrency', '4', ...prepared.map(({ id }) => id)]);
    if (code !== 0) {
      throw new TwoStepsError(
        'change sets could not be prepared for all stacks, nothing was changed; where a stack needs what another one is only about to tell it, ' +
          'deploy that one first: npm run deploy -- --env <name> <stack>',
      );
    }
  }
  const found = await Promise.all(prepared.map((each) => findChangeSet(cloud, each.name, name)));
  const failed = prepared.flatMap(({ id }, at) => {
    const changeSet = found[at]!;
    return changeSet.state === 'failed' ? [`${id} (${changeSet.reason})`] : [];
  });
  if (failed.length > 0) throw new TwoStepsError(`change sets could not be prepared: ${failed.join('; ')}`);
  return {
    name,
    stacks: stacks.map(({ id, name: stackName }) => {
      const at = prepared.findIndex((each) => each.id === id);
      if (at >= 0) return { stack: id, changeSet: found[at]! };
      return { stack: id, changeSet: { state: there.has(stackName) ? 'after new' : 'new' } };
    }),
  };
}

/** What whoever approves looks at. */
export function preparedTable({ name, stacks }: Prepared, resourcesOf: (stack: string) => number): string {
  const rows = stacks.flatMap(({ stack, changeSet }) => {
    if (changeSet.state === 'ready' && changeSet.changes.length > 0)
      return changeSet.changes.map(({ action, resource, type, replaced }, at) => [
        at === 0 ? stack : '',
        action,
        `${resource} (${type})`,
        replaced === 'no' ? '' : replaced === 'yes' ? 'REPLACED' : 'perhaps replaced',
      ]);
    return [[stack, words(changeSet.state, resourcesOf(stack))]];
  });
  const heading = `Change sets named ${name}; nothing is changed yet.`;
  return `${[
    heading,
    '',
    ...columns(
      rows.map((row) => (row.length === 2 ? [...row, '', ''] : row)),
      { width: 120 },
    ),
  ].join('\n')}\n`;
}

function words(state: string, resources: number): string {
  if (state === 'new') return `new, ${resources} resources`;
  if (state === 'after new') return 'deployed whole, for it needs a new one';
  if (state === 'ready') return 'outputs alone';
  return 'no changes';
}

function listed(stacks: readonly AppStack[]): string {
  return stacks.map(({ id }) => id).join(', ');
}
