import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeadLetter, DeadLetterFile } from './dead-letters';

const flagsOfCut: number[] = [];
jest.mock('node:fs', () => {
  const real = jest.requireActual('node:fs');
  const flags = new Map<number, number | string>();
  const openSync = (path: string, how: number | string, mode?: number) => {
    const fd: number = real.openSync(path, how, mode);
    flags.set(fd, how);
    return fd;
  };
  /** As Windows does: it cuts no file that is open for appending alone. */
  const ftruncateSync = (fd: number, length: number) => {
    const how = flags.get(fd);
    if (how === 'a') throw Object.assign(new Error('EPERM: operation not permitted, ftruncate'), { code: 'EPERM' });
    flagsOfCut.push(Number(how));
    real.ftruncateSync(fd, length);
  };
  return { ...real, openSync, ftruncateSync };
});

const letter = (key: string): DeadLetter => ({
  layer: 'batch',
  dataset: 'pin',
  key,
  valueJson: '{"index":1}',
  reason: 'refused',
  attempts: 1,
  at: '2026-01-01T00:00:00.000Z',
});

test('a file is cut to what the checkpoint counts and written on from there, also on Windows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dead-letters-'));
  const path = join(folder, 'local.ndjson');
  const first = new DeadLetterFile(path, undefined);
  first.append([letter('1')]);
  const kept = first.bytes;
  first.append([letter('2'), letter('3')]);
  first.close();

  const resumed = new DeadLetterFile(path, kept);
  resumed.append([letter('4')]);
  resumed.close();
  const another = new DeadLetterFile(path, undefined);
  another.append([letter('5')]);
  another.close();

  const keys = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).key);
  expect(keys).toEqual(['1', '4', '5']);
  expect(flagsOfCut).toHaveLength(3);
  rmSync(folder, { recursive: true });
});
