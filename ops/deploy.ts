import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '@pipeline/cli/command';
import { writeOutputs } from '@pipeline/cli/outputs';
import { loadArtefacts } from '../config/artefacts';
import { loadEnvironment } from '../config/load';
import { loadMachineImages } from '../config/machine-images';
import type { EnvironmentConfig } from '../config/schema';
import { airflowSecretOptions } from './airflow-secret';
import { type CdkCommand, isAsked, namesStacks, runCdk, runCdkCommand } from './cdk';
import { refuseWithoutCredentials } from './credentials';
import { type CdkOutputs, costOrWhyNot, outputsOf, refuseUnpinned, refuseUnpinnedImage } from './deployment';
import { RunsOfEnvironment } from './spark/around-deployment';
import { refuseUndecided } from './undecided';

runCdkCommand(
  'deploy',
  'Deploys an environment to AWS: all stacks, independent ones side by side, or those that are named. Says first what they cost, unless --require-approval never. Writes outputs/<env>.json.',
  deploy,
);

async function deploy({ env, rest }: CdkCommand): Promise<number> {
  const environment = loadEnvironment(env);
  for (const line of refuseUndecided(environment)) console.error(`Warning: ${line}`);
  refuseUnpinned(loadArtefacts());
  refuseUnpinnedImage(loadMachineImages(), environment);
  await refuseWithoutCredentials(environment.region);
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
