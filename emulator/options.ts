import { above0, listOf, oneOf, whole } from '@pipeline/cli/option-values';
import * as cli from '@pipeline/cli/options';
import { JSON_OUTPUT, type OptionDefinition, OUTPUTS_FOLDER } from '@pipeline/cli/options';
import { DATASETS } from '@pipeline/datasets/schema';
import { DEFAULT_POSTS, DEFAULT_SEED } from '@pipeline/datasets/source-options';

export type EmulatorCommand = 'emulate' | 'tail' | 'seed-database';

const NAMES: Readonly<Record<EmulatorCommand, string>> = {
  emulate: 'npm run emulate --',
  tail: 'npm run emulate -- tail',
  'seed-database': 'npm run seed-database --',
};

/** Every option of the emulator's commands: help, defaults and the README's table are made from it. */
export const OPTIONS: readonly OptionDefinition<EmulatorCommand>[] = [
  {
    flag: '--env <name>',
    help: 'environment to send to, described by its outputs file',
    default: 'local',
    commands: ['emulate', 'tail'],
  },
  { ...OUTPUTS_FOLDER, commands: ['emulate', 'tail'] },
  {
    flag: '--url <url>',
    help: 'invoke URL of an API with its stage, instead of an environment; goes with --user-id',
    otherwise: 'the URL of --env',
    commands: ['emulate'],
  },
  {
    flag: '--api-config <file>',
    help: "the exercise's api_gateway_config.yaml, which holds the invoke URL; goes with --user-id",
    otherwise: 'the URL of --env',
    commands: ['emulate'],
  },
  {
    flag: '--user-id <id>',
    help: 'user id that the topics and streams are named for, with --url or --api-config',
    otherwise: "the environment's",
    commands: ['emulate'],
  },
  {
    flag: '--stream <name>',
    help: 'the one stream that takes all datasets, as in the newer edition of the exercise, with --url or --api-config',
    otherwise: 'a stream for each dataset',
    commands: ['emulate'],
  },
  {
    flag: '--auth <mode>',
    help: 'none, or iam to sign every request with SigV4, with --url or --api-config',
    default: 'none',
    commands: ['emulate'],
    parse: oneOf('--auth', 'none', 'iam'),
  },
  {
    flag: '--region <region>',
    help: 'region to sign for, with --url or --api-config',
    otherwise: "the one in the URL's name",
    commands: ['emulate'],
  },
  {
    flag: '--source <source>',
    help: 'synthetic, or mysql://user@host/database',
    default: 'synthetic',
    commands: ['emulate'],
  },
  {
    flag: '--into <url>',
    help: 'database to create the three tables in: mysql://user@host/database',
    otherwise: 'none; it has to be given',
    commands: ['seed-database'],
  },
  {
    flag: '--replace',
    help: 'drop the three tables first, if they are there',
    default: false,
    commands: ['seed-database'],
  },
  {
    flag: '--db-config <file>',
    help: "the exercise's aws_db_config.yaml: HOST, USER, PASSWORD, DATABASE, PORT",
    otherwise: 'none; a password can also stand in MYSQL_PWD',
    commands: ['emulate', 'seed-database'],
  },
  {
    flag: '--db-secret <id>',
    help: 'Secrets Manager secret with the database’s username, password, host, port and dbname',
    otherwise: 'none',
    commands: ['emulate', 'seed-database'],
  },
  {
    flag: '--db-tls <mode>',
    help: 'TLS to the database: auto (except on this machine), on or off',
    default: 'auto',
    commands: ['emulate', 'seed-database'],
    parse: oneOf('--db-tls', 'auto', 'on', 'off'),
  },
  {
    flag: '--db-ca <file>',
    help: 'PEM file of the authority that signed the database’s certificate',
    otherwise: "Amazon's for RDS, the system's otherwise",
    commands: ['emulate', 'seed-database'],
  },
  {
    flag: '--through <instance>',
    help: 'EC2 instance that Session Manager forwards a port through, to a database in private subnets',
    otherwise: 'straight to the database',
    commands: ['emulate', 'seed-database'],
  },
  {
    flag: '--order <order>',
    help: 'key, or random: the rows that the stock emulator draws, in its order, until Ctrl-C',
    default: 'key',
    commands: ['emulate'],
    parse: oneOf('--order', 'key', 'random'),
  },
  {
    flag: '--order-seed <n>',
    help: 'seed of --order random; 100 is the one of the stock emulator',
    default: 100,
    commands: ['emulate'],
    parse: whole('--order-seed', 0, Number.MAX_SAFE_INTEGER),
  },
  {
    flag: '--seed <n>',
    help: 'seed of the synthetic source',
    default: DEFAULT_SEED,
    commands: ['emulate', 'seed-database'],
    parse: whole('--seed', 0, Number.MAX_SAFE_INTEGER),
  },
  {
    flag: '--posts <n>',
    help: 'posts to send; for the synthetic source in key order also its size',
    otherwise: `all there are: ${DEFAULT_POSTS} in the synthetic source; with --order random, until Ctrl-C`,
    commands: ['emulate', 'seed-database'],
    parse: whole('--posts', 1, 1_000_000_000),
  },
  {
    flag: '--hard-mode',
    help: 'inject known dirt into the synthetic source',
    default: false,
    commands: ['emulate'],
  },
  {
    flag: '--layer <layer>',
    help: 'layer to feed: batch, speed or both',
    default: 'both',
    commands: ['emulate'],
    parse: oneOf('--layer', 'batch', 'speed', 'both'),
  },
  {
    flag: '--dataset <names>',
    help: 'datasets, comma-separated',
    default: DATASETS.join(','),
    commands: ['emulate', 'tail'],
    parse: listOf('--dataset', ...DATASETS),
  },
  {
    flag: '--rate <n>',
    help: 'posts per second',
    otherwise: 'as fast as the target takes them',
    commands: ['emulate'],
    parse: above0('--rate'),
  },
  {
    flag: '--pattern <pattern>',
    help: 'with --rate: constant, poisson (independent senders) or burst (each second’s posts at its start)',
    default: 'constant',
    commands: ['emulate'],
    parse: oneOf('--pattern', 'constant', 'poisson', 'burst'),
  },
  {
    flag: '--realtime <factor>',
    help: 'send at the distances of the posts’ own times, in their order, this many times as fast',
    otherwise: 'the posts’ times do not matter',
    commands: ['emulate'],
    parse: above0('--realtime'),
  },
  {
    flag: '--duration <seconds>',
    help: 'stop reading after this long',
    otherwise: 'until the source ends',
    commands: ['emulate'],
    parse: above0('--duration'),
  },
  {
    flag: '--batch-size <n>',
    help: 'records per request; 1 sends the exercise’s single-record requests',
    default: 500,
    commands: ['emulate'],
    parse: whole('--batch-size', 1, 500),
  },
  {
    flag: '--concurrency <n>',
    help: 'requests under way at once, for each layer and dataset',
    otherwise: '2, or 16 with --batch-size 1',
    commands: ['emulate'],
    parse: whole('--concurrency', 1, 1024),
  },
  {
    flag: '--give-up-after <seconds>',
    help: 'seconds, and at least 12 attempts, that get nothing of a batch through before it is dead-lettered',
    default: 60,
    commands: ['emulate'],
    parse: above0('--give-up-after'),
  },
  {
    flag: '--resume',
    help: 'go on where the last run of this environment stopped, counts included',
    default: false,
    commands: ['emulate'],
  },
  {
    flag: '--state <dir>',
    help: 'folder for checkpoints and dead letters, one file of each for an environment',
    default: '.emulator',
    commands: ['emulate'],
  },
  {
    flag: '--dead-letters <file>',
    help: 'NDJSON file for records that cannot be delivered',
    otherwise: '<state>/<env>.dead-letters.ndjson',
    commands: ['emulate'],
  },
  {
    flag: '--replay <file>',
    help: 'send the dead letters in this file again, each into its own layer, instead of a source',
    otherwise: 'none',
    commands: ['emulate'],
  },
  {
    flag: '--report <file>',
    help: 'write an HTML page with throughput and latency over time',
    otherwise: 'none',
    commands: ['emulate'],
  },
  {
    flag: '--from <position>',
    help: 'where in the streams to begin: latest or beginning',
    default: 'latest',
    commands: ['tail'],
    parse: oneOf('--from', 'latest', 'beginning'),
  },
  {
    flag: '--count <n>',
    help: 'records to show before ending',
    otherwise: 'until Ctrl-C',
    commands: ['tail'],
    parse: whole('--count', 1, Number.MAX_SAFE_INTEGER),
  },
  { ...JSON_OUTPUT, commands: ['emulate', 'tail'] },
];

/** How to reach a database. */
export interface DatabaseOptions {
  readonly dbConfig?: string;
  readonly dbSecret?: string;
  readonly dbTls: 'auto' | 'on' | 'off';
  readonly dbCa?: string;
  readonly through?: string;
}

export interface SeedDatabaseOptions extends DatabaseOptions {
  readonly into?: string;
  readonly replace: boolean;
  readonly seed: number;
  readonly posts?: number;
}

export interface TailOptions {
  readonly env: string;
  readonly outputs: string;
  /** Comma-separated, checked. */
  readonly dataset: string;
  readonly from: 'latest' | 'beginning';
  readonly count?: number;
  readonly json: boolean;
}

export interface EmulateOptions extends DatabaseOptions {
  readonly env: string;
  readonly outputs: string;
  readonly url?: string;
  readonly apiConfig?: string;
  readonly userId?: string;
  readonly stream?: string;
  readonly auth: 'none' | 'iam';
  readonly region?: string;
  readonly source: string;
  readonly order: 'key' | 'random';
  readonly orderSeed: number;
  readonly seed: number;
  readonly posts?: number;
  readonly hardMode: boolean;
  readonly layer: 'batch' | 'speed' | 'both';
  /** Comma-separated, checked. */
  readonly dataset: string;
  readonly rate?: number;
  readonly pattern: 'constant' | 'poisson' | 'burst';
  readonly realtime?: number;
  /** In seconds. */
  readonly duration?: number;
  readonly batchSize: number;
  readonly concurrency?: number;
  /** In seconds. */
  readonly giveUpAfter: number;
  readonly resume: boolean;
  readonly state: string;
  readonly deadLetters?: string;
  readonly replay?: string;
  readonly report?: string;
  readonly json: boolean;
}

/** @see cli.parseOptions */
export function parseOptions<T>(command: EmulatorCommand, description: string, argv: readonly string[]): T | undefined {
  const line = { name: NAMES[command], description, options: cli.optionsOf(OPTIONS, command) };
  return cli.parseOptions<T>(line, argv);
}

/** The options of all the emulator's commands as a Markdown table, for the README. */
export function optionsTable(): string {
  return cli.optionsTable(OPTIONS);
}
