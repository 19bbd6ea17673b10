import { oneOf, UsageError, whole, word } from '@pipeline/cli/option-values';
import * as cli from '@pipeline/cli/options';
import { JSON_OUTPUT, type OptionDefinition } from '@pipeline/cli/options';
import { DEFAULT_POSTS, DEFAULT_SEED } from '@pipeline/datasets/source-options';

export type EngineName = 'duckdb' | 'spark';

export type LocalCommand = 'start' | 'serve' | 'answers' | 'status' | 'stop';

export const DEFAULT_OUTPUTS = 'outputs';

const RUNS: readonly LocalCommand[] = ['start', 'serve'];

/** Every option of the local commands: the help, the defaults and the table in docs/options.md are made from it. */
export const OPTIONS: readonly OptionDefinition<LocalCommand>[] = [
  {
    flag: '--once',
    help: 'exit after the report instead of serving until Ctrl-C',
    default: false,
    commands: ['start'],
  },
  {
    flag: '--posts <n>',
    help: 'posts to replay',
    default: DEFAULT_POSTS,
    commands: ['start'],
    parse: whole('--posts', 1, 100_000_000),
  },
  {
    flag: '--seed <n>',
    help: 'seed of the synthetic source',
    default: DEFAULT_SEED,
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
    flag: '--seed <n>',
    help: 'seed of the source whose right answers are meant',
    otherwise: `that of what was replayed, or ${DEFAULT_SEED}`,
    commands: ['answers'],
    parse: whole('--seed', 0, 4_294_967_295),
  },
  {
    flag: '--posts <n>',
    help: 'size of that source',
    otherwise: `that of what was replayed, or ${DEFAULT_POSTS}`,
    commands: ['answers'],
    parse: whole('--posts', 1, 100_000_000),
  },
  { flag: '--hard-mode', help: 'that source with its dirt', default: false, commands: ['answers'] },
  {
    flag: '--env <name>',
    help: 'environment whose template is served: a file in config/',
    default: 'dev',
    commands: [...RUNS, 'answers'],
    parse: word('--env', 'the name of a file in config/'),
  },
  {
    flag: '--data <dir>',
    help: 'folder that holds everything the run keeps',
    default: '.pipeline',
    commands: [...RUNS, 'answers', 'stop'],
  },
  { flag: '--reset', help: 'delete the data folder first', default: false, commands: RUNS },
  {
    flag: '--port <port>',
    help: 'port of the API and the views; the Kinesis endpoint, the Kafka REST proxy and the S3 endpoint take the three after it; 0 picks free ones',
    otherwise: '8080, or where that block of four is taken the next free one',
    commands: RUNS,
    parse: whole('--port', 0, 65_532),
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
  {
    flag: '--watch',
    help: 'follow datasets/sql and lib/constructs/templates: a save is served at once, and what it changes or what is wrong with it is said',
    default: false,
    commands: RUNS,
  },
  {
    flag: '--kafka [address]',
    help: 'keeps the topics in Apache Kafka: without an address in one that it starts (needs Java 17 to 21, and Maven once), else in the one at host:port',
    otherwise: 'a log of its own, without a JVM',
    commands: RUNS,
    parse: address,
  },
  { flag: '--fsync', help: 'acknowledge only what survives a power cut', default: false, commands: RUNS },
  {
    flag: '--outputs <dir>',
    help: 'folder for local.json, which tells the emulator where the API is; one that describes another pipeline that still runs is written only when the folder is named',
    default: DEFAULT_OUTPUTS,
    commands: [...RUNS, 'answers'],
  },
  { ...JSON_OUTPUT, commands: ['start', 'answers', 'status'] },
];

/** @throws UsageError */
function address(text: string): string {
  const [, port] = /^(?:[A-Za-z0-9.-]+|\[[0-9a-f:]+\]):(\d{1,5})$/.exec(text) ?? [];
  if (port !== undefined && Number(port) > 0 && Number(port) < 65_536) return text;
  throw new UsageError(`--kafka must be host:port such as localhost:9092, got '${text}'`);
}

export interface RunOptions {
  readonly env: string;
  readonly data: string;
  readonly reset: boolean;
  /** Left out, the first block of four that is free. */
  readonly port?: number;
  readonly auth: 'none' | 'iam';
  readonly limits: 'off' | 'aws';
  readonly stagePath: 'sent' | 'stripped';
  readonly fsync: boolean;
  /** Follow the files of SQL and of mapping templates. */
  readonly watch?: boolean;
  /** Address of a Kafka that keeps the topics; true for one that is started. @default none */
  readonly kafka?: string | true;
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

export type AnswersOptions = Pick<StartOptions, 'env' | 'data' | 'outputs' | 'engine' | 'json' | 'hardMode'> &
  Partial<Pick<StartOptions, 'seed' | 'posts'>>;

/** @see cli.parseOptions */
export function parseOptions<T>(command: LocalCommand, description: string, argv: readonly string[]): T | undefined {
  const name = command === 'start' ? 'npm start --' : `npm run ${command} --`;
  return cli.parseOptions<T>({ name, description, options: cli.optionsOf(OPTIONS, command) }, argv);
}

/** The options of a run as arguments again, for the process that serves, and that resets what it holds. */
export function runArguments(options: RunOptions): string[] {
  return cli.argumentsOf(cli.optionsOf(OPTIONS, 'serve'), options);
}

/** The table of options in docs/options.md. */
export function optionsTable(): string {
  return cli.optionsTable(OPTIONS);
}
