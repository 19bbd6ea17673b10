import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { questions } from '../../datasets/sql';
import { ensureVenv, missingForSpark } from '../../toolchain/ensure-python';

const ROOT = join(__dirname, '..', '..');
/** Runs of Spark are rehearsed where this machine has what they need; each takes minutes. */
const runsSpark = missingForSpark() === undefined;

let temporary = '';
beforeAll(async () => {
  await ensureVenv('rehearsal');
}, 900_000);
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'rehearse-'));
});
afterEach(() => rmSync(temporary, { recursive: true, force: true }));

/** Starts the command with a folder of its own for everything temporary, by which its processes are known. */
function start(...argv: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'ops/rehearse.ts', ...argv], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    said.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, said, ended };
}

/** Ids of the processes that the command started and that are still there. */
function leftRunning(): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TMPDIR=${temporary}`);
    } catch {
      return false;
    }
  });
}

/** What rehearsals have written and not taken away. */
function leftWritten(): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('rehearsal'));
}

async function until(holds: () => boolean, seconds: number): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; !holds() && Date.now() < deadline; ) await sleep(50);
  expect(holds()).toBe(true);
}

async function whenDeploying(said: { stderr: string }, child: ChildProcess): Promise<void> {
  await until(() => said.stderr.includes('dev: deploy …') || child.exitCode !== null, 120);
  await sleep(1500);
}

test('dev as it ships, and everything that it leaves out, goes through every step, and leaves nothing behind', async () => {
  const outputs = () => (existsSync(join(ROOT, 'outputs')) ? readdirSync(join(ROOT, 'outputs')) : []);
  const before = outputs();
  const { said, ended } = start('--env', 'dev', '--json');
  expect([await ended, said.stderr]).toEqual([0, expect.stringContaining('dev: destroy …')]);

  const { rehearsals, cannotShow } = JSON.parse(said.stdout);
  expect(rehearsals).toHaveLength(1);
  const [{ name, ok, steps, stacks, findings, kept, customResources }] = rehearsals;
  expect({ name, ok, findings }).toEqual({ name: 'dev', ok: true, findings: [] });
  expect(steps.map(({ step }: { step: string }) => step)).toEqual([
    'bootstrap',
    'synth',
    'deploy',
    'again',
    'diff',
    ...(runsSpark ? ['answers'] : []),
    'change',
    'drift',
    'everything',
    'rotate',
    'replace',
    'started',
    'stopped',
    'workspace',
    'destroy',
  ]);
  expect(steps.find(({ step }: { step: string }) => step === 'answers')?.did).toBe(
    runsSpark ? `a run on Spark, and ${3 * questions().length} answers right through the API's template` : undefined,
  );
  expect(steps.find(({ step }: { step: string }) => step === 'change').did).toBe(
    'streams.retentionHours from 24 to 48: prepared, executed, 3 resources updated, none that holds data replaced',
  );
  expect(stacks.map(({ stack, switchedOn }: Record<string, unknown>) => (switchedOn ? `+${stack}` : stack))).toEqual([
    'Network',
    'Lake',
    'Kafka',
    'KafkaClient',
    'S3Sink',
    'Streams',
    'Api',
    'Spark',
    '+Orchestration',
    '+Databricks',
    '+SourceDatabase',
    'Monitoring',
    '+Ci',
  ]);
  expect(stacks[2].faked).toMatchObject({ 'AWS::MSK::Cluster': 1, 'AWS::MSK::Configuration': 1, 'AWS::MSK::Topic': 4 });
  expect(stacks[5]).toMatchObject({ resources: 3, faked: {} });
  expect(customResources).toEqual([
    'Custom::AWS',
    'Custom::DatabricksWorkspace',
    'Custom::S3AutoDeleteObjects',
    'Custom::StagedFile',
    'Custom::UploadedText',
    'Custom::VpcRestrictDefaultSG',
  ]);
  // One role serves every API of the account, so it stays.
  expect(kept).toContain('Api/Ingest/Api/CloudWatchRole/Resource');
  expect(cannotShow.length).toBeGreaterThan(3);
  expect([leftRunning(), leftWritten(), outputs()]).toEqual([[], [], before]);
}, 1_200_000);

test('a change that CloudFormation refuses is found in its step, and without answers nothing starts Spark', async () => {
  const { said, ended } = start('--env', 'dev', '--no-answers', '--change', 'kafka.replicationFactor=1', '--json');
  expect([await ended, said.stderr]).toEqual([
    1,
    expect.stringContaining('Runs of Spark are not rehearsed: --no-answers leaves them out.'),
  ]);
  const [{ ok, steps, findings }] = JSON.parse(said.stdout).rehearsals;
  expect([ok, steps.map(({ step }: { step: string }) => step)]).toEqual([
    false,
    ['bootstrap', 'synth', 'deploy', 'again', 'diff', 'change'],
  ]);
  expect(findings[0]).toMatchObject({
    step: 'change',
    stack: 'Kafka',
    what: expect.stringContaining('cannot update a stack when a custom-named resource requires replacing'),
  });
  expect([leftRunning(), leftWritten()]).toEqual([[], []]);
}, 600_000);

test('Ctrl-C in the middle of a deployment ends everything, at once', async () => {
  const { child, said, ended } = start('--env', 'dev');
  await whenDeploying(said, child);
  expect(leftRunning().length).toBeGreaterThan(2);
  child.kill('SIGINT');
  expect([await ended, said.stderr]).toEqual([130, expect.stringContaining('Stopped; nothing is left running.')]);
  await until(() => leftRunning().length === 0, 5);
  expect(leftWritten()).toEqual([]);
});

test('killed, it takes its engine with it', async () => {
  const { child, said, ended } = start('--env', 'dev');
  await whenDeploying(said, child);
  child.kill('SIGKILL');
  await ended;
  await until(() => leftRunning().length === 0, 60);
});

test('a port that is in use is an error that says so', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { said, ended } = start('--env', 'dev', '--port', String(port));
  expect([await ended, said]).toEqual([
    1,
    {
      stdout: '',
      stderr: `port ${port} for the CloudFormation engine is in use by another program; pass --port with another one, or --port 0 for a free one\n`,
    },
  ]);
  server.close();
  expect([leftRunning(), leftWritten()]).toEqual([[], []]);
});
