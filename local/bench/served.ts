import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outputs, readOutputs } from '@pipeline/emulator';
import { startServeProcess } from '../runtime/serve-process';

/** Runs `work` against a runtime of its own, in its own process and with an empty folder that is gone afterwards. */
export async function withRuntime<T>(fsync: boolean, work: (outputs: Outputs) => Promise<T>, kafka?: true): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const data = join(root, 'data');
    const server = await startServeProcess({
      env: 'dev',
      data,
      reset: false,
      port: 0,
      auth: 'none',
      limits: 'off',
      stagePath: 'sent',
      fsync,
      kafka,
      outputs: join(root, 'outputs'),
    });
    try {
      return await Promise.race([work(readOutputs('local', join(root, 'outputs'))), server.died]);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
