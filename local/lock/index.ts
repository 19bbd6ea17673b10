import { copyFileSync, existsSync, linkSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** The file that the operating system keeps locked for its holder. */
const LOCK = 'held.lock';

/** Another process (or this one) has the folder open. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

/** A folder that belongs to this process until it is given free, or until the process ends, however it does. */
export interface HeldFolder {
  readonly release: () => void;
}

/** Each file that is held here, with what has it open: of something that nobody keeps, the garbage collector would close the file. */
const heldHere = new Map<string, DuckDBInstance | undefined>();

/**
 * Takes `folder` for this process alone; the folder must be there.
 *
 * The system itself holds the lock, on a small DuckDB file that DuckDB locks as long as it has it open (fcntl, or share modes on
 * Windows). So it is free the moment its process is dead: no process id is looked at, which may be a zombie's or used again.
 *
 * @throws FolderInUseError that names the folder, and the process where the system tells it
 */
export function holdFolder(folder: string): Promise<HeldFolder> {
  return holdFile(join(realpathSync(folder), LOCK), folder);
}

/**
 * Takes the lock `path` for this process alone; its folder must be there. The file stays: it is the lock that goes.
 *
 * @param what is held, in the words of the errors
 * @throws FolderInUseError
 */
export async function holdFile(path: string, what = path): Promise<HeldFolder> {
  if (heldHere.has(path)) throw new FolderInUseError(`${what} is open in this process already; close it first`);
  heldHere.set(path, undefined);
  try {
    if (!existsSync(path)) await createWhole(path);
    const file = await openFile(path);
    heldHere.set(path, file);
    return {
      release: () => {
        file.closeSync();
        heldHere.delete(path);
      },
    };
  } catch (error) {
    heldHere.delete(path);
    throw explained(what, path, error);
  }
}

/** Files of the lock, and of the ones before it; whoever empties a folder leaves them. Never open them: the system would give up the lock. */
export function isLockFile(name: string): boolean {
  return name === 'lock' || name.startsWith('lock.') || name.startsWith(LOCK);
}

/** The file appears whole: nobody ever finds half of it, whenever its maker dies, and of two makers one is first. */
async function createWhole(path: string): Promise<void> {
  const aside = `${path}.${process.pid}.${Date.now()}`;
  const copy = `${aside}.copy`;
  (await openFile(aside)).closeSync();
  // A process gives up its lock on a file when it closes any handle of that file. So what DuckDB had open here must be another file.
  copyFileSync(aside, copy);
  try {
    linkSync(copy, path);
  } catch {
    // Another was first, or the disk knows no hard links (exFAT): then whoever opens it makes it, under DuckDB's own lock.
  } finally {
    for (const file of [aside, copy]) rmSync(file, { force: true });
  }
}

function openFile(path: string): Promise<DuckDBInstance> {
  return DuckDBInstance.create(path, { threads: '1' });
}

function explained(folder: string, path: string, error: unknown): Error {
  const holder = holderIn((error as Error).message);
  if (holder) {
    return new FolderInUseError(
      `${folder} is in use by ${holder.pid ? `process ${holder.pid}` : 'another process'}; stop it, or choose another folder`,
    );
  }
  if (statSync(path, { throwIfNoEntry: false }) !== undefined && /not a valid DuckDB/.test((error as Error).message)) {
    return new Error(
      `${path} is damaged; no record is in it: remove it while nothing uses ${folder}, and start again`,
      { cause: error },
    );
  }
  return error as Error;
}

/**
 * Who DuckDB says has the file open; undefined when its message is of something else. It asks the system, so Linux and macOS say one
 * thing and Windows another, there after a sentence in the user's language.
 */
export function holderIn(message: string): { readonly pid: string | undefined } | undefined {
  if (!/could not set lock on file|file is already open in|used by another process/i.test(message)) return undefined;
  return { pid: /\(PID (\d+)\)/.exec(message)?.[1] };
}
