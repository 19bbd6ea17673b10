import { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunOptions } from '../options';
import { startServeProcess } from './serve-process';

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
