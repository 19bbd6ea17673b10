import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { renameOver } from '@pipeline/cli/rename-over';

/** Gives a complete file its name. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await renameOver(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(to), { recursive: true });
    await renameOver(from, to);
  }
}

/** Moves a file unless it was moved before. @throws Error when the file is in neither place, or has another size. */
export async function moveUnlessMoved({ from, to, bytes }: { from: string; to: string; bytes: number }): Promise<void> {
  if ((await sizeOf(from)) !== undefined) await moveFile(from, to);
  const size = await sizeOf(to);
  if (size === bytes) return;
  const what = size === undefined ? 'was delivered and is gone' : `was delivered with ${bytes} bytes and has ${size}`;
  throw new Error(`S3 sink: ${to} ${what}; restore it, or start again with an empty bucket and an empty log`);
}

/** Waits until a file is on the disk. Opens it for writing, because Windows does not sync a file that is open only for reading. */
export async function syncFile(path: string): Promise<void> {
  await sync(path, 'r+');
}

/** Waits until the names in a folder are on the disk. Does nothing on Windows, which cannot open a folder and stores names itself. */
export async function syncFolder(path: string, platform: NodeJS.Platform = process.platform): Promise<void> {
  if (platform !== 'win32') await sync(path, 'r');
}

async function sync(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** All files below a folder. Empty if the folder does not exist. */
export async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Size in bytes; undefined when the file does not exist. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
