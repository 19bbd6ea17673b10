import { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childrenOf, isRunning } from '../../test/systems/processes';
import type { RunOptions } from '../options';
import { RuntimeGone, ViewsClient } from '../report/views-client';
import { startServeProcess, whileServed } from './serve-process';

jest.setTimeout(120_000);

test('where every signal ends a process at once, as on Windows, the runtime still closes its logs in good order', async () => {
  const root = mkdtempSync(join(tmpdir(), 'serve-process-'));
  const data = join(root, 'data');
  const kill = ChildProcess.prototype.kill;
  jest.spyOn(ChildProcess.prototype, 'kill').mockImplementation(function (this: ChildProcess) {
    return kill.call(this, 'SIGKILL');
  });
  try {
    const options = { env: 'dev', data, outputs: join(root, 'outputs'), port: 0, auth: 'none', limits: 'off' };
    const runtime = await startServeProcess({ ...options, reset: false, fsync: false } as RunOptions);
    expect(existsSync(join(data, 'kafka', 'closed.json'))).toBe(false);
    await runtime.stop();
    expect(existsSync(join(data, 'kafka', 'closed.json'))).toBe(true);
    expect(existsSync(join(data, 'kinesis', 'closed.json'))).toBe(true);
  } finally {
    jest.restoreAllMocks();
    rmSync(root, { recursive: true, force: true });
  }
});

test('a runtime that is interrupted while it comes up is gone at once', async () => {
  const root = mkdtempSync(join(tmpdir(), 'serve-process-'));
  const pids: number[] = [];
  try {
    const options = { env: 'dev', data: join(root, 'data'), outputs: join(root, 'outputs'), port: 0, auth: 'none' };
    const interrupt = new AbortController();
    // Earlier tests of the same worker may have left children that serve them all, such as a bundler.
    const before = childrenOf(process.pid);
    const started = startServeProcess(
      { ...options, limits: 'off', reset: false, fsync: false } as RunOptions,
      process.env,
      interrupt.signal,
    );
    pids.push(...childrenOf(process.pid).filter((pid) => !before.includes(pid)));
    setTimeout(() => interrupt.abort(), 300);
    await expect(started).rejects.toMatchObject({ name: 'AbortError' });
    expect(pids).not.toEqual([]);
    expect(pids.filter((pid) => isRunning(pid))).toEqual([]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('a runtime that ends in the middle is told by its end, and not by what broke off', async () => {
  const ended = new Error(
    'the runtime was ended by SIGKILL; start again with the same options and it goes on where it was',
  );
  const died = new Promise<never>((_, reject) => setTimeout(() => reject(ended), 200));
  died.catch(() => {});
  const broken = Promise.reject(
    new RuntimeGone('the runtime at http://127.0.0.1:1/ does not answer any more (ECONNRESET)'),
  );
  await expect(whileServed({ died }, broken)).rejects.toBe(ended);
  const other = new Error('a question without an answer');
  await expect(whileServed({ died: new Promise(() => {}) }, Promise.reject(other))).rejects.toBe(other);
});

test('a client whose runtime has gone says so, and one that is interrupted says that', async () => {
  const client = new ViewsClient('http://127.0.0.1:9/');
  await expect(client.flush()).rejects.toMatchObject({
    name: 'RuntimeGone',
    message: expect.stringMatching(
      /^the runtime at http:\/\/127\.0\.0\.1:9\/ does not answer any more \(.+\); start again/,
    ),
  });
  await expect(new ViewsClient('http://127.0.0.1:9/', AbortSignal.abort()).flush()).rejects.toMatchObject({
    name: 'AbortError',
  });
});
