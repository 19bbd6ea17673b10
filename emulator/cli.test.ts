import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeOutputs } from '@pipeline/cli/outputs';
import { DATASETS, perDataset } from '@pipeline/datasets/schema';
import { answer, type Behaviour, type PipelineServer, pipelineServer } from './testing/pipeline-server';

let folder: string;
let server: PipelineServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'emulate-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function given(behaviour?: Behaviour): Promise<PipelineServer> {
  server = await pipelineServer(behaviour);
  writeOutputs({ env: 'local', userId: 'u1', ...server.target }, folder);
  return server;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a user would. `watch` gets the process at once. */
function emulate(args: readonly string[], watch: (child: ChildProcess) => void = () => undefined): Promise<Ended> {
  const fixed = ['--outputs', folder, '--state', path.join(folder, 'state')];
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'emulate.ts'), ...args, ...fixed]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  watch(child);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

const keysOf = (name: string) =>
  server!.stored.filter((arrival) => arrival.name === name).map(({ key }) => Number(key));
const counts = (count: number) => ({ read: count, delivered: count, deadLettered: 0, retried: 0 });

test('one command sends the synthetic source and prints the account, with nothing on stderr when that is no terminal', async () => {
  await given();
  const { code, stdout, stderr } = await emulate([
    '--posts',
    '60',
    '--json',
    '--report',
    path.join(folder, 'r', 'report.html'),
  ]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ posts: 60, complete: true });
  expect(report.layers.speed).toEqual(perDataset(() => counts(60)));
  expect(new Set(keysOf('streaming-u1-geo'))).toEqual(new Set(Array.from({ length: 60 }, (_, key) => key)));
  expect(readFileSync(path.join(folder, 'r', 'report.html'), 'utf8')).toContain('<h1>Replay complete</h1>');
});

test('--order random sends what the stock emulator sends, in its order', async () => {
  await given();
  const args = [
    '--order',
    'random',
    '--posts',
    '8',
    '--layer',
    'batch',
    '--dataset',
    'pin',
    '--batch-size',
    '1',
    '--concurrency',
    '1',
  ];
  expect((await emulate(args)).code).toBe(0);
  expect(keysOf('u1.pin')).toEqual([7528, 2863, 5730, 8304, 8731, 1313, 4315, 10794]);
});

test('after kill -9, --resume goes on without a gap, and the counts cover both runs', async () => {
  const { stored } = await given();
  const args = ['--posts', '3000', '--rate', '1500', '--layer', 'batch', '--dataset', 'pin', '--json'];
  await emulate(args, (child) => {
    const timer = setInterval(() => {
      if (stored.length < 400) return;
      clearInterval(timer);
      child.kill('SIGKILL');
    }, 5);
  });
  const before = stored.length;
  expect(before).toBeGreaterThanOrEqual(400);
  expect(before).toBeLessThan(3_000);

  const { code, stdout } = await emulate([...args, '--rate', '100000', '--resume']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).layers.batch.pin).toEqual(counts(3_000));
  expect(new Set(keysOf('u1.pin')).size).toBe(3_000);
  expect(stored.length - 3_000).toBeLessThan(500);
});

test('Ctrl-C settles what is under way, says how to go on, and leaves exit code 130', async () => {
  const { stored } = await given();
  const { code, stdout, stderr } = await emulate(['--posts', '100000', '--rate', '500', '--json'], (child) => {
    const timer = setInterval(() => {
      if (stored.length < 50) return;
      clearInterval(timer);
      child.kill('SIGINT');
    }, 5);
  });
  expect(code).toBe(130);
  expect(stderr).toContain('--resume');
  const report = JSON.parse(stdout);
  expect(report.complete).toBe(false);
  expect(report.layers.batch.pin.read).toBe(keysOf('u1.pin').length);
});

test('--duration ends a run that has no end of its own', async () => {
  await given();
  const { code, stdout } = await emulate(['--order', 'random', '--rate', '200', '--duration', '0.5', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).posts).toBeGreaterThan(0);
});

test('dead letters are sent again, each into the layer that it missed', async () => {
  let refuses = true;
  await given((call, response) => {
    if (!refuses || !call.path.endsWith('u1.geo')) return false;
    const refused = { partition: null, offset: null, error_code: 50002, error: 'no' };
    answer(response, 200, { offsets: call.arrivals.map(() => refused) });
    return true;
  });
  const first = await emulate(['--posts', '5']);
  expect(first.code).toBe(1);
  const letters = path.join(folder, 'state', 'local.dead-letters.ndjson');
  expect(first.stderr).toContain(
    `${letters} holds the 5 records that could not be delivered:\n  5 × Kafka 50002: no\n` +
      `npm run emulate -- --replay ${letters} sends them again.\n`,
  );
  expect(readFileSync(letters, 'utf8').trim().split('\n')).toHaveLength(5);

  refuses = false;
  server!.stored.length = 0;
  const second = await emulate(['--replay', letters, '--json']);
  expect(second.code).toBe(0);
  expect(JSON.parse(second.stdout).layers.batch.geo).toEqual(counts(5));
  expect(server!.stored.map(({ name }) => name)).toEqual(Array(5).fill('u1.geo'));
});

test.each([
  ['wrong usage', ['--pattern', 'burst'], 2, /--pattern burst needs --rate/],
  [
    'failed work',
    ['--source', 'mysql://me:s3cret@127.0.0.1:1/d'],
    1,
    /mysql:\/\/me@127\.0\.0\.1:1\/d cannot be opened/,
  ],
])('%s is told in one line on stderr', async (_, args, expected, message) => {
  await given();
  const { code, stdout, stderr } = await emulate(args);
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toContain('s3cret');
  expect(stdout).toBe('');
  expect(code).toBe(expected);
});

test('a pipeline that does not run is told, with how to start it', async () => {
  await given();
  await server!.close();
  const { code, stderr } = await emulate(['--posts', '1']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/ECONNREFUSED.*npm start/);
});

test('a fresh run forgets the checkpoint of the one before', async () => {
  await given();
  await emulate(['--posts', '3', '--layer', 'batch']);
  await emulate(['--posts', '3', '--layer', 'batch']);
  expect(server!.stored).toHaveLength(2 * 3 * DATASETS.length);
  expect(existsSync(path.join(folder, 'state', 'local.checkpoint.json'))).toBe(true);
  writeFileSync(path.join(folder, 'state', 'local.checkpoint.json'), 'junk');
  const { code, stderr } = await emulate(['--posts', '3', '--resume']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/local\.checkpoint\.json is no checkpoint of the emulator; delete it/);
});
