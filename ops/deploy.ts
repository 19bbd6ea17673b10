import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '@pipeline/cli/command';
import { writeOutputs } from '@pipeline/cli/outputs';
import { loadArtefacts } from '../config/artefacts';
import { loadEnvironment } from '../config/load';
import { loadMachineImages } from '../config/machine-images';
import { type CdkCommand, isAsked, namesStacks, runCdk, runCdkCommand } from './cdk';
import { type CdkOutputs, costOrWhyNot, outputsOf, refuseUnpinned, refuseUnpinnedImage } from './deployment';

runCdkCommand(
  'deploy',
  'Deploys an environment to AWS: all stacks, independent ones side by side, or those that are named. Says first what they cost, unless --require-approval never. Writes outputs/<env>.json.',
  deploy,
);

async function deploy({ env, rest }: CdkCommand): Promise<number> {
  const environment = loadEnvironment(env);
  refuseUnpinned(loadArtefacts());
  refuseUnpinnedImage(loadMachineImages(), environment);
  // Whoever is asked is told what they agree to; where nobody is, nothing is waited for.
  if (isAsked(rest)) {
    // Loads the CDK, which takes seconds.
    const cost = await costOrWhyNot(async () =>
      (await import('./cost/before-deploy.ts')).costBeforeDeploy(environment),
    );
    say(cost);
  }
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  const file = join(folder, 'outputs.json');
  try {
    const stacks = namesStacks(rest) ? [] : ['--all'];
    const code = await runCdk('deploy', env, [...stacks, '--concurrency', '4', '--outputs-file', file, ...rest]);
    if (code !== 0) return code;
    const outputs = outputsOf(environment, JSON.parse(readFileSync(file, 'utf8')) as CdkOutputs);
    if (outputs) say(`wrote ${writeOutputs(outputs)}`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
