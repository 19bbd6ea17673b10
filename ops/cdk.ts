import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { runCommand } from '@pipeline/cli/command';
import { type CommandLine, ENVIRONMENT, type OptionDefinition, parseCommandLine } from '@pipeline/cli/options';

/** One of the commands around the cloud, as the user typed it, with the options of its own. */
export interface CdkCommand<Options = object> {
  /** Which environment, the name of a file in config/. */
  readonly env: string;
  /** Everything else, in its order: options and stacks for the CDK CLI. */
  readonly rest: readonly string[];
  readonly options: Options;
}

/** Words that a command leaves to the CDK CLI. */
export const PASSED_ON: CommandLine['words'] = {
  withOptions: true,
  name: 'stack or option',
  help: 'stacks, and options that are not listed: they go on to the CDK CLI',
};

/** Runs a command that takes `--env` and options of its own, and leaves the rest to the CDK CLI. */
export function runCdkCommand<Options>(
  name: string,
  description: string,
  work: (command: CdkCommand<Options>) => Promise<number>,
  own: readonly OptionDefinition[] = [],
): void {
  const options = [ENVIRONMENT, ...own];
  const line: CommandLine = { name: `npm run ${name} --`, description, options, words: PASSED_ON };
  runCommand(async () => {
    const parsed = parseCommandLine<Options & { env: string }>(line, process.argv.slice(2));
    return parsed ? work({ env: parsed.options.env, rest: parsed.words, options: parsed.options }) : 0;
  });
}

/** CDK options that stand alone; the word after any other option is its value, not a stack. */
const SWITCHES =
  /^(-[aefqhv]+|--(no-)?[a-z-]+=.*|--no-[a-z-]+|--(all|exclusively|force|quiet|verbose|ci|debug|json|strict|express|rollback|hotswap|hotswap-fallback|watch|fail|help|validation|import-existing-resources|ignore-no-stacks))$/;

/** Whether the user said which stacks, or `--all`. */
export function namesStacks(rest: readonly string[]): boolean {
  return rest.some((word, at) => {
    if (word === '--all') return true;
    const before = rest[at - 1];
    return !word.startsWith('-') && (before === undefined || !before.startsWith('-') || SWITCHES.test(before));
  });
}

/** Whether the CDK CLI may ask its user before it changes what is allowed to whom. */
export function isAsked(rest: readonly string[]): boolean {
  return !rest.some(
    (word, at) =>
      word === '--yes' ||
      word === '-y' ||
      word === '--require-approval=never' ||
      (word === 'never' && rest[at - 1] === '--require-approval'),
  );
}

/** Runs the project's own CDK CLI on one environment, in this terminal. Resolves to its exit code. */
export function runCdk(command: string, env: string, rest: readonly string[]): Promise<number> {
  const cli = require.resolve('aws-cdk/bin/cdk');
  const child = spawn(process.execPath, [cli, command, '-c', `env=${env}`, ...rest], {
    cwd: dirname(__dirname),
    stdio: 'inherit',
    // Neither asks the internet for news while we work, nor tells it of our commands.
    env: {
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      ...process.env,
      CDK_DISABLE_VERSION_CHECK: '1',
      NPM_CONFIG_UPDATE_NOTIFIER: 'false',
    },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
