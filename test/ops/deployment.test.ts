import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { perDataset } from '@pipeline/datasets/schema';
import { loadArtefacts } from '../../config/artefacts';
import { loadEnvironment } from '../../config/load';
import { namesStacks } from '../../ops/cdk';
import { outputsOf, refuseProtected, refuseUnpinned } from '../../ops/deployment';
import { digestOf } from '../../ops/download-digest';

const ROOT = join(__dirname, '../..');

function run(command: string, ...options: string[]): Promise<{ status: number | null; stderr: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', `ops/${command}.ts`, ...options], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 25_000,
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stderr: stderr.trim() })));
}

test('a deployed environment says where its API is and how to sign, from the stacks’ outputs', () => {
  const outputs = {
    'pinterest-0a1b2c3d4e5f-Api': { ApiUrl: 'https://abc.execute-api.us-east-1.amazonaws.com/dev/', Other: 'x' },
    'pinterest-0a1b2c3d4e5f-Lake': { TopicsBucket: 'pinterest-lake-1', Other: 'y' },
  };
  expect(outputsOf(loadEnvironment('dev'), outputs)).toEqual({
    env: 'dev',
    apiUrl: 'https://abc.execute-api.us-east-1.amazonaws.com/dev/',
    region: 'us-east-1',
    auth: 'iam',
    userId: '0a1b2c3d4e5f',
    topics: perDataset((name) => `0a1b2c3d4e5f.${name}`),
    streams: perDataset((name) => `streaming-0a1b2c3d4e5f-${name}`),
    lake: { url: 's3://pinterest-lake-1/topics/', closesAfterSeconds: 300 },
  });
});

test('a deployment of the API alone leaves open where the lake is', () => {
  const outputs = { 'pinterest-0a1b2c3d4e5f-Api': { ApiUrl: 'https://abc.example/dev/' } };
  expect(outputsOf(loadEnvironment('dev'), outputs)).not.toHaveProperty('lake');
});

test('a deployment that left the API alone writes no outputs', () => {
  expect(outputsOf(loadEnvironment('dev'), { 'pinterest-0a1b2c3d4e5f-Lake': {} })).toBeUndefined();
});

test('deploying with a download that nobody pinned is refused by its name, before anything is synthesized', () => {
  const artefacts = loadArtefacts();
  const pinned = Object.fromEntries(
    Object.entries(artefacts).map(([name, each]) => [name, { ...each, sha256: 'a'.repeat(64) }]),
  );
  expect(() => refuseUnpinned({ ...artefacts, ...pinned })).not.toThrow();
  expect(() =>
    refuseUnpinned({ ...artefacts, ...pinned, 'kafka-connect-s3': { ...artefacts['kafka-connect-s3'], sha256: null } }),
  ).toThrow(
    'artefacts.lock.json: kafka-connect-s3 has no sha256; run npm run pin-artefacts, then look at what it wrote',
  );
});

test('destroying an environment whose data is protected is refused with what to do', async () => {
  expect(() => refuseProtected(loadEnvironment('dev'))).not.toThrow();
  expect(await run('destroy', '--env', 'prod')).toEqual({
    status: 2,
    stderr:
      'config/prod.yaml: destroyData is false, so Lake, Kafka, Streams and SourceDatabase stay; name the stacks that may go ' +
      '(npm run destroy -- --env prod S3Sink Api …), or set destroyData: true, deploy, and destroy again',
  });
});

test('without an environment every command is wrong usage; --help is not', async () => {
  const commands = ['deploy', 'destroy', 'diff', 'synth'];
  expect(await Promise.all(commands.map((command) => run(command)))).toEqual(
    commands.map((command) => ({
      status: 2,
      stderr: `--env <name> is missing; npm run ${command} -- --help lists what there is`,
    })),
  );
  expect((await run('deploy', '--help')).status).toBe(0);
});

test.each<[string[], boolean]>([
  [[], false],
  [['--require-approval', 'never'], false],
  [['-c', 'a=b', '--quiet'], false],
  [['--output=x'], false],
  [['Api'], true],
  [['--quiet', 'Api'], true],
  [['-e', 'Api'], true],
  [['--all'], true],
])('of %j it is known whether they name stacks', (rest, named) => {
  expect(namesStacks(rest)).toBe(named);
});

test('what an address serves is digested whole, or not at all', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/short') {
      response.writeHead(200, { 'content-length': 10 }).write('abc');
      setTimeout(() => response.destroy(), 10);
    } else if (request.url === '/gone') response.writeHead(404).end();
    else response.end('abc');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await digestOf(`${site}/file`)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  await expect(digestOf(`${site}/gone`)).rejects.toThrow(`GET ${site}/gone answered 404`);
  await expect(digestOf(`${site}/short`)).rejects.toThrow();
  server.close();
});
