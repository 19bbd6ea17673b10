import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syncFile, syncFolder } from './files';

const opened: string[] = [];
jest.mock('node:fs/promises', () => {
  const real = jest.requireActual('node:fs/promises');
  /** As Windows does: it syncs no handle that may only read, and opens no folder. */
  const open = async (path: string, flags: string): Promise<Pick<FileHandle, 'sync' | 'close'>> => {
    const handle: FileHandle = await real.open(path, flags);
    opened.push(`${flags} ${path}`);
    const sync = async () => {
      if (flags === 'r') throw Object.assign(new Error('EPERM: operation not permitted, fsync'), { code: 'EPERM' });
      await handle.sync();
    };
    return { sync, close: () => handle.close() };
  };
  return { ...real, open };
});

test('on Windows a file is synced through a handle that may write, and a folder is left to the system', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sink-files-'));
  const file = join(folder, 'a.json');
  writeFileSync(file, '{}\n');
  await syncFile(file);
  await syncFolder(folder, 'win32');
  expect(opened).toEqual([`r+ ${file}`]);
  await expect(syncFolder(folder, 'linux')).rejects.toMatchObject({ code: 'EPERM' });
  rmSync(folder, { recursive: true });
});
