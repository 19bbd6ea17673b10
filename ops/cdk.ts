import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { Command } from 'commander';

/** One of the commands around the cloud, as the user typed it. */
export interface CdkCommand {
  /** Which environment, the name of a file in config/. */
  readonly env: string;
  /** Everything else, in its order: options and stacks for the CDK CLI. */
  readonly rest: readonly string[];
}

/**
 * Takes `--env` and leaves the rest to the CDK CLI. Prints help or what is wrong and ends the process:
 * 0 after `--help`, 2 when `--env` is missing.
 */
export function parseCdkCommand(name: string, description: string, argv: readonly string[]): CdkCommand {
  const program = new Command(`npm run ${name} --`)
    .description(`${description}\nOptions that are not listed, and names of stacks, go on to the CDK CLI.`)
    .requiredOption('--env <name>', 'environment: the name of a file in config/')
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  program.parse(argv, { from: 'user' });
  return { env: program.opts<{ env: string }>().env, rest: program.args };
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
    // Neither asks the internet for news while we work.
    env: { ...process.env, CDK_DISABLE_VERSION_CHECK: '1', NPM_CONFIG_UPDATE_NOTIFIER: 'false' },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
