import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renameOver, renameOverSync } from './rename-over';

let refusals = 0;
jest.mock('node:fs', () => {
  const real = jest.requireActual('node:fs');
  const renameSync = (from: string, to: string) => {
    refuse();
    real.renameSync(from, to);
  };
  return { ...real, renameSync };
});
jest.mock('node:fs/promises', () => {
  const real = jest.requireActual('node:fs/promises');
  const rename = async (from: string, to: string) => {
    refuse();
    await real.rename(from, to);
  };
  return { ...real, rename };
});

/** As Windows does while a scanner has the file open. */
function refuse(): void {
  if (refusals-- > 0) throw Object.assign(new Error('EPERM: operation not permitted, rename'), { code: 'EPERM' });
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rename-over-'));
  writeFileSync(join(folder, 'new'), 'new');
  writeFileSync(join(folder, 'old'), 'old');
  refusals = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const paths = () => [join(folder, 'new'), join(folder, 'old')] as const;

test.each([
  ['renameOver', renameOver],
  ['renameOverSync', async (...args: Parameters<typeof renameOverSync>) => renameOverSync(...args)],
] as const)('%s waits on Windows for a file that somebody has open', async (_name, renamed) => {
  refusals = 3;
  await renamed(...paths(), { platform: 'win32' });
  expect(readFileSync(join(folder, 'old'), 'utf8')).toBe('new');
});

test.each([
  ['renameOver', renameOver],
  ['renameOverSync', async (...args: Parameters<typeof renameOverSync>) => renameOverSync(...args)],
] as const)('%s gives up in time, and at once where a refusal is meant', async (_name, renamed) => {
  refusals = 1_000;
  await expect(renamed(...paths(), { platform: 'win32', patienceMs: 50 })).rejects.toMatchObject({ code: 'EPERM' });
  refusals = 1;
  await expect(renamed(...paths(), { platform: 'linux' })).rejects.toMatchObject({ code: 'EPERM' });
});
