import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outputs, readOutputs } from '@pipeline/emulator';
import { type ServeProcess, startServeProcess } from '../../local/runtime/serve-process';
import { childrenOf } from '../systems/processes';

/** The runtime as users run it, in a process of its own, over one data folder that outlives it. */
export class Laptop {
  readonly root = mkdtempSync(join(tmpdir(), 'laptop-'));
  private running: ServeProcess | undefined;

  get data(): string {
    return join(this.root, 'data');
  }

  get bucket(): string {
    return join(this.data, 's3');
  }

  get server(): ServeProcess {
    if (!this.running) throw new Error('the runtime is not running');
    return this.running;
  }

  get outputs(): Outputs {
    return readOutputs('local', join(this.root, 'outputs'));
  }

  /** Starts the runtime on the folder as it is. @throws ServeFailed with the runtime's own line */
  async start(): Promise<void> {
    this.running = await startServeProcess({
      env: 'dev',
      data: this.data,
      reset: false,
      port: 0,
      auth: 'none',
      limits: 'off',
      stagePath: 'sent',
      fsync: false,
      outputs: join(this.root, 'outputs'),
    });
  }

  /** Ends the process as a power button would, and waits until it is gone. */
  async kill(): Promise<void> {
    const { pid, died } = this.server;
    process.kill(pid, 'SIGKILL');
    await expect(died).rejects.toThrow('the runtime was ended by SIGKILL');
    this.running = undefined;
  }

  /**
   * Starts the runtime and kills it some time after it has taken the log's folder, so most likely before it serves.
   *
   * @returns whether it was killed before it was ready.
   */
  async killWhileStarting(afterMs: number): Promise<boolean> {
    const before = childrenOf(process.pid);
    const started = this.start().then(
      () => false,
      (error: Error) => {
        expect(error.message).toBe('the runtime ended with SIGKILL before it was ready');
        return true;
      },
    );
    const runtime = () => childrenOf(process.pid).find((pid) => !before.includes(pid));
    await until('the log is held', () => {
      const pid = runtime();
      return pid !== undefined && hasOpen(pid, join(this.data, 'kafka', 'held.lock'));
    });
    const pid = runtime()!;
    await pause(afterMs);
    process.kill(pid, 'SIGKILL');
    const killedEarly = await started;
    if (!killedEarly) await expect(this.server.died).rejects.toThrow('SIGKILL');
    this.running = undefined;
    return killedEarly;
  }

  async remove(): Promise<void> {
    await this.running?.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Whether a process has a file open. Where the system does not tell, its being there has to do. */
function hasOpen(pid: number, file: string): boolean {
  if (!existsSync('/proc/self/fd')) return true;
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === file);
  } catch {
    // It has ended, or closed a file between two looks.
    return false;
  }
}

const PATIENCE_MS = 120_000;

export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS} ms in vain until ${what}`);
    await pause(2);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
