import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Checkpoints } from './checkpoints';

const MIB = 1024 * 1024;
let folder: string;
let file: string;
let instance: DuckDBInstance;
let checkpoints: Checkpoints;
let first: DuckDBConnection;
let second: DuckDBConnection;

/** A database that writes no log by itself. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  file = join(folder, 'tables.duckdb');
  instance = await DuckDBInstance.create(file, { checkpoint_threshold: '1TB' });
  checkpoints = new Checkpoints(await instance.connect(), file, MIB);
  first = await instance.connect();
  second = await instance.connect();
  await first.run('create table one (n bigint, text string); create table two (n bigint, text string)');
});
afterEach(async () => {
  await checkpoints.close();
  first.closeSync();
  second.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

const logBytes = () => statSync(`${file}.wal`, { throwIfNoEntry: false })?.size ?? 0;
const insert = (connection: DuckDBConnection, table: string, rows: number) =>
  connection.run(`insert into ${table} select n, repeat(md5(n::string), 4) from range(${rows}) as r(n)`);
const count = async (table: string) =>
  Number((await first.runAndReadAll(`select count(*) from ${table}`)).value(0, 0) as bigint);

test('a short log is left alone; a long one is written beside a transaction that lasts, and whoever comes then waits', async () => {
  await checkpoints.beside(() => insert(first, 'one', 100));
  expect(logBytes()).toBeGreaterThan(0);

  let go = () => {};
  const begun = new Promise<void>((isBegun) => {
    const ended = new Promise<void>((resolve) => {
      go = resolve;
    });
    void checkpoints.beside(async () => {
      await second.run('begin transaction');
      await insert(second, 'two', 1_000);
      isBegun();
      await ended;
    });
  });
  await begun;
  await checkpoints.beside(() => insert(first, 'one', 50_000));
  expect(logBytes()).toBeGreaterThan(MIB);
  await checkpoints.beside(async () => expect(logBytes()).toBeLessThan(MIB));
  await second.run('commit');
  go();
  expect([await count('one'), await count('two')]).toEqual([50_100, 1_000]);
});

test('a write that fails says so, and keeps nobody from writing', async () => {
  await expect(
    checkpoints.beside(async () => {
      await insert(first, 'one', 50_000);
      throw new Error('refused');
    }),
  ).rejects.toThrow('refused');
  await checkpoints.beside(() => insert(first, 'two', 5));
  expect(logBytes()).toBeLessThan(MIB);
  expect(await count('two')).toBe(5);
});
