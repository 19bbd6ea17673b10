import { linkSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LogInUseError } from './errors';

interface Holder {
  readonly pid: number;
  /** Start time of the process where the system tells it (Linux), so that a number used again is not taken for the old process. */
  readonly started: string | null;
}

const heldHere = new Set<string>();

/**
 * Takes `folder` for this process alone, by a file `lock` that names the holder. A lock left by a dead process is taken over.
 *
 * @returns how to give it free, and whether a holder died without doing so.
 * @throws LogInUseError naming folder and process.
 */
export function lockFolder(folder: string): { readonly release: () => void; readonly takenOver: boolean } {
  const path = join(realpathSync(folder), 'lock');
  if (heldHere.has(path)) throw new LogInUseError(`${folder} is open in this process already; close it first`);
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, started: startOf(process.pid) } satisfies Holder));
  try {
    const takenOver = linkOver(mine, path, folder);
    heldHere.add(path);
    const release = () => {
      rmSync(path, { force: true });
      heldHere.delete(path);
    };
    return { release, takenOver };
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Files of the lock, not of the log. */
export function isLockFile(name: string): boolean {
  return name === 'lock' || name.startsWith('lock.');
}

function linkOver(mine: string, path: string, folder: string): boolean {
  for (let takenOver = false; ; takenOver = true) {
    try {
      linkSync(mine, path);
      return takenOver;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const left = readIfThere(path);
    if (left === undefined) continue;
    const holder = parseHolder(left);
    if (holder !== undefined && isAlive(holder)) {
      throw new LogInUseError(`${folder} is in use by process ${holder.pid}; stop it, or choose another folder`);
    }
    // Two processes may find the same dead lock: the one whose rename comes second must not remove the first one's new lock.
    const aside = `${path}.stale.${process.pid}`;
    try {
      renameSync(path, aside);
    } catch {
      continue;
    }
    if (readIfThere(aside) !== left) {
      try {
        linkSync(aside, path);
      } catch {
        // A third process holds it by now; the next turn of the loop finds out who.
      }
    }
    rmSync(aside, { force: true });
  }
}

function isAlive({ pid, started }: Holder): boolean {
  // Our own number and not in `heldHere`: a process before us had the same, as in a container after a restart.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = startOf(pid);
  return started === null || now === null || started === now;
}

function startOf(pid: number): string | null {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // Field 22; the name in field 2 may hold blanks and brackets, so count from its closing bracket.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null;
    if (typeof holder?.pid !== 'number') return undefined;
    return { pid: holder.pid, started: typeof holder.started === 'string' ? holder.started : null };
  } catch {
    return undefined;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
