import { wrapped } from '@pipeline/cli/table';
import type { DriftedResource, StackDrift } from './detect';

/** What drifted, as text for people. */
export function driftText(env: string, stacks: readonly StackDrift[]): string {
  if (stacks.length === 0) return `${env} has no stacks, so nothing can have drifted.\n`;
  const lines = stacks.flatMap(({ stack, state, reason, drifted }) => [
    ...wrapped(`${stack}: ${state}${reason === undefined ? '' : ` (${reason})`}`),
    ...drifted.flatMap(resourceLines),
  ]);
  const count = stacks.reduce((sum, { drifted }) => sum + drifted.length, 0);
  const untold = stacks.filter(({ state }) => state === 'not told').length;
  const verdict =
    count === 0
      ? `Nothing that CloudFormation can compare has drifted in ${stacks.length - untold} of ${stacks.length} stacks.`
      : `${count} ${count === 1 ? 'resource is' : 'resources are'} not what the templates say. Put the change into the templates, or take it back with npm run deploy -- --env ${env} --revert-drift; a plain deployment leaves it, because it compares templates alone.`;
  return `${[...lines, '', ...wrapped(verdict)].join('\n')}\n`;
}

function resourceLines({ resource, type, physicalId, status, differences }: DriftedResource): string[] {
  return [
    ...wrapped(`  ${resource} (${type}) ${physicalId}: ${status === 'DELETED' ? 'is gone' : 'was changed'}`),
    ...differences.flatMap(({ property, expected, actual }) =>
      wrapped(`    ${property}: ${expected || 'nothing'} in the template, ${actual || 'nothing'} there`),
    ),
  ];
}
