import { inOneLine, oneOf, UsageError, whole } from '@pipeline/cli/option-values';
import { Command, CommanderError } from 'commander';

export { UsageError } from '@pipeline/cli/option-values';

export type EngineName = 'duckdb' | 'spark';

export type LocalCommand = 'start' | 'serve' | 'answers';

interface OptionDefinition {
  /** As commander takes it: `--posts <n>`. */
  readonly flag: string;
  readonly help: string;
  readonly default?: string | number | boolean;
  readonly commands: readonly LocalCommand[];
  readonly parse?: (text: string) => string | number;
}

const RUNS: readonly LocalCommand[] = ['start', 'serve'];

/** Every option of the three commands: the help, the defaults and the README's table are made from it. */
export const OPTIONS: readonly OptionDefinition[] = [
  {
    flag: '--once',
    help: 'exit after the report instead of serving until Ctrl-C',
    default: false,
    commands: ['start'],
  },
  {
    flag: '--posts <n>',
    help: 'posts to replay',
    default: 11_154,
    commands: ['start'],
    parse: whole('--posts', 1, 100_000_000),
  },
  {
    flag: '--seed <n>',
    help: 'seed of the synthetic source',
    default: 100,
    commands: ['start'],
    parse: whole('--seed', 0, 4_294_967_295),
  },
  {
    flag: '--engine <name>',
    help: 'who cleans and answers: duckdb, or spark, which runs the notebooks of the cloud and needs Python 3.11 or 3.12, Java 17 to 21, and Maven once',
    default: 'duckdb',
    commands: ['start', 'answers'],
    parse: oneOf('--engine', 'duckdb', 'spark'),
  },
  { flag: '--hard-mode', help: 'inject known dirt into the source', default: false, commands: ['start'] },
  {
    flag: '--env <name>',
    help: 'environment whose template is served: a file in config/',
    default: 'dev',
    commands: [...RUNS, 'answers'],
    parse: word('--env'),
  },
  {
    flag: '--data <dir>',
    help: 'folder that holds everything the run keeps',
    default: '.pipeline',
    commands: [...RUNS, 'answers'],
  },
  { flag: '--reset', help: 'delete the data folder first', default: false, commands: RUNS },
  {
    flag: '--port <port>',
    help: 'port of the API and the views; the Kinesis endpoint takes the next one, the Kafka REST proxy the one after; 0 picks free ones',
    default: 8080,
    commands: RUNS,
    parse: whole('--port', 0, 65_533),
  },
  {
    flag: '--auth <mode>',
    help: 'none takes unsigned requests from loopback, iam checks SigV4',
    default: 'none',
    commands: RUNS,
    parse: oneOf('--auth', 'none', 'iam'),
  },
  {
    flag: '--limits <mode>',
    help: 'aws throttles as a stage and a shard do, off does not',
    default: 'off',
    commands: RUNS,
    parse: oneOf('--limits', 'off', 'aws'),
  },
  {
    flag: '--stage-path <mode>',
    help: "sent leaves the stage in the path of what goes to the REST proxy, as API Gateway's guide says, and the load balancer takes it out; stripped does not",
    default: 'sent',
    commands: RUNS,
    parse: oneOf('--stage-path', 'sent', 'stripped'),
  },
  { flag: '--fsync', help: 'acknowledge only what survives a power cut', default: false, commands: RUNS },
  {
    flag: '--outputs <dir>',
    help: 'folder for local.json, which tells the emulator where the API is',
    default: 'outputs',
    commands: [...RUNS, 'answers'],
  },
  { flag: '--json', help: 'print one JSON object on stdout', default: false, commands: ['start', 'answers'] },
];

export interface RunOptions {
  readonly env: string;
  readonly data: string;
  readonly reset: boolean;
  readonly port: number;
  readonly auth: 'none' | 'iam';
  readonly limits: 'off' | 'aws';
  readonly stagePath: 'sent' | 'stripped';
  readonly fsync: boolean;
  readonly outputs: string;
}

export interface StartOptions extends RunOptions {
  readonly once: boolean;
  readonly posts: number;
  readonly seed: number;
  readonly hardMode: boolean;
  readonly engine: EngineName;
  readonly json: boolean;
}

export type AnswersOptions = Pick<StartOptions, 'env' | 'data' | 'outputs' | 'engine' | 'json'>;

/**
 * The options of one command.
 *
 * @returns undefined when help was asked for, and printed.
 * @throws UsageError for anything that the command does not take.
 */
export function parseOptions<T>(command: LocalCommand, description: string, argv: readonly string[]): T | undefined {
  const name = command === 'start' ? 'npm start --' : `npm run ${command} --`;
  const program = new Command(name)
    .description(description)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .allowExcessArguments(false);
  for (const option of optionsOf(command)) {
    if (option.parse) program.option<string | number | boolean>(option.flag, option.help, option.parse, option.default);
    else if (typeof option.default === 'string') program.option(option.flag, option.help, option.default);
    else program.option(option.flag, option.help);
  }
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return undefined;
    throw new UsageError(`${inOneLine(error)}; ${name} --help lists what there is`);
  }
  const defaults = Object.fromEntries(optionsOf(command).map((option) => [keyOf(option), option.default]));
  return { ...defaults, ...program.opts() } as T;
}

/** The options of a run as arguments again, for the process that serves. */
export function runArguments(options: RunOptions): string[] {
  return OPTIONS.filter((option) => option.commands.includes('serve') && keyOf(option) !== 'reset').flatMap(
    (option) => {
      const value = (options as unknown as Record<string, string | number | boolean>)[keyOf(option)];
      if (value === false || value === undefined) return [];
      return value === true ? [flagOf(option)] : [flagOf(option), String(value)];
    },
  );
}

/** The README's table of options. */
export function optionsTable(): string {
  const rows = OPTIONS.map((option) => {
    const commands = option.commands.map((command) => `\`${command}\``).join(', ');
    const given = option.default === false ? 'off' : `\`${option.default}\``;
    return `| \`${option.flag}\` | ${option.help} | ${given} | ${commands} |`;
  });
  return ['| option | what it does | default | commands |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function optionsOf(command: LocalCommand): readonly OptionDefinition[] {
  return OPTIONS.filter((option) => option.commands.includes(command));
}

function flagOf(option: OptionDefinition): string {
  return option.flag.split(' ')[0]!;
}

function keyOf(option: OptionDefinition): string {
  return flagOf(option)
    .slice(2)
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function word(flag: string): (text: string) => string {
  return (text) => {
    if (!/^[a-z0-9-]+$/.test(text))
      throw new UsageError(`${flag} must be the name of a file in config/, got '${text}'`);
    return text;
  };
}
