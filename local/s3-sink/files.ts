import { mkdir, open, readdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Gives a complete file its name. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
  }
}

/** The same, if it was not done before. @throws Error when the file is in neither place, or not as long as it was. */
export async function moveUnlessMoved({ from, to, bytes }: { from: string; to: string; bytes: number }): Promise<void> {
  if ((await sizeOf(from)) !== undefined) await moveFile(from, to);
  const size = await sizeOf(to);
  if (size === bytes) return;
  const what = size === undefined ? 'was delivered and is gone' : `was delivered with ${bytes} bytes and has ${size}`;
  throw new Error(`S3 sink: ${to} ${what}; restore it, or begin with an empty bucket and an empty log`);
}

/** Waits until a file, or the names in a folder, are on the disk. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** All files below a folder; none if it is not there. */
export async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** In bytes; undefined when nothing is there. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
