import type { Assembly } from './assembly';
import type { CloudFormation, Event } from './cloud-formation';
import { fakedIn, type StackReport } from './report';

/** What is there when everything is deployed. */
export interface Stock {
  readonly stacks: readonly StackReport[];
  /** Types of the custom resources. */
  readonly customResources: readonly string[];
}

/** Counts what the stacks of `now` have. Those that `shipped` lacks were switched on. */
export async function takeStock(cloud: CloudFormation, shipped: Assembly, now: Assembly): Promise<Stock> {
  const stacks: StackReport[] = [];
  for (const stack of now.stacks) {
    stacks.push({
      stack: stack.id,
      resources: (await cloud.resources(stack.name)).length,
      seconds: secondsToMake(await cloud.events(stack.name)),
      faked: fakedIn(stack),
      switchedOn: !shipped.stacks.some(({ id }) => id === stack.id),
    });
  }
  const types = now.stacks.flatMap(({ resources }) => Object.values(resources).map(({ Type }) => Type));
  return { stacks, customResources: [...new Set(types.filter(isCustom))].sort() };
}

function isCustom(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

/** From the first sign of the stack to the end of its creation. */
function secondsToMake(events: readonly Event[]): number {
  const began = events.find(({ isStack, status }) => isStack && status === 'CREATE_IN_PROGRESS');
  const done = events.find(({ isStack, status }) => isStack && status === 'CREATE_COMPLETE');
  return began && done ? (done.at.getTime() - began.at.getTime()) / 1000 : 0;
}
