import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockFolder } from './folder-lock';
import { LmdbLog } from './lmdb-log';
import { Store } from './store';
import type { Log, LogOptions } from './types';

export * from './errors';
export type * from './types';

const DEFAULT_MAX_BYTES = 64 * 2 ** 30;

/**
 * Opens the log in `folder`, which is made if it is not there, and takes it for this process alone.
 *
 * @throws LogInUseError when another process holds it; LogFolderError when it is not a log of ours, damaged, or of another version.
 */
export async function openLog(
  folder: string,
  { fsync = false, now = Date.now, maxBytes = DEFAULT_MAX_BYTES }: LogOptions = {},
): Promise<Log> {
  mkdirSync(folder, { recursive: true });
  const { release } = lockFolder(folder);
  const store = new Store(join(folder, 'log.mdb'), { fsync, maxBytes });
  return new LmdbLog(folder, store, { now, release });
}
