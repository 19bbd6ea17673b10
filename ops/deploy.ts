import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeOutputs } from '@pipeline/emulator/outputs';
import { loadArtefacts } from '../config/artefacts';
import { loadEnvironment } from '../config/load';
import type { EnvironmentConfig } from '../config/schema';
import { isAsked, namesStacks, parseCdkCommand, runCdk } from './cdk';
import { type CdkOutputs, outputsOf, refuseUnpinned } from './deployment';
import { reportingErrors } from './report-errors';

const command = parseCdkCommand(
  'deploy',
  'Deploys an environment to AWS: all stacks, independent ones side by side, or those that are named. Says first what they cost, unless --require-approval never. Writes outputs/<env>.json.',
  process.argv.slice(2),
);

async function main(): Promise<number> {
  const { env, rest } = command;
  const environment = loadEnvironment(env);
  refuseUnpinned(loadArtefacts());
  // Whoever is asked is told what they agree to; where nobody is, nothing is waited for.
  if (isAsked(rest)) await tellCost(environment);
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  const file = join(folder, 'outputs.json');
  try {
    const stacks = namesStacks(rest) ? [] : ['--all'];
    const code = await runCdk('deploy', env, [...stacks, '--concurrency', '4', '--outputs-file', file, ...rest]);
    if (code !== 0) return code;
    const outputs = outputsOf(environment, JSON.parse(readFileSync(file, 'utf8')) as CdkOutputs);
    if (outputs) console.error(`wrote ${writeOutputs(outputs)}`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Says on stderr what the environment costs. That it cannot is no reason not to deploy. */
async function tellCost(environment: EnvironmentConfig): Promise<void> {
  try {
    // Loads the CDK, which takes seconds.
    const { costBeforeDeploy } = await import('./cost/before-deploy.ts');
    process.stderr.write(`${costBeforeDeploy(environment)}\n`);
  } catch (error) {
    process.stderr.write(`what it costs is not known: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

reportingErrors(main);
