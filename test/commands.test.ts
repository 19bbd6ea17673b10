import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { perDataset } from '@pipeline/datasets/schema';
import { environmentNames } from '../config/load';

const ROOT = join(__dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** Scripts that are commands of others. */
const NO_COMMANDS = ['jest', 'lint', 'format', 'typecheck'];
/** What these do not know themselves they pass on: to the CDK CLI, to Airflow, or to a tool of Kafka. */
const PASS_ON = ['synth', 'diff', 'deploy', 'destroy', 'setup-ci', 'kafka', 'airflow'];
const NO_OPTIONS = ['readme', 'golden', 'screenshots'];
/** The words without which a command does not look at its environment. */
const TAKES_ENVIRONMENT: Readonly<Record<string, readonly string[]>> = {
  start: [],
  airflow: ['version'],
  serve: [],
  emulate: [],
  synth: [],
  diff: [],
  drift: [],
  deploy: [],
  destroy: [],
  cost: [],
  capacity: ['--posts-per-day', '1'],
  preflight: [],
  rehearse: [],
  smoke: [],
  trace: ['7'],
  console: [],
  quarantine: ['list'],
  'verify-live': [],
  'setup-ci': ['--repository', 'ada/pins'],
  'pin-artefacts': [],
};
const TAKES_DATA = ['start', 'serve', 'answers', 'stop'];
const WANTS_CREDENTIALS: Readonly<Record<string, readonly string[]>> = {
  emulate: ['--posts', '1'],
  diff: [],
  drift: [],
  destroy: [],
  smoke: [],
  console: [],
  'verify-live': [],
  'setup-ci': ['--repository', 'ada/pins'],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
  const names = (prefix: string) => perDataset((dataset) => `${prefix}${dataset}`);
  writeFileSync(
    join(folder, 'dev.json'),
    JSON.stringify({
      env: 'dev',
      apiUrl: 'https://127.0.0.1:9/dev/',
      region: 'us-east-1',
      auth: 'iam',
      userId: 'u1',
      topics: names('u1.'),
      streams: names('streaming-u1-'),
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of package.json without npm, where nobody has credentials. */
function run(script: string, ...argv: string[]): Promise<Ended> {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  const env = { ...Object.fromEntries(others), HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' };
  const file = scripts[script]!.split(' ').at(-1)!;
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env, timeout: 60_000 };
    execFile(process.execPath, ['--import', 'tsx', file, ...argv], options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ code, stdout: stdout.trim(), stderr: stderr.trim() });
    });
  });
}

/** The same of several scripts, two at a time. */
async function runEach(names: readonly string[], argv: (name: string) => readonly string[]) {
  const found: Record<string, Ended> = {};
  const left = [...names];
  const work = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) found[name] = await run(name, ...argv(name));
  };
  await Promise.all([work(), work()]);
  return found;
}

/** What each is to say, all of it wrong usage, and nothing for a program to read. */
const said = (names: readonly string[], sentence: (name: string) => string) =>
  Object.fromEntries(names.map((name) => [name, { code: 2, stdout: '', stderr: sentence(name) }]));

const COMMANDS = Object.keys(scripts).filter((name) => !NO_COMMANDS.includes(name));
const typed = (name: string) => (['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`);

test('every script is a command of ours, or known to be none', () => {
  expect(COMMANDS.length).toBeGreaterThan(25);
  for (const name of COMMANDS)
    expect([name, scripts[name]]).toEqual([
      name,
      expect.stringMatching(/^node (--import tsx|--require tsx\/cjs) \S+\.ts$/),
    ]);
});

test('every command refuses an option that it does not know, in one sentence', async () => {
  const names = COMMANDS.filter((name) => !PASS_ON.includes(name));
  expect(await runEach(names, () => ['--nonsense'])).toEqual(
    said(names, (name) => `unknown option '--nonsense'; ${typed(name)} -- --help lists what there is`),
  );
}, 300_000);

// The others have a type for what is read of their options, which says that nothing is when help was asked for.
test('commands that pass options on, or have none, do nothing but help where that is asked for', async () => {
  const names = [...PASS_ON, ...NO_OPTIONS];
  const found = await runEach(names, () => ['--help']);
  for (const name of names)
    expect([name, found[name]]).toEqual([
      name,
      { code: 0, stdout: expect.stringMatching(new RegExp(`^(Usage: )?${typed(name)} -- \\S`)), stderr: '' },
    ]);
}, 300_000);

test('every command says the same of an environment that does not exist', async () => {
  const names = Object.keys(TAKES_ENVIRONMENT);
  expect(await runEach(names, (name) => [...TAKES_ENVIRONMENT[name]!, '--env', 'prd'])).toEqual(
    said(
      names,
      () => `no environment 'prd' in config/ (known: ${environmentNames().join(', ')}); pass one, e.g. --env dev`,
    ),
  );
}, 300_000);

test('every command that works in a data folder says the same of a file in its place', async () => {
  const file = join(folder, 'dev.json');
  const found = await runEach(TAKES_DATA, () => ['--data', file]);
  // The first of them says that it synthesizes, too.
  for (const name of TAKES_DATA)
    expect([name, found[name]!.code, found[name]!.stderr.split('\n').at(-1)]).toEqual([
      name,
      1,
      `${file} is not a folder; pass --data with a folder`,
    ]);
}, 300_000);

test('every command says the same where nobody has credentials', async () => {
  const names = Object.keys(WANTS_CREDENTIALS);
  const reads = ['emulate', 'smoke', 'console', 'verify-live'];
  const found = await runEach(names, (name) => [
    ...['--env', 'dev', ...WANTS_CREDENTIALS[name]!],
    ...(reads.includes(name) ? ['--outputs', folder] : []),
  ]);
  for (const name of names)
    expect([name, found[name]]).toEqual([
      name,
      {
        // The emulator has begun its work by then, which has failed.
        code: name === 'emulate' ? 1 : 2,
        stdout: '',
        stderr: expect.stringMatching(
          /no AWS credentials \(Could not load credentials from any providers\); aws sso login, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its companions/,
        ),
      },
    ]);
}, 300_000);
