import { executeChangeSets } from '../change-sets/execute';
import { prepareChangeSets, TwoStepsError } from '../change-sets/prepare';
import { detectDrift } from '../drift/detect';
import type { Assembly } from './assembly';
import type { Ended } from './processes';
import type { Stage } from './rehearsal';

/** Changes something deployed by hand: says what, and how that is taken back. */
export type ChangeByHand = () => Promise<{
  readonly stack: string;
  readonly type: string;
  readonly undo: () => Promise<void>;
}>;

interface TwoStepsOutcome {
  /** What is wrong though it went through. */
  readonly wrong?: { readonly stack: string; readonly what: string };
  /** It did not go through; the events of the stacks may say more. */
  readonly refused?: Ended;
}

/** What `npm run deploy` does with `--method prepare-change-set`, then `execute-change-set`, then that once more, in vain. */
export async function rehearseTwoSteps(assembly: Assembly, { cdk, cloud }: Stage): Promise<TwoStepsOutcome> {
  let last: Ended = { code: 0, output: '', seconds: 0, tooLong: false };
  const cdkDeploy = async (args: readonly string[]) => {
    last = await cdk.deployWith(assembly.folder, args);
    return last.code ?? 1;
  };
  const two = { cloud: cloud.client, stacks: assembly.stacks, name: 'rehearsed', cdkDeploy };
  const execute = () => executeChangeSets({ ...two, again: 'prepare them again', say: () => {}, pollMs: 100 });
  const eventsOf = async () => {
    const counts = assembly.stacks.map(async ({ name }) => (await cloud.events(name)).length);
    return Promise.all(counts);
  };
  const changedSince = async (before: readonly number[]) => {
    const now = await eventsOf();
    return assembly.stacks.find((_, at) => now[at] !== before[at])?.id;
  };
  const before = await eventsOf();
  try {
    await prepareChangeSets(two);
    const touched = await changedSince(before);
    if (touched) return { wrong: { stack: touched, what: 'preparing its change set has changed it' } };
    await execute();
  } catch (error) {
    if (!(error instanceof TwoStepsError)) throw error;
    return { refused: { ...last, code: 1, output: `${last.output}\n${error.message}` } };
  }
  const executed = await eventsOf();
  // Change sets hold once.
  await execute().catch((error: unknown) => {
    if (!(error instanceof TwoStepsError)) throw error;
  });
  const twice = await changedSince(executed);
  return twice ? { wrong: { stack: twice, what: 'its change set was executed twice' } } : {};
}

/** What `npm run drift` finds: nothing, then what is changed by hand, then nothing again. */
export async function rehearseDrift(
  changeByHand: ChangeByHand,
  { cloud }: Stage,
): Promise<{ readonly did: string; readonly wrong: readonly string[] }> {
  const options = { cloud: cloud.client, prefix: 'pinterest-', progress: () => {}, pollMs: 100 };
  const drifted = async () =>
    (await detectDrift(options)).flatMap(({ stack, drifted }) =>
      drifted.map(({ type }) => `${type} of ${stack.split('-').at(-1)}`),
    );
  const before = await drifted();
  const { stack, type, undo } = await changeByHand();
  const found = await drifted();
  await undo();
  const after = await drifted();
  const wrong = [
    ...before.map((what) => `nobody changed anything, and ${what} drifted`),
    ...(found.includes(`${type} of ${stack}`)
      ? []
      : [`${type} of ${stack} was changed by hand, and no drift was found`]),
    ...after.map((what) => `the change by hand was taken back, and ${what} drifted`),
  ];
  return { did: `nothing drifted, and ${type} of ${stack}, changed by hand, was found`, wrong };
}
