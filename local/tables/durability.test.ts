import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Tables } from '.';
import { pin, record } from './testing/records';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'durability-'));
  file = join(folder, 'tables.duckdb');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('rows, counts and positions are there after closing and opening, and replays still change nothing', async () => {
  const records = [record(0, pin(1)), record(1, 'x'), record(2, pin(1, { title: 'new' }))];
  const first = await Tables.open(file);
  await first.layer('speed').ingest('pin', records, { place: '3' });
  const before = [await first.layer('speed').rows('pin', 9), await first.layer('speed').counts()];
  await first.close();

  const second = await Tables.open(file);
  const layer = second.layer('speed');
  expect([await layer.rows('pin', 9), await layer.counts()]).toEqual(before);
  expect(await layer.progress()).toEqual(new Map([['place', '3']]));
  await layer.ingest('pin', [...records, record(3, pin(1, { title: 'newest' }))], { place: '4' });
  expect((await layer.counts()).pin).toMatchObject({ clean: 1, quarantined: 1, duplicates: 2 });
  await second.close();
});

test('what was taken in survives kill -9 of the process', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'testing/crash.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');

  const tables = await Tables.open(file);
  const layer = tables.layer('batch');
  const taken = Number((await layer.progress()).get('place'));
  expect(taken).toBeGreaterThanOrEqual(3);
  expect((await layer.counts()).pin).toMatchObject({ clean: taken, quarantined: taken, duplicates: 0 });
  await tables.close();
});

test('a file that another process has open is refused in a sentence', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'testing/crash.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await expect(Tables.open(file)).rejects.toThrow(`${file}: another process has the tables open; stop it first`);
  child.kill('SIGKILL');
  await once(child, 'exit');
});

test('a file that is no DuckDB file is refused with what to do', async () => {
  writeFileSync(file, 'not a database'.repeat(1000));
  await expect(Tables.open(file)).rejects.toThrow(
    new RegExp(`^${file}: cannot open the tables: .*; remove the file to compute them anew$`, 's'),
  );
});

test('tables of another make are refused with what to do', async () => {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run('create schema batch; create table batch.pin_records (ind bigint, heading string)');
  connection.closeSync();
  instance.closeSync();
  await expect(Tables.open(file)).rejects.toThrow(/cannot open the tables: .*; remove the file to compute them anew$/s);
});
