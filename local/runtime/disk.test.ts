import { Disk, isDiskFull } from './disk';
import { Health } from './health';

test.each([
  ['the system', Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }), true],
  ['a quota', Object.assign(new Error('EDQUOT: disk quota exceeded'), { code: 'EDQUOT' }), true],
  ['DuckDB', new Error('Failed to commit: Could not write file "/d/tables.duckdb.wal": No space left on device'), true],
  ['DuckDB on Windows', new Error('Could not write file: There is not enough space on the disk.'), true],
  ['our log', Object.assign(new Error('the disk has 12 MiB free'), { name: 'LogFullError' }), true],
  ['a cause', new Error('cannot', { cause: new Error('ENOSPC: no space left on device') }), true],
  ['another error', new Error('Parser Error: syntax error'), false],
  ['no error', 'ENOSPC', false],
])('a full disk in the words of %s', (_whose, error, is) => {
  expect(isDiskFull(error)).toBe(is);
});

test('it stands in the list until there is room', async () => {
  jest.useFakeTimers();
  try {
    const health = new Health();
    let free = 3 * 2 ** 20;
    const disk = new Disk('/d', health, () => free);
    expect(disk.met(new Error('Parser Error'))).toBe(false);
    expect(health.list()).toEqual([]);
    expect(disk.met(Object.assign(new Error(), { code: 'ENOSPC' }))).toBe(true);
    jest.advanceTimersByTime(5_000);
    expect(health.list()).toMatchObject([
      { id: 'disk-full', level: 'wrong', what: 'The disk that holds /d is full: 3 MiB are free.' },
    ]);
    free = 100 * 2 ** 20;
    jest.advanceTimersByTime(1_000);
    expect(health.list()).toEqual([]);
  } finally {
    jest.useRealTimers();
  }
});
