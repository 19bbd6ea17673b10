import { DATASETS } from '@pipeline/datasets/schema';
import { type EmulateOptions, OPTIONS, optionsTable, parseOptions } from './options';

const parse = (...argv: string[]) => parseOptions<EmulateOptions>('emulate', 'Sends.', argv)!;

test('every option reaches the command under its own name', () => {
  const argv = '--env dev --outputs o --url http://h/ --api-config a.yaml --user-id u1 --auth iam --region eu-west-1'
    .concat(' --source mysql://u@h/d --db-config c.yaml --db-secret s1 --db-tls on --db-ca ca.pem --through i-1')
    .concat(
      ' --order random --order-seed 5 --rate 2.5 --pattern burst --realtime 60 --duration 30 --replay f --report r',
    )
    .concat(' --seed 7 --posts 12 --hard-mode --layer speed --dataset geo,pin --batch-size 9 --concurrency 3')
    .concat(' --give-up-after 4 --resume --state s --dead-letters d.ndjson --json');
  expect(parse(...argv.split(' '))).toEqual({
    env: 'dev',
    outputs: 'o',
    url: 'http://h/',
    apiConfig: 'a.yaml',
    userId: 'u1',
    auth: 'iam',
    region: 'eu-west-1',
    source: 'mysql://u@h/d',
    dbConfig: 'c.yaml',
    dbSecret: 's1',
    dbTls: 'on',
    dbCa: 'ca.pem',
    through: 'i-1',
    order: 'random',
    orderSeed: 5,
    rate: 2.5,
    pattern: 'burst',
    realtime: 60,
    duration: 30,
    replay: 'f',
    report: 'r',
    seed: 7,
    posts: 12,
    hardMode: true,
    layer: 'speed',
    dataset: 'geo,pin',
    batchSize: 9,
    concurrency: 3,
    giveUpAfter: 4,
    resume: true,
    state: 's',
    deadLetters: 'd.ndjson',
    json: true,
  });
});

test('defaults are those of the table', () => {
  expect(parse()).toMatchObject({
    env: 'local',
    seed: 100,
    batchSize: 500,
    layer: 'both',
    dataset: DATASETS.join(),
    resume: false,
  });
  expect(optionsTable()).toContain('| `--batch-size <n>` |');
  expect(optionsTable().split('\n')).toHaveLength(OPTIONS.length + 2);
});

test.each([
  [['--batch-size', '501'], "--batch-size must be a whole number from 1 to 500, got '501'"],
  [['--batch-size', '1e2'], "--batch-size must be a whole number from 1 to 500, got '1e2'"],
  [['--layer', 'serving'], "--layer must be batch, speed or both, got 'serving'"],
  [
    ['--dataset', 'pin,pins'],
    `--dataset must be one or more of ${DATASETS.join(', ')}, comma-separated, got 'pin,pins'`,
  ],
  [['--rate', '0'], "--rate must be a number above 0, got '0'"],
  [['--sed', '1'], /unknown option '--sed' \(Did you mean --seed\?\); npm run emulate -- --help lists what there is/],
  [['extra'], /too many arguments/],
])('%j is wrong usage', (argv, message) => {
  const matching = typeof message === 'string' ? message : expect.stringMatching(message);
  expect(() => parse(...argv)).toThrow(expect.objectContaining({ name: 'UsageError', message: matching }));
});
