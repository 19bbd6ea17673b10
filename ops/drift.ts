import '@pipeline/cli/node-version';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { interruption, runCommand } from '@pipeline/cli/command';
import { type CommandLine, ENVIRONMENT, JSON_OUTPUT, parseOptions } from '@pipeline/cli/options';
import { ProgressLine } from '@pipeline/cli/progress-line';
import { namesOf } from '@pipeline/datasets/names';
import { loadEnvironment } from '../config/load';
import { refuseWithoutCredentials } from './credentials';
import { detectDrift } from './drift/detect';
import { driftText } from './drift/report';

const LINE: CommandLine = {
  name: 'npm run drift --',
  description:
    'What somebody changed by hand: lets CloudFormation compare every stack of an environment with what is there, and prints each resource and property that differs. Changes nothing. Ends with 1 when something drifted, or when no stack could be compared.',
  options: [ENVIRONMENT, JSON_OUTPUT],
};

async function main(): Promise<number> {
  const options = parseOptions<{ env: string; json: boolean }>(LINE, process.argv.slice(2));
  if (!options) return 0;
  const { env, json } = options;
  const { region, userId } = loadEnvironment(env);
  await refuseWithoutCredentials(region);
  const line = new ProgressLine(process.stderr);
  const signal = interruption();
  try {
    const stacks = await detectDrift({
      cloud: new CloudFormationClient({ region }),
      prefix: namesOf(userId).stackPrefix,
      progress: (done, total) => line.draw(`${done} of ${total} stacks compared`),
      signal,
    });
    line.clear();
    process.stdout.write(json ? `${JSON.stringify({ env, stacks })}\n` : driftText(env, stacks));
    const drifted = stacks.some(({ state }) => state === 'drifted');
    const blind = stacks.length > 0 && stacks.every(({ state }) => state === 'not told');
    return drifted || blind ? 1 : 0;
  } catch (error) {
    line.clear();
    if (signal.aborted) return 130;
    throw error;
  }
}

runCommand(main);
