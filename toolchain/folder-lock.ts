import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FolderInUseError, type HeldFolder, holdFile } from '../local/lock';

/** Longest wait for another process that is installing. */
const PATIENCE_MS = 20 * 60_000;

export interface Waiting {
  /** Longest wait for the lock. @default 20 minutes */
  readonly patienceMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Told once when there is a wait, and for whom. */
  readonly tell?: (sentence: string) => void;
}

/**
 * Does `work` while no other process does work under the same lock. The system holds the lock: it is free the moment its holder is dead.
 *
 * @throws Error when another process keeps the lock for longer than our patience; AbortError when the wait is ended
 */
export async function withLock<T>(file: string, work: () => Promise<T>, waiting: Waiting = {}): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const held = await taken(file, waiting);
  try {
    return await work();
  } finally {
    held.release();
  }
}

async function taken(
  file: string,
  { patienceMs = PATIENCE_MS, signal, tell = () => {} }: Waiting,
): Promise<HeldFolder> {
  const deadline = Date.now() + patienceMs;
  let told = false;
  for (;;) {
    try {
      // Not under the name alone: there the locks before this one held a process id.
      return await holdFile(`${file}.held`, file);
    } catch (error) {
      if (!(error instanceof FolderInUseError)) throw error;
      if (Date.now() > deadline) {
        const minutes = Math.round(patienceMs / 60_000);
        throw new Error(`${error.message} (waited ${minutes} min)`, { cause: error });
      }
      if (!told) tell(`waiting: ${error.message.replace(/;.*/, '')}`);
      told = true;
    }
    await sleep(200, undefined, { signal });
  }
}
