import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runToEnd, sealedEnvironment } from '../../../ops/rehearsal/processes';
import { isRunning } from '../../systems/processes';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'processes-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(program: string, options: { limitMs?: number; signal?: AbortSignal } = {}) {
  return runToEnd(process.execPath, ['-e', program], {
    cwd: folder,
    env: sealedEnvironment({ home: join(folder, 'home'), temporary: folder }),
    limitMs: options.limitMs ?? 20_000,
    signal: options.signal ?? new AbortController().signal,
  });
}

test('a process of a rehearsal sees nothing of the user’s', async () => {
  process.env.AWS_PROFILE = 'mine';
  const { output, code } = await run(
    'console.log(JSON.stringify([process.env.HOME, process.env.AWS_PROFILE ?? null, process.env.HTTPS_PROXY ?? null]))',
  );
  delete process.env.AWS_PROFILE;
  expect([code, JSON.parse(output)]).toEqual([0, [join(folder, 'home'), null, null]]);
});

test.each([
  ['fetch', 'fetch("http://192.0.2.1/").catch((error) => console.log(error.cause.message))'],
  ['fetch of https', 'fetch("https://192.0.2.1/").catch((error) => console.log(error.cause.message))'],
  ['http', 'require("http").get("http://192.0.2.1/").on("error", (error) => console.log(error.message))'],
  ['a bare socket', 'require("net").connect(80, "192.0.2.1").on("error", (error) => console.log(error.message))'],
])('%s to another machine is refused before anything is sent', async (_how, program) => {
  expect((await run(program)).output).toBe('a rehearsal speaks to loopback only, not to 192.0.2.1\n');
});

test('a name is refused before it is looked up', async () => {
  const { output } = await run('fetch("http://example.test/").catch((error) => console.log(error.cause.message))');
  expect(output).toBe('a rehearsal speaks to loopback only, not to example.test\n');
});

test('loopback is reached', async () => {
  const server = createServer((_request, response) => response.end('here'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const program = `fetch("http://127.0.0.1:${port}/").then((answer) => answer.text()).then((text) => console.log(text))`;
  expect((await run(program)).output).toBe('here\n');
  server.close();
});

test('a program without end is ended at its limit, with what it started', async () => {
  const child = `require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { stdio: "inherit" })`;
  const { tooLong, code, output } = await run(`console.log(${child}.pid); setTimeout(() => {}, 60000)`, {
    limitMs: 5000,
  });
  expect([tooLong, code]).toEqual([true, null]);
  expect(output).toMatch(/^\d+\n$/);
  // The signal is sent by then; a busy machine may take a moment to end the process.
  for (let tries = 0; tries < 100 && isRunning(Number(output)); tries++) await sleep(50);
  expect(isRunning(Number(output))).toBe(false);
});

test('what is told to stop stops, and says so', async () => {
  const stop = new AbortController();
  const running = run('setTimeout(() => {}, 60000)', { signal: stop.signal });
  setTimeout(() => stop.abort(), 200);
  await expect(running).rejects.toThrow('aborted');
});
