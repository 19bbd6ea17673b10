import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorText, exitCodeOf } from '@pipeline/cli/error-text';
import { isRunning } from '../test/systems/processes';
import { runProgram } from './run-program';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-program-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (program: string, signal?: AbortSignal) => runProgram(process.execPath, ['-e', program], signal);

test('a program that fails is an error with its status and what it said last', async () => {
  await expect(run(`console.log('one'); console.error('no space left'); process.exitCode = 4`)).rejects.toThrow(
    /ended with 4:\n(one\n)?no space left/,
  );
  await expect(run('')).resolves.toBeUndefined();
});

test('what a failed program said last reaches the person at the terminal', async () => {
  const error: unknown = await run(`console.error('no such option'); process.exitCode = 4`).catch((failed) => failed);
  expect(errorText(error)).toMatch(/ended with 4:\nno such option$/);
  expect(exitCodeOf(error)).toBe(1);
});

test('an interruption ends the program and what it has started, as venv starts pip', async () => {
  const file = join(folder, 'pid');
  const started = `require('fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => {}, 1000)`;
  const stop = new AbortController();
  const running = run(
    `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(started)}])`,
    stop.signal,
  );
  for (let tries = 0; !existsSync(file) && tries < 500; tries++) await sleep(20);
  await sleep(50);
  const pid = Number(readFileSync(file, 'utf8'));
  stop.abort();
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  for (let tries = 0; isRunning(pid) && tries < 500; tries++) await sleep(20);
  expect(isRunning(pid)).toBe(false);
});
