import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

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
 * Does `work` while no other process does work under the same lock file. The file holds the owner's process id, and
 * the lock of a process that has died is taken over.
 *
 * @throws Error when another process keeps the lock for longer than our patience; AbortError when the wait is ended
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  { patienceMs = PATIENCE_MS, signal, tell = () => {} }: Waiting = {},
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const deadline = Date.now() + patienceMs;
  let told = false;
  while (!take(file)) {
    const owner = ownerOf(file);
    if (owner !== undefined && !isAlive(owner)) dropDead(file, owner);
    else if (Date.now() > deadline) {
      throw new Error(
        `${file}: process ${owner} has held this lock for ${Math.round(patienceMs / 60_000)} min; end it and start again`,
      );
    } else {
      if (owner !== undefined && !told) tell(`waiting for process ${owner}, which holds ${file}`);
      told ||= owner !== undefined;
      await sleep(200, undefined, { signal });
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The owner's process id; undefined while the file is being written or has just gone. */
function ownerOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Renames before removing, so that of two waiters only one removes, and puts back what was not the dead one's. */
function dropDead(file: string, owner: number): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (ownerOf(aside) === owner) rmSync(aside, { force: true });
  else renameSync(aside, file);
}
