import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { readOutputs } from '@pipeline/cli/outputs';
import { holdFolder } from './lock';
import { PROJECT_FOLDER } from './runtime/assembly';
import { PORTS } from './runtime/ports';
import { type ServeProcess, startServeProcess } from './runtime/serve-process';

jest.setTimeout(240_000);

let place: string;
const servers: ServeProcess[] = [];

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'many-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  rmSync(place, { recursive: true });
});

/** A runtime over a folder of its own, whose ports nobody has named. */
async function serve(name: string): Promise<ServeProcess> {
  const server = await startServeProcess({
    env: 'dev',
    data: join(place, name),
    reset: false,
    auth: 'none',
    limits: 'off',
    stagePath: 'sent',
    fsync: false,
    outputs: join(place, `${name}-outputs`),
  });
  servers.push(server);
  return server;
}

/** Runs a command to its end; gives its exit code and what it printed. */
function command(name: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  return new Promise((resolve) => {
    const program = join(PROJECT_FOLDER, 'local', `${name}.ts`);
    execFile(process.execPath, ['--import', tsx, program, ...args], { cwd: place }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

const running = async () =>
  (
    JSON.parse((await command('status', '--json')).stdout) as { running: { folder: string; addresses: object }[] }
  ).running.filter(({ folder }) => folder?.startsWith(place));

test('runs that begin together share no port; status lists them, and stop ends the one that is meant', async () => {
  const [one, two] = await Promise.all([serve('one'), serve('two')]);
  const urls = [one.viewsUrl, two.viewsUrl];
  const blocks = urls.map((url) => Number(new URL(url).port));
  expect(Math.abs(blocks[0]! - blocks[1]!)).toBeGreaterThanOrEqual(PORTS.length);
  const listed = await running();
  expect(listed.map(({ folder }) => folder).sort()).toEqual([join(place, 'one'), join(place, 'two')]);
  const { s3Endpoint } = readOutputs('local', join(place, 'one-outputs'));
  expect(listed.find(({ folder }) => folder === join(place, 'one'))?.addresses).toMatchObject({ s3: s3Endpoint });
  expect((await command('status')).stdout).toContain(`${blocks[0]}-${blocks[0]! + 3}`);

  // Who started it ends it when it is asked to, which may take some time.
  void one.askedToStop.then(() => pause(1_000)).then(() => one.stop());
  const stopped = await command('stop', '--data', join(place, 'one'));
  expect(stopped).toMatchObject({
    code: 0,
    stderr: `Stopped the pipeline over ${join(place, 'one')}, which served ${urls[0]}.\n`,
  });
  // By then it has ended: the folder is free.
  (await holdFolder(join(place, 'one'))).release();
  expect((await running()).map(({ folder }) => folder)).toEqual([join(place, 'two')]);
  const again = await command('stop', '--data', join(place, 'one'));
  expect(again).toMatchObject({
    code: 0,
    stderr: `Nothing serves ${join(place, 'one')}, so there is nothing to stop.\n`,
  });
  expect(await command('stop', '--data', join(place, 'none'))).toMatchObject({ code: 1 });
});
