import { loadEnvironment } from '../config/load';
import { namesStacks, parseCdkCommand, runCdk } from './cdk';
import { refuseProtected } from './deployment';
import { reportingErrors } from './report-errors';

const command = parseCdkCommand(
  'destroy',
  'Removes an environment from AWS: all stacks, or those that are named. What holds data goes only where the file in config/ says destroyData: true.',
  process.argv.slice(2),
);

async function main(): Promise<number> {
  const { env, rest } = command;
  const all = !namesStacks(rest);
  if (all) refuseProtected(loadEnvironment(env));
  return runCdk('destroy', env, [...(all ? ['--all'] : []), ...rest]);
}

reportingErrors(main);
