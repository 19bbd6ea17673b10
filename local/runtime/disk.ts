import { statfsSync } from 'node:fs';
import { Problem } from '../serving';
import type { Health } from './health';

/** The log leaves 32 MiB on the disk; with less than this it will soon refuse records again. */
const ENOUGH_BYTES = 33 * 2 ** 20;
const LOOK_EVERY_MS = 1_000;

/** Whether an error, or what caused it, is that the disk has no room: in the words of the system, of DuckDB or of our log. */
export function isDiskFull(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, name, message = '', cause } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || name === 'LogFullError') return true;
  return /no space left on device|not enough space on the disk|ENOSPC/i.test(message) || isDiskFull(cause);
}

/** The disk under the data folder: once somebody has met its end, `/health` says so until there is room. */
export class Disk {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly folder: string,
    private readonly health: Health,
    private readonly freeBytes = () => freeUnder(folder),
  ) {}

  /** Takes note of an error, if it is the disk's. True when it is. */
  met(error: unknown): boolean {
    if (!isDiskFull(error)) return false;
    this.raise();
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS).unref();
    return true;
  }

  /** The error for whoever asked over HTTP for what a full disk has prevented; any other as it is. */
  told(error: unknown): unknown {
    if (!this.met(error)) return error;
    return new Problem(
      507,
      `the disk that holds ${this.folder} is full: free some space, then try again; nothing is lost`,
    );
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private look(): void {
    if (this.freeBytes() < ENOUGH_BYTES) this.raise();
    else {
      this.stop();
      this.health.clear('disk-full');
    }
  }

  private raise(): void {
    this.health.raise('disk-full', {
      what: `The disk that holds ${this.folder} is full: ${Math.floor(this.freeBytes() / 2 ** 20)} MiB are free.`,
      remedy: 'Free some space. Everything that waits for it goes on by itself, and what was acknowledged is kept.',
    });
  }
}

function freeUnder(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
