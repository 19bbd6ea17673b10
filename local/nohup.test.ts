import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

jest.setTimeout(120_000);

const ROOT = join(__dirname, '..');

let root: string;
let npm: ChildProcess;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nohup-'));
});
afterEach(() => {
  // What npm has started stays in its group when npm has gone.
  try {
    process.kill(-npm.pid!, 'SIGKILL');
  } catch {}
  rmSync(root, { recursive: true, force: true });
});

const places = () => ['--data', join(root, 'data'), '--outputs', join(root, 'outputs')];

/** Resolves when `look` gives something. */
async function first<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await pause(50)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error('waited in vain');
}

test('nohup npm start outlives the terminal that it was typed in, although npm does not', async () => {
  const argv = ['npm', 'start', '--', '--port', '0', '--posts', '50', ...places()];
  npm = spawn('nohup', argv, { cwd: ROOT, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  // What npm has started holds its stderr.
  const allOver = once(npm, 'close');
  let said = '';
  npm.stderr!.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const page = await first(() => (said.includes('Ctrl-C stops it.') ? /Page +(http\S+)/.exec(said)?.[1] : undefined));
  const health = async () => (await (await fetch(new URL('health', page))).json()) as { uptimeSeconds: number };

  // As the terminal does: to all that it has started.
  process.kill(-npm.pid!, 'SIGHUP');
  expect(await once(npm, 'exit')).toEqual([null, 'SIGHUP']);
  const then = await health();
  // Whoever misses npm looks for it twice a second.
  await first(async () => ((await health()).uptimeSeconds > then.uptimeSeconds + 2 ? true : undefined));

  const stop = spawn('npm', ['run', 'stop', '--', ...places().slice(0, 2)], { cwd: ROOT, stdio: 'ignore' });
  expect(await once(stop, 'exit')).toEqual([0, null]);
  await allOver;
  expect(said).not.toContain('Stopping');
  expect(existsSync(join(root, 'data', 'kafka', 'closed.json'))).toBe(true);
});
