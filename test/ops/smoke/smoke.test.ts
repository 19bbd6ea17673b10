import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Outputs, readOutputs, writeOutputs } from '@pipeline/cli/outputs';
import { DATASETS } from '@pipeline/datasets/schema';
import { type ServeProcess, startServeProcess } from '../../../local/runtime/serve-process';

// The command as users run it, against the runtime as users run it: one that checks signatures, one that does not.
jest.setTimeout(120_000);

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDSMOKE', AWS_SECRET_ACCESS_KEY: 'secret of the smoke test' };
const root = mkdtempSync(join(tmpdir(), 'smoke-test-'));
const servers: ServeProcess[] = [];
let signed: Outputs;
let open: Outputs;

beforeAll(async () => {
  const start = async (name: string, auth: 'iam' | 'none') => {
    const folder = join(root, name);
    const options = { env: 'dev', data: join(folder, 'data'), outputs: join(folder, 'outputs'), reset: false };
    const rest = { port: 0, auth, limits: 'off', stagePath: 'sent', fsync: false } as const;
    servers.push(await startServeProcess({ ...options, ...rest }, { ...process.env, ...KEYS }));
    return readOutputs('local', join(folder, 'outputs'));
  };
  signed = await start('signed', 'iam');
  open = await start('open', 'none');
});

afterAll(async () => {
  for (const server of servers) await server.stop();
  rmSync(root, { recursive: true, force: true });
});

/** Runs the command on outputs that say something else than the runtime's own. */
async function smoke(outputs: Outputs, argv: string[], variables: Record<string, string> = KEYS) {
  const folder = mkdtempSync(join(root, 'outputs-'));
  writeOutputs(outputs, folder);
  return await run(['--outputs', folder, ...argv], variables);
}

function run(argv: string[], variables: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'ops/smoke.ts', ...argv], {
    cwd: join(__dirname, '../../..'),
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (status) => resolve({ status, stdout, stderr: stderr.trim() })),
  );
}

const lastLine = (text: string) => text.split('\n').at(-1);

test('all that was sent, signed, is found in topics, streams and lake; a second run finds its own records', async () => {
  for (const attempt of [1, 2]) {
    const { status, stdout, stderr } = await smoke(signed, ['--posts', '40', '--json']);
    expect({ attempt, status, last: lastLine(stderr) }).toEqual({
      attempt,
      status: 0,
      last: 'smoke test of local passed: all 40 posts are in the topics and the streams and the lake',
    });
    const arrived = { sent: 40, delivered: 40, arrived: 40, changed: null };
    expect(JSON.parse(stdout)).toMatchObject({
      env: 'local',
      posts: 40,
      problems: [],
      rows: [
        ...DATASETS.map((dataset) => ({ layer: 'batch', dataset, ...arrived, stored: 40 })),
        ...DATASETS.map((dataset) => ({ layer: 'speed', dataset, ...arrived, stored: null })),
      ],
    });
  }
});

test('none of it gets into an answer: all of it lies in quarantine, for its keys', async () => {
  const ask = async (path: string): Promise<{ rows?: unknown[] }> =>
    (await fetch(new URL(path, signed.viewsUrl))).json() as Promise<{ rows?: unknown[] }>;
  for (const layer of ['batch', 'speed']) {
    const { rows } = await ask(`views/posts_by_category_and_year?layer=${layer}`);
    expect([layer, rows]).toEqual([layer, []]);
    const quarantine = await ask(`quarantine/geo?layer=${layer}&limit=1000`);
    expect([layer, JSON.stringify(quarantine).match(/key_invalid/g)?.length]).toEqual([layer, 80]);
  }
});

test('through to the answers: they are computed anew, and count every marked post in both layers', async () => {
  const index = async () =>
    (await fetch(new URL('views', open.apiUrl))).json() as Promise<{
      asOf: string;
      counts: Record<string, Record<string, { read: number; quarantinedByReason: Record<string, number> }>>;
    }>;
  const { status, stdout, stderr } = await smoke(open, ['--posts', '7', '--through', 'answers', '--json']);
  expect([status, lastLine(stderr)]).toEqual([
    0,
    'smoke test of local passed: all 7 posts are in the topics and the streams and the lake, and counted behind the answers',
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ posts: 7, problems: [], notChecked: [] });
  const { counts } = await index();
  for (const layer of ['batch', 'speed']) {
    for (const dataset of DATASETS) {
      const { read, quarantinedByReason } = counts[layer]![dataset]!;
      expect([layer, dataset, read, quarantinedByReason]).toEqual([layer, dataset, 7, { key_invalid: 7 }]);
    }
  }
});

test('people get a table and what was not checked', async () => {
  const { status, stdout } = await smoke(open, ['--posts', '3', '--no-lake']);
  expect(status).toBe(0);
  expect(stdout.replace(/Run .*/, 'Run …')).toBe(`layer  dataset  sent  delivered  topic grew by  read back  from
${DATASETS.map(
  (dataset) => `batch  ${dataset.padEnd(7)}     3          3              3          -  lake
`,
).join('')}${DATASETS.map(
  (dataset) => `speed  ${dataset.padEnd(7)}     3          3              -          3  stream
`,
).join('')}
Not checked: the lake, because of --no-lake: records may never leave the topics.
Not checked: cleaning and answers: --through answers has them computed, and npm start checks them on the laptop.
Run …
`);
});

test('with a wrong secret the API’s refusal is the one line, and nothing was sent', async () => {
  const { status, stdout, stderr } = await smoke(signed, [], { ...KEYS, AWS_SECRET_ACCESS_KEY: 'another' });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/dev\/topics\/0a1b2c3d4e5f\.\w+\/partitions answered 403: /);
  expect(stderr.split('\n')).toHaveLength(1);
});

test('records that never come out of their stream fail the test by dataset and stream', async () => {
  // Sent to one pipeline, looked for in another.
  const { status, stdout, stderr } = await smoke({ ...open, kinesisEndpoint: signed.kinesisEndpoint }, [
    ...['--posts', '5', '--wait', '2', '--json'],
  ]);
  expect(status).toBe(1);
  expect(JSON.parse(stdout).problems).toEqual(
    DATASETS.map((dataset) => `speed ${dataset}: 0 of 5 records came out of stream streaming-0a1b2c3d4e5f-${dataset}`),
  );
  expect(lastLine(stderr)).toBe(
    `smoke test of local FAILED: speed pin: 0 of 5 records came out of stream streaming-0a1b2c3d4e5f-pin (and ${DATASETS.length - 1} more); docs/trouble.md says what to look at`,
  );
});

test('records that never leave their topic are told from those that never reached it', async () => {
  const empty = join(root, 'empty');
  mkdirSync(empty, { recursive: true });
  const url = `${pathToFileURL(empty)}/`;
  const { viewsUrl: _, ...outputs } = { ...open, lake: { url, closesAfterSeconds: 300 } };
  const { status, stdout } = await smoke(outputs, ['--posts', '5', '--wait', '2', '--json']);
  expect(status).toBe(1);
  expect(JSON.parse(stdout).problems[0]).toBe(
    `batch pin: topic 0a1b2c3d4e5f.pin took all 5 records, but 0 came to ${url}; look at the connector`,
  );
});

test('a stream that is not there fails before anything is sent', async () => {
  const streams = { ...open.streams, geo: 'streaming-0a1b2c3d4e5f-gone' };
  const { status, stdout, stderr } = await smoke({ ...open, streams }, ['--posts', '5']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('streaming-0a1b2c3d4e5f-gone');
});

test('nobody answering, no outputs and wrong options each say so in a line', async () => {
  const nobody = await smoke({ ...open, apiUrl: 'http://127.0.0.1:9/dev/' }, []);
  expect(nobody.status).toBe(1);
  expect(nobody.stderr).toMatch(/^GET http:\/\/127\.0\.0\.1:9\/dev\/topics\/.* failed: \w/);
  expect(await run(['--outputs', join(root, 'none'), '--env', 'dev'])).toEqual({
    status: 1,
    stdout: '',
    stderr: `no ${join(root, 'none', 'dev.json')}, so nothing says where 'dev' runs; deploy 'dev' first`,
  });
  expect(await run(['--posts', '0'])).toEqual({
    status: 2,
    stdout: '',
    stderr: "--posts must be a whole number from 1 to 10000, got '0'",
  });
  expect((await run(['--nonsense'])).status).toBe(2);
  expect((await run(['--help'])).status).toBe(0);
});
