import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { questions } from '@pipeline/datasets/sql';
import { environmentNames } from '../config/load';
import { childrenOf, isRunning } from '../test/systems/processes';
import { isLockFile } from './lock';

jest.setTimeout(120_000);

const VIEWS = questions().map(({ name }) => name);

/** Said by whichever start comes first after a change of the CDK app. */
const SYNTHESIS = /^Synthesizing .*\n/;

let root: string;
const running: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'start-'));
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts a command of this package as npm would, with its data in this test's folder and on free ports. */
function begin(
  command: 'start' | 'answers',
  ...argv: string[]
): { child: ChildProcess; ended: Promise<Ended>; output: () => string } {
  const ports = command === 'start' && !argv.includes('--port') ? ['--port', '0'] : [];
  const child = spawn(
    process.execPath,
    [
      '--import',
      pathToFileURL(require.resolve('tsx')).href,
      join(__dirname, `${command}.ts`),
      ...ports,
      '--data',
      join(root, 'data'),
      '--outputs',
      join(root, 'outputs'),
      ...argv,
    ],
    { cwd: join(__dirname, '..'), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  running.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr: stderr.replace(SYNTHESIS, '') })),
  );
  return { child, ended, output: () => stderr };
}

const run = (command: 'start' | 'answers', ...argv: string[]) => begin(command, ...argv).ended;

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a replay through both layers ends in right answers, and every record is accounted for', async () => {
  const { code, stdout, stderr } = await run('start', '--once', '--json', '--posts', '600');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const report = JSON.parse(stdout);
  expect(report.posts).toBe(600);
  for (const layer of ['batch', 'speed']) {
    for (const dataset of ['pin', 'geo', 'user']) {
      expect(report.layers[layer][dataset]).toMatchObject({
        read: 600,
        delivered: 600,
        deadLettered: 0,
        stored: 600,
        refusedBySink: 0,
        clean: 600,
        quarantined: 0,
        duplicates: 0,
      });
    }
  }
  expect(Object.keys(report.views)).toEqual(VIEWS);
  expect(Object.values(report.views).map((view) => (view as { golden: string }).golden)).toEqual(
    VIEWS.map(() => 'match'),
  );
  expect(report.miscounts).toEqual([]);
});

test('hard mode ends in right answers too, with its dirt in quarantine by reason', async () => {
  const { code, stdout, stderr } = await run(
    'start',
    '--once',
    '--json',
    '--posts',
    '900',
    '--seed',
    '7',
    '--hard-mode',
  );
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const report = JSON.parse(stdout);
  expect(Object.keys(report.injected).length).toBeGreaterThan(5);
  expect(report.layers.batch.pin.refusedBySink).toBeGreaterThan(0);
  expect(report.layers.speed.pin.quarantined).toBe(
    report.layers.batch.pin.quarantined + report.layers.batch.pin.refusedBySink,
  );
  expect(report.layers.batch.geo.quarantinedByReason.timestamp_invalid).toBeGreaterThan(0);
  expect(report.layers.batch.pin.duplicates).toBeGreaterThan(0);
});

test('a second start finds everything done, sends nothing, and another source is refused', async () => {
  await run('start', '--once', '--posts', '200');
  const files = readdirSync(join(root, 'data', 's3', 'topics'), { recursive: true }).sort();
  const again = await run('start', '--once', '--posts', '200');
  expect(again.code).toBe(0);
  expect(again.stderr).toContain('Nothing was left to replay: earlier starts sent all 200 posts.\n');
  expect(again.stdout).toContain(
    `All ${VIEWS.length} answers are right in every layer, and every record is accounted for.`,
  );
  expect(readdirSync(join(root, 'data', 's3', 'topics'), { recursive: true }).sort()).toEqual(files);
  const other = await run('start', '--once', '--posts', '201');
  expect(other.code).toBe(1);
  expect(other.stderr).toBe(
    `${join(root, 'data')} holds 200 posts of seed 100, not 201 posts of seed 100; pass --reset to begin anew, or --data with another folder\n`,
  );
  const anew = await run('start', '--once', '--posts', '201', '--reset');
  expect(anew.code).toBe(0);
});

test('killing the runtime in mid-replay loses nothing: the next start ends in the same answers', async () => {
  const first = begin('start', '--once', '--posts', '8000');
  const log = join(root, 'data', 'kinesis');
  await until(
    () =>
      existsSync(join(root, 'data', 'outputs', 'local.json')) && existsSync(log) && /Replaying/.test(first.output()),
  );
  await until(() => existsSync(join(root, 'data', 'replay-checkpoint.json')));
  const runtime = childrenOf(first.child.pid!);
  expect(runtime).toHaveLength(1);
  process.kill(runtime[0]!, 'SIGKILL');
  const ended = await first.ended;
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain(
    'the runtime was ended by SIGKILL; start again with the same options and it goes on where it was\n',
  );

  const second = await run('start', '--once', '--json', '--posts', '8000');
  expect({ code: second.code, stderr: second.stderr }).toMatchObject({ code: 0 });
  const report = JSON.parse(second.stdout);
  for (const layer of ['batch', 'speed']) {
    for (const dataset of ['pin', 'geo', 'user']) {
      expect(report.layers[layer][dataset]).toMatchObject({ read: 8000, delivered: 8000, clean: 8000, quarantined: 0 });
    }
  }
});

test('it serves until Ctrl-C, and ends with 0 and nothing left running', async () => {
  const { child, ended, output } = begin('start', '--posts', '50');
  await until(() => output().includes('Ctrl-C stops it.'));
  const page = /Page +(http\S+)/.exec(output())![1]!;
  const answer = await fetch(new URL('views/posts_by_join_year?layer=speed', page));
  const view = (await answer.json()) as { columns: unknown; rows: [number, number][] };
  expect(view.columns).toEqual([
    { name: 'post_year', type: expect.any(String) },
    { name: 'number_posts', type: expect.any(String) },
  ]);
  expect(view.rows.reduce((sum, [, posts]) => sum + posts, 0)).toBe(50);
  child.kill('SIGINT');
  expect((await ended).code).toBe(0);
  await expect(fetch(page)).rejects.toThrow();
});

test.each([
  ['while it comes up', /^/],
  ['in the middle of the replay', /Replaying/],
  ['while it answers', /Delivered/],
])('a signal %s is answered at once, and leaves nothing running', async (_when, moment) => {
  const { child, ended, output } = begin('start', '--posts', '2000');
  await until(() => childrenOf(child.pid!).length > 0 && moment.test(output()));
  const children = childrenOf(child.pid!);
  child.kill('SIGTERM');
  const beganMs = Date.now();
  await until(() => output().includes('Stopping …\n'));
  expect((await ended).code).toBe(130);
  expect(Date.now() - beganMs).toBeLessThan(5_000);
  expect(output()).toMatch(/Stopped; the same command goes on where it was\.\n$/);
  expect(children.filter((pid) => isRunning(pid))).toEqual([]);
});

test('answers that are computed again over the same data have not changed', async () => {
  await run('start', '--once', '--posts', '100');
  const { code, stdout } = await run('answers');
  expect(code).toBe(0);
  expect(stdout).toContain('No answer has changed.');
});

test('answers without data says what to do', async () => {
  const { code, stderr } = await run('answers');
  expect(code).toBe(1);
  expect(stderr).toBe(`no data in ${join(root, 'data')}; run npm start first\n`);
});

test('a wrong option ends with 2 and one line', async () => {
  const { code, stdout, stderr } = await run('start', '--posts', 'many');
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: '',
    stderr: "--posts must be a whole number from 1 to 100000000, got 'many'\n",
  });
});

test('so does an environment that is not there', async () => {
  const { code, stderr } = await run('start', '--env', 'prd');
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `no environment 'prd' in config/ (known: ${environmentNames().join(', ')}); pass one, e.g. --env dev\n`,
  });
});

test('a port in use ends with 1 and one line', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const { code, stderr } = await run('start', '--once', '--posts', '10', '--port', String(port));
  taken.close();
  expect(code).toBe(1);
  expect(stderr).toBe(
    `port ${port} for the API is in use by another program; pass --port with another one, or --port 0 for a free one\n`,
  );
});

test('a data folder that is damaged is one line that says where and what to do', async () => {
  await run('start', '--once', '--posts', '20');
  for (const file of readdirSync(join(root, 'data', 'kafka')).filter((name) => !isLockFile(name)))
    writeFileSync(join(root, 'data', 'kafka', file), 'not what it was');
  const { code, stderr } = await run('start', '--once', '--posts', '20');
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(join(root, 'data', 'kafka'));
  expect(stderr).toContain('--reset');
});
