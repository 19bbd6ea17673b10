import '@pipeline/cli/node-version';
import { say } from '@pipeline/cli/command';
import { loadEnvironment } from '../config/load';
import type { EnvironmentConfig } from '../config/schema';
import { namesStacks, runCdk, runCdkCommand } from './cdk';
import { refuseWithoutCredentials } from './credentials';
import { refuseProtected } from './deployment';
import { RunsOfEnvironment } from './spark/around-deployment';

runCdkCommand(
  'destroy',
  'Removes an environment from AWS: all stacks, or those that are named. What holds data goes only where the file in config/ says destroyData: true.',
  async ({ env, rest }) => {
    const all = !namesStacks(rest);
    const environment = loadEnvironment(env);
    if (all) refuseProtected(environment);
    await refuseWithoutCredentials(environment.region);
    if (all || rest.includes('Spark') || rest.includes('--all')) await cancelRuns(environment);
    return runCdk('destroy', env, [...(all ? ['--all'] : []), ...rest]);
  },
);

/** An application is deleted only when it is stopped, and CloudFormation does not stop it. */
async function cancelRuns(config: EnvironmentConfig): Promise<void> {
  // Without credentials the CDK CLI says so itself.
  const runs = await RunsOfEnvironment.find(config).catch(() => undefined);
  await runs?.hold({ cancel: true, say });
}
