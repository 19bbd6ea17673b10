import { loadEnvironment } from '../config/load';
import { namesStacks, runCdk, runCdkCommand } from './cdk';
import { refuseProtected } from './deployment';

runCdkCommand(
  'destroy',
  'Removes an environment from AWS: all stacks, or those that are named. What holds data goes only where the file in config/ says destroyData: true.',
  async ({ env, rest }) => {
    const all = !namesStacks(rest);
    if (all) refuseProtected(loadEnvironment(env));
    return runCdk('destroy', env, [...(all ? ['--all'] : []), ...rest]);
  },
);
