import '@pipeline/cli/node-version';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interruption, say } from '@pipeline/cli/command';
import { oneOf, UsageError } from '@pipeline/cli/option-values';
import { writeOutputs } from '@pipeline/cli/outputs';
import { loadArtefacts } from '../config/artefacts';
import { loadEnvironment } from '../config/load';
import { loadMachineImages } from '../config/machine-images';
import type { EnvironmentConfig } from '../config/schema';
import { airflowSecretOptions } from './airflow-secret';
import { type CdkCommand, isAsked, namesStacks, runCdk, runCdkCommand } from './cdk';
import { cloudFormationOf } from './change-sets/deploy-role';
import { executeChangeSets } from './change-sets/execute';
import { DEFAULT_NAME, prepareChangeSets, preparedTable } from './change-sets/prepare';
import { deployedStacks } from './change-sets/stacks';
import { refuseWithoutCredentials } from './credentials';
import {
  type CdkOutputs,
  costOrWhyNot,
  outputsByStack,
  outputsOf,
  refuseUnpinned,
  refuseUnpinnedImage,
} from './deployment';
import { readAssembly } from './rehearsal/assembly';
import { RunsOfEnvironment } from './spark/around-deployment';
import { refuseUndecided } from './undecided';

/** How the CDK CLI and this command deploy; the first two are the CLI's own business. */
const METHODS = ['change-set', 'direct', 'prepare-change-set', 'execute-change-set'];

interface Options {
  readonly method?: string;
  readonly changeSetName?: string;
}

runCdkCommand<Options>(
  'deploy',
  'Deploys an environment to AWS: all stacks, independent ones side by side, or those that are named. Says first what they cost, unless --require-approval never. Writes outputs/<env>.json.',
  deploy,
  [
    {
      flag: '--method <how>',
      help: 'change-set, direct, or in two steps: prepare-change-set changes nothing and prints what would change, execute-change-set does what was prepared',
      otherwise: 'change-set',
      parse: oneOf('--method', ...METHODS),
    },
    {
      flag: '--change-set-name <name>',
      help: 'name of the change sets that are prepared or executed',
      otherwise: `${DEFAULT_NAME} in two steps, else the CDK CLI's`,
      parse: changeSetNamed,
    },
  ],
);

function changeSetNamed(text: string): string {
  if (/^[a-zA-Z][a-zA-Z0-9-]{0,127}$/.test(text)) return text;
  throw new UsageError(`--change-set-name must be a letter and up to 127 letters, digits or -, got '${text}'`);
}

async function deploy({ env, rest: words, options }: CdkCommand<Options>): Promise<number> {
  const { method, changeSetName } = options;
  const environment = loadEnvironment(env);
  for (const line of refuseUndecided(environment)) console.error(`Warning: ${line}`);
  refuseUnpinned(loadArtefacts());
  refuseUnpinnedImage(loadMachineImages(), environment);
  const isInTwoSteps = method === 'prepare-change-set' || method === 'execute-change-set';
  if (isInTwoSteps && namesStacks(words))
    throw new UsageError(`--method ${method} is for all stacks of ${env}; leave out what names some of them`);
  await refuseWithoutCredentials(environment.region);
  if (isInTwoSteps) return deployInTwoSteps(environment, method, changeSetName ?? DEFAULT_NAME, words);
  const rest = [
    ...words,
    ...(method === undefined ? [] : ['--method', method]),
    ...(changeSetName === undefined ? [] : ['--change-set-name', changeSetName]),
  ];
  // Whoever is asked is told what they agree to; where nobody is, nothing is waited for.
  if (isAsked(rest)) {
    // Loads the CDK, which takes seconds.
    const cost = await costOrWhyNot(async () =>
      (await import('./cost/before-deploy.ts')).costBeforeDeploy(environment),
    );
    say(cost);
  }
  const held = await holdIfChanging(environment, rest);
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  const file = join(folder, 'outputs.json');
  try {
    const secret = await airflowSecretOptions(environment, (line) => console.error(`Warning: ${line}`));
    const stacks = namesStacks(rest) ? [] : ['--all'];
    const code = await runCdk('deploy', env, [
      ...stacks,
      '--concurrency',
      '4',
      '--outputs-file',
      file,
      ...secret,
      ...rest,
    ]);
    if (code !== 0) return code;
    const outputs = outputsOf(environment, JSON.parse(readFileSync(file, 'utf8')) as CdkOutputs);
    if (outputs) say(`wrote ${writeOutputs(outputs)}`);
    return 0;
  } finally {
    // Also those that an earlier deployment held and never let go.
    if (environment.spark) await letRunsGo(environment, held);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function deployInTwoSteps(
  environment: EnvironmentConfig,
  method: string,
  changeSetName: string,
  words: readonly string[],
): Promise<number> {
  const { name: env, userId } = environment;
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  try {
    const secret = await airflowSecretOptions(environment, (line) => console.error(`Warning: ${line}`));
    const code = await runCdk('synth', env, ['--quiet', '--output', folder, ...secret, ...words]);
    if (code !== 0) return code;
    const { stacks } = readAssembly(folder);
    const cloud = await cloudFormationOf(environment);
    const cdkDeploy = (args: readonly string[]) => runCdk('deploy', env, ['--app', folder, ...args]);
    const two = { cloud, stacks, name: changeSetName, cdkDeploy };
    if (method === 'prepare-change-set') {
      const prepared = await prepareChangeSets(two);
      const resources = new Map(stacks.map((stack) => [stack.id, Object.keys(stack.resources).length]));
      process.stdout.write(preparedTable(prepared, (stack) => resources.get(stack)!));
      say(`To do it: npm run deploy -- --env ${env} --method execute-change-set --change-set-name ${changeSetName}`);
      return 0;
    }
    const held = await holdIfChanging(environment, []);
    try {
      const again = `npm run deploy -- --env ${env} --method prepare-change-set --change-set-name ${changeSetName}`;
      await executeChangeSets({ ...two, again, say, signal: interruption() });
    } finally {
      if (environment.spark) await letRunsGo(environment, held);
    }
    const deployed = await deployedStacks(cloud, stacks);
    const outputs = outputsOf(environment, outputsByStack(deployed));
    if (outputs) say(`wrote ${writeOutputs(outputs)}`);
    else say(`pinterest-${userId}-Api has no output ApiUrl; outputs/${env}.json is as it was`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs are held where the deployment is about to change their application, which it can only while that is stopped. */
async function holdIfChanging(config: EnvironmentConfig, rest: readonly string[]): Promise<boolean> {
  if (!config.spark || (namesStacks(rest) && !rest.some((word) => word === '--all' || word === 'Spark'))) return false;
  // Without credentials the CDK CLI says so itself.
  const runs = await RunsOfEnvironment.find(config).catch(() => undefined);
  if (!runs) return false;
  const { templatesOf } = await import('./cost/templates.ts');
  const next = templatesOf(config).find(({ stack }) => stack === 'Spark')?.resources ?? {};
  if (!(await runs.wouldChange(next))) return false;
  say('the Spark application changes, which it can only while it is stopped');
  await runs.hold({ say });
  return true;
}

async function letRunsGo(config: EnvironmentConfig, held: boolean): Promise<void> {
  try {
    await (await RunsOfEnvironment.find(config))?.release(say);
  } catch (error) {
    if (held) say(`runs are still held: ${(error as Error).message}; deploy again to let them start`);
  }
}
