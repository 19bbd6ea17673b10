import { isDeepStrictEqual } from 'node:util';
import { type Assembly, type AssemblyStack, pathOf } from './assembly';
import type { DeployedResource, Event } from './cloud-formation';
import type { Ended } from './processes';

/** Something that a rehearsal found to be wrong. */
export interface Finding {
  /** Step that found it, such as `deploy`. */
  readonly step: string;
  /** Stack's name in the app. */
  readonly stack: string;
  /** Resource's path in the app. Left out where the stack as a whole is meant. */
  readonly resource?: string;
  readonly type?: string;
  readonly what: string;
}

/** Types whose contents nobody can make again. */
const HOLDS_DATA = new Set([
  'AWS::DynamoDB::Table',
  'AWS::EFS::FileSystem',
  'AWS::KMS::Key',
  'AWS::Kinesis::Stream',
  'AWS::MSK::Cluster',
  'AWS::MSK::Topic',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::S3::Bucket',
]);

/** What went wrong in one stack, from its events: what failed by itself, not what was given up with it. */
export function failuresOf(step: string, stack: AssemblyStack, events: readonly Event[]): Finding[] {
  const failed = events.filter(
    ({ status, reason }) => status.endsWith('_FAILED') && reason !== '' && !/cancelled/i.test(reason),
  );
  const resources = failed.filter(({ isStack }) => !isStack);
  // An output that leads nowhere fails the stack by itself, after all its resources are there.
  if (resources.length === 0) return failed.map(({ reason }) => ({ step, stack: stack.id, what: inShort(reason) }));
  return resources.map(({ logicalId, type, reason }) => ({
    step,
    stack: stack.id,
    resource: pathOf(stack, logicalId),
    type,
    what: inShort(reason),
  }));
}

/** What the CLI said of stacks that failed without an event: templates that are refused as a whole. */
export function refusalsOf(step: string, { stacks }: Assembly, { output, tooLong, seconds }: Ended): Finding[] {
  const types = /Unrecognized resource types: \[([^\]]+)\]/.exec(output)?.[1]?.split(', ') ?? [];
  if (types.length > 0) return types.flatMap((type) => lacking(step, stacks, type));
  const refused = stacks.filter(({ name }) => new RegExp(`❌ +${name.replaceAll(/[^\w-]/g, '.')} failed`).test(output));
  const named = refused.length > 0 ? refused.map(({ id }) => id) : [stacks.map(({ id }) => id).join(', ')];
  const said = /(?:❌|‣|Error: )[\s\S]*/.exec(output)?.[0] ?? output.slice(-500);
  const what = tooLong
    ? `did not end within ${Math.round(seconds)} s`
    : inShort(said.replace(/^.*failed to deploy\n/, ''));
  return named.map((stack) => ({ step, stack, what }));
}

/** Resources of a type that the engine does not know. */
function lacking(step: string, stacks: readonly AssemblyStack[], type: string): Finding[] {
  return stacks.flatMap((stack) =>
    Object.entries(stack.resources)
      .filter(([, { Type }]) => Type === type)
      .map(([logicalId]) => ({
        step,
        stack: stack.id,
        resource: pathOf(stack, logicalId),
        type,
        what: 'the engine does not know the type; it needs a stand-in in ops/rehearsal/ministack/',
      })),
  );
}

/** What a deployment of the same app again touched, with the properties in which its templates differ. */
export function differencesOf(
  step: string,
  before: AssemblyStack,
  again: AssemblyStack,
  events: readonly Event[],
): Finding[] {
  const what = 'a second deployment of the same app changed it';
  // The engine reports every resource of a stack that it updates; those that differ are the cause.
  const differing = differingResources(before, again);
  if (differing.length === 0) {
    const touched = [...new Set(events.filter(({ isStack }) => !isStack).map(({ logicalId }) => logicalId))];
    const resources = touched.map((logicalId) => pathOf(again, logicalId));
    return [
      { step, stack: again.id, what: `${what}, though no property differs: ${resources.join(', ') || 'outputs'}` },
    ];
  }
  return differing.map((logicalId) => ({
    step,
    stack: again.id,
    resource: pathOf(again.resources[logicalId] ? again : before, logicalId),
    type: (again.resources[logicalId] ?? before.resources[logicalId])!.Type,
    what: `${what}: ${differingProperties(before, again, logicalId).join(', ') || 'it as a whole'}`,
  }));
}

/** Logical ids of what two templates do not say alike. */
export function differingResources(before: AssemblyStack | undefined, after: AssemblyStack): string[] {
  const [one, other] = [before?.resources ?? {}, after.resources];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (logicalId) => !isDeepStrictEqual(one[logicalId], other[logicalId]),
  );
}

/** What held data before and is another one now, or gone. */
export function replacementsOf(
  step: string,
  stack: AssemblyStack,
  before: readonly DeployedResource[],
  after: readonly DeployedResource[],
): Finding[] {
  return before
    .filter(({ type }) => HOLDS_DATA.has(type))
    .toSorted((one, other) => one.logicalId.localeCompare(other.logicalId))
    .flatMap(({ logicalId, physicalId, type }) => {
      const now = after.find((resource) => resource.logicalId === logicalId);
      if (now?.physicalId === physicalId) return [];
      const what = now
        ? `it holds data, and the update replaced ${physicalId} by an empty ${now.physicalId}`
        : `it holds data, and the update took ${physicalId} out of the stack`;
      return [{ step, stack: stack.id, resource: pathOf(stack, logicalId), type, what }];
    });
}

/** What `cdk diff --fail` still finds. */
export function leftDifferencesOf(step: string, { stacks }: Assembly, { code, output, tooLong }: Ended): Finding[] {
  if (code === 0) return [];
  if (tooLong) return [{ step, stack: stacks.map(({ id }) => id).join(', '), what: 'cdk diff did not end' }];
  const findings: Finding[] = [];
  let stack = '';
  for (const line of output.split('\n')) {
    stack = /^Stack (\S+)/.exec(line)?.[1] ?? stack;
    const [, type, resource] = /^\[[-+~]\] (\S+::\S+) (\S+)/.exec(line) ?? [];
    if (resource)
      findings.push({ step, stack, resource, type, what: 'cdk diff finds a difference right after it was deployed' });
  }
  if (findings.length > 0) return findings;
  return [{ step, stack: stack || stacks.map(({ id }) => id).join(', '), what: inShort(output.slice(-500)) }];
}

function differingProperties(before: AssemblyStack, again: AssemblyStack, logicalId: string): string[] {
  const [one, other] = [before.resources[logicalId]?.Properties ?? {}, again.resources[logicalId]?.Properties ?? {}];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (key) => !isDeepStrictEqual(one[key], other[key]),
  );
}

/** The message without the stack trace and the place of logs that come after it. */
function inShort(reason: string): string {
  return reason
    .split(/\n\s*(?:at |Logs: )/)[0]!
    .replaceAll(/\s+/g, ' ')
    .trim();
}
