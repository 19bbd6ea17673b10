import { renameSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a rename is tried again while another program holds one of the two files open. */
const PATIENCE_MS = 2_000;
const PAUSE_MS = 20;

/** What Windows answers while a virus scanner, an indexer or a reader has the file open. */
const HELD_OPEN = new Set(['EPERM', 'EACCES', 'EBUSY']);

export interface RenameOptions {
  /** @default the system this runs on */
  readonly platform?: NodeJS.Platform;
  /** @default 2 s */
  readonly patienceMs?: number;
}

/**
 * Renames a file over another. On Windows, where a file that somebody has open cannot be replaced, it is tried again for two seconds.
 *
 * @throws the last error of the system
 */
export async function renameOver(from: string, to: string, options: RenameOptions = {}): Promise<void> {
  const mayRetry = retries(options);
  for (;;) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (!mayRetry(error)) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/** The same, without giving way to other work meanwhile. */
export function renameOverSync(from: string, to: string, options: RenameOptions = {}): void {
  const mayRetry = retries(options);
  for (;;) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if (!mayRetry(error)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function retries({
  platform = process.platform,
  patienceMs = PATIENCE_MS,
}: RenameOptions): (error: unknown) => boolean {
  const deadline = Date.now() + patienceMs;
  return (error) =>
    platform === 'win32' && HELD_OPEN.has((error as NodeJS.ErrnoException).code ?? '') && Date.now() < deadline;
}
