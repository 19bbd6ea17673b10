import { damaged, holdFolder } from './folder';
import { FreeSpace } from './free-space';
import { LmdbLog } from './lmdb-log';
import { Store } from './store';
import type { Log, LogOptions } from './types';

export * from './errors';
export type * from './types';

const DEFAULT_MIN_FREE_BYTES = 32 * 2 ** 20;

/**
 * Opens the log in `folder` for this process alone. Creates the folder if it is missing.
 *
 * @throws FolderInUseError when another process holds it; LogFolderError when the folder holds other files, or a log that is damaged or of another version.
 */
export async function openLog(
  folder: string,
  { fsync = false, now = Date.now, minFreeBytes = DEFAULT_MIN_FREE_BYTES, onFull }: LogOptions = {},
): Promise<Log> {
  const held = await holdFolder(folder);
  let store: Store | undefined;
  try {
    store = new Store(held.storePath, { fsync, create: held.isNew });
    const space = new FreeSpace(folder, minFreeBytes, onFull);
    const log = new LmdbLog(folder, store, { now, space, closed: held.closed });
    held.opened();
    return log;
  } catch (error) {
    await store?.close();
    held.release();
    throw damaged(folder, error instanceof Error ? error.message : String(error), error);
  }
}
