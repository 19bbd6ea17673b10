import { UsageError } from '@pipeline/cli/option-values';
import { type AnswersOptions, OPTIONS, optionsTable, parseOptions, runArguments, type StartOptions } from './options';

const start = (...argv: string[]) => parseOptions<StartOptions>('start', 'test', argv);

test('npm start without options replays the default source on the first ports that are free', () => {
  expect(start()).toEqual({
    once: false,
    posts: 11_154,
    seed: 100,
    hardMode: false,
    engine: 'duckdb',
    env: 'dev',
    data: '.pipeline',
    reset: false,
    port: undefined,
    auth: 'none',
    limits: 'off',
    stagePath: 'sent',
    watch: false,
    fsync: false,
    outputs: 'outputs',
    json: false,
  });
});

test('every option arrives where it belongs', () => {
  const argv =
    '--once --posts 7 --seed 8 --hard-mode --engine spark --env prod --data d --reset --port 9 --auth iam --limits aws --stage-path stripped --watch --fsync --outputs o --json';
  expect(start(...argv.split(' '))).toEqual({
    once: true,
    posts: 7,
    seed: 8,
    hardMode: true,
    engine: 'spark',
    env: 'prod',
    data: 'd',
    reset: true,
    port: 9,
    auth: 'iam',
    limits: 'aws',
    stagePath: 'stripped',
    watch: true,
    fsync: true,
    outputs: 'o',
    json: true,
  });
});

test.each([
  ['--posts 0', "--posts must be a whole number from 1 to 100000000, got '0'"],
  ['--posts many', "--posts must be a whole number from 1 to 100000000, got 'many'"],
  ['--seed -1', "--seed must be a whole number from 0 to 4294967295, got '-1'"],
  ['--seed 1.5', "--seed must be a whole number from 0 to 4294967295, got '1.5'"],
  ['--port 65533', "--port must be a whole number from 0 to 65532, got '65533'"],
  ['--limits some', "--limits must be off or aws, got 'some'"],
  ['--stage-path some', "--stage-path must be sent or stripped, got 'some'"],
  ['--engine flink', "--engine must be duckdb or spark, got 'flink'"],
  ['--auth key', "--auth must be none or iam, got 'key'"],
  ['--env ../x', "--env must be the name of a file in config/, got '../x'"],
  [
    '--post 5',
    "unknown option '--post' (Did you mean one of --port, --posts?); npm start -- --help lists what there is",
  ],
  ['now', 'too many arguments'],
])('%s is refused with a sentence', (argv, message) => {
  expect(() => start(...argv.split(' '))).toThrow(UsageError);
  expect(() => start(...argv.split(' '))).toThrow(message);
});

test('an option of another command is refused', () => {
  expect(() => parseOptions<AnswersOptions>('answers', 'test', ['--fsync'])).toThrow("unknown option '--fsync'");
});

test('a run goes on to the serving process as the same arguments', () => {
  const options = start('--port', '0', '--data', '/tmp/a b', '--limits', 'aws', '--fsync', '--reset', '--posts', '5')!;
  expect(runArguments(options)).toEqual([
    '--env',
    'dev',
    '--data',
    '/tmp/a b',
    '--reset',
    '--port',
    '0',
    '--auth',
    'none',
    '--limits',
    'aws',
    '--stage-path',
    'sent',
    '--fsync',
    '--outputs',
    'outputs',
  ]);
});

test('the table has one row per option', () => {
  expect(optionsTable().split('\n')).toHaveLength(OPTIONS.length + 2);
  expect(optionsTable()).toContain(
    '| `--fsync` | acknowledge only what survives a power cut | off | `start`, `serve` |',
  );
});

test('--kafka stands alone for a Kafka that is started, or names one', () => {
  expect(start('--kafka')?.kafka).toBe(true);
  expect(start('--kafka', '--once')).toMatchObject({ kafka: true, once: true });
  expect(start('--kafka', 'localhost:9092')?.kafka).toBe('localhost:9092');
  expect(runArguments(start('--kafka', '[::1]:9092')!)).toEqual(expect.arrayContaining(['--kafka', '[::1]:9092']));
});

test.each(['localhost', 'localhost:0', 'localhost:65536', ':9092', 'http://localhost:9092', 'a b:1'])(
  '--kafka %j is wrong usage',
  (address) => {
    expect(() => start('--kafka', address)).toThrow(
      `--kafka must be host:port such as localhost:9092, got '${address}'`,
    );
  },
);
