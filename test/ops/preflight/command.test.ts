import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDownloads } from '../../../ops/preflight/downloads';
import { findingsTable } from '../../../ops/preflight/report';
import { checkTools } from '../../../ops/preflight/tools';
import { type Aws, startAws } from '../../../stand-ins/aws';
import { environmentOf, PINNED, ROOT } from './testing/world';

let aws: Aws;
beforeAll(async () => {
  aws = await startAws({ region: 'us-east-1', zones: { 'us-east-1a': 'available', 'us-east-1b': 'available' } });
});
afterAll(() => aws.close());

function run(environment: Record<string, string>, ...options: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'ops/preflight.ts', ...options], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...environment },
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

test('with an account it asks all that can be asked, as JSON, and ends with 1 where something would fail', async () => {
  const { status, stdout, stderr } = await run(environmentOf(aws), '--env', 'dev', '--json');
  expect(stderr).toBe('');
  const { env, findings } = JSON.parse(stdout) as { env: string; findings: { check: string; state: string }[] };
  const states = Object.fromEntries(findings.map(({ check, state }) => [check, state]));
  expect(env).toBe('dev');
  expect(states).toMatchObject({ credentials: 'ok', bootstrap: 'ok', zones: 'ok', 'Kafka version': 'ok' });
  expect(status).toBe(Object.values(states).includes('fails') ? 1 : 0);
  expect(stdout).not.toContain('key-that-nobody-prints');
});

test('an account that is not ready ends with 1, and every failure has its fix below it', async () => {
  const bare = await startAws({ region: 'us-east-1', bootstrap: undefined, zones: {} });
  const { status, stdout } = await run(environmentOf(bare), '--env', 'dev');
  await bare.close();
  expect(status).toBe(1);
  const lines = stdout.split('\n');
  const failures = lines.flatMap((line, at) =>
    line.startsWith('FAILS')
      ? [
          lines
            .slice(at)
            .find((below) => /^ *→/.test(below))!
            .trim(),
        ]
      : [],
  );
  expect(failures).toContain('→ npx cdk bootstrap aws://111122223333/us-east-1 -c env=dev');
  expect(failures.filter((fix) => !fix.startsWith('→ '))).toEqual([]);
  expect(stdout.trim()).toMatch(/ would fail, .* A deployment would fail\.$/);
});

test.each([
  [[], 2],
  [['--env', 'prd'], 2],
  [['--help'], 0],
])('%j ends with %d', async (options, status) => {
  expect((await run(environmentOf(aws), ...options)).status).toBe(status);
});

const finding = (check: string, state: 'ok' | 'fails' | 'warns' | 'skipped', fix = '') => ({
  check,
  state,
  found: 'x',
  fix,
});

test('the summary counts each kind', () => {
  const findings = [finding('a', 'ok'), finding('bcd', 'warns', 'do it'), finding('e', 'skipped'), finding('f', 'ok')];
  expect(findingsTable(findings).split('\n')).toEqual([
    'ok        a    x',
    'may fail  bcd  x',
    '    → do it',
    'skipped   e    x',
    'ok        f    x',
    '',
    '2 ok, 0 would fail, 1 may fail, 1 skipped. Nothing seen that a deployment would fail on.',
    '',
  ]);
});

/** A checkout with an aws-cdk of some version installed, and nothing else. */
function givenCheckout(version: string): string {
  const root = mkdtempSync(join(tmpdir(), 'checkout-'));
  mkdirSync(join(root, 'node_modules/aws-cdk'), { recursive: true });
  writeFileSync(join(root, 'node_modules/aws-cdk/package.json'), JSON.stringify({ name: 'aws-cdk', version }));
  const wanted = {
    engines: { node: '>=20.19.0' },
    dependencies: { 'aws-cdk-lib': '2.276.0', esbuild: '1.2.3' },
    devDependencies: { 'aws-cdk': '2.1148.1' },
  };
  writeFileSync(join(root, 'package.json'), JSON.stringify(wanted));
  return root;
}

test.each([
  ['v20.19.0', 'ok'],
  ['v22.0.0', 'ok'],
  ['v20.20.2', 'ok'],
  ['v20.18.9', 'fails'],
  ['v18.20.0', 'fails'],
])('Node %s is %s', (version, state) => {
  expect(checkTools(ROOT, version)[0]!.state).toBe(state);
});

test('a CDK CLI of another version, and what is not installed, fail with what to do', () => {
  const root = givenCheckout('3.0.0');
  expect(checkTools(root, 'v20.19.0').slice(1)).toEqual([
    { check: 'aws-cdk', state: 'fails', found: '3.0.0, and package.json asks for 2.1148.1', fix: 'npm ci' },
    { check: 'aws-cdk-lib', state: 'fails', found: 'not installed, and package.json asks for 2.276.0', fix: 'npm ci' },
    { check: 'esbuild', state: 'fails', found: 'not installed, and package.json asks for 1.2.3', fix: 'npm ci' },
  ]);
  rmSync(root, { recursive: true });
});

test('a download without a checksum fails by its name', () => {
  expect(checkDownloads(PINNED).state).toBe('ok');
  const open = { ...PINNED, 'confluent-community': { ...PINNED['confluent-community'], sha256: null } };
  expect(checkDownloads(open)).toMatchObject({
    state: 'fails',
    found: '1 of 3 files have no checksum in artefacts.lock.json: confluent-community',
    fix: expect.stringContaining('npm run pin-artefacts'),
  });
});
