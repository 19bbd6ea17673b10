import { statfsSync } from 'node:fs';
import { LogFullError } from './errors';

const LOOK_EVERY_BYTES = 4 * 2 ** 20;
const LOOK_EVERY_MS = 250;

/** Watches the free space of a folder's disk, without asking the system at every commit. */
export class FreeSpace {
  private readonly folder: string;
  private readonly minFreeBytes: number;
  private readonly onFull: (error: LogFullError) => void;
  private claimed = 0;
  private lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(folder: string, minFreeBytes: number, onFull: (error: LogFullError) => void = () => {}) {
    this.folder = folder;
    this.minFreeBytes = minFreeBytes;
    this.onFull = onFull;
  }

  /** @throws LogFullError when writing `bytes` more could leave less than the minimum. */
  claim(bytes: number): void {
    if (bytes === 0) return;
    this.claimed += bytes;
    if (this.claimed < LOOK_EVERY_BYTES && performance.now() - this.lookedAtMs < LOOK_EVERY_MS) return;
    this.check(bytes);
    this.claimed = 0;
    this.lookedAtMs = performance.now();
  }

  /** Asks the system now. @throws LogFullError as `claim` does */
  check(bytes = 0): void {
    const { bavail, bsize } = statfsSync(this.folder);
    const free = bavail * bsize;
    if (free - bytes >= this.minFreeBytes) return;
    const room = `the disk has ${mebibytes(free)} MiB free and the log keeps ${mebibytes(this.minFreeBytes)} MiB of it free`;
    const error = new LogFullError(`${this.folder}: ${room}; the records were not stored, free some space`);
    this.onFull(error);
    throw error;
  }
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}
