import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { perDataset } from '@pipeline/datasets/schema';
import { BatchLayer } from '../batch';
import { SpeedLayer } from '../speed';
import { Tables } from '../tables';
import { pin, record, sinkLine } from '../tables/testing/records';
import { rebuild } from './rebuild';

let root: string;
let file: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rebuild-'));
  file = join(root, 'tables.duckdb');
});
afterEach(() => rmSync(root, { recursive: true }));

const pathOf = (offset: number) =>
  join(root, 's3', 'topics', 'u.pin', 'partition=0', `u.pin+0+${String(offset).padStart(10, '0')}.json`);

/** A file of the sink with one pin at that offset. */
function close(offset: number, title: string): void {
  mkdirSync(dirname(pathOf(offset)), { recursive: true });
  writeFileSync(pathOf(offset), `${sinkLine(record(offset, pin(offset, { title })))}\n`);
}

const layersOver = (tables: Tables, broken?: Error) => ({
  batch: new BatchLayer({
    tables: broken
      ? { progress: async () => new Map(), ingestFiles: () => Promise.reject(broken) }
      : tables.layer('batch'),
    bucket: join(root, 's3'),
    topicsDir: 'topics',
    topics: perDataset((name) => `u.${name}`),
  }),
  speed: new SpeedLayer({
    tables: tables.layer('speed'),
    streams: { pin: 'pin', geo: 'geo', user: 'user' },
    shardsOf: () => [],
    onAppend: () => () => {},
    onError: () => {},
  }),
});

const titles = async (tables: Tables) =>
  (await tables.layer('batch').read('select title from batch.pin order by ind')).rows.flat();

async function given(): Promise<Tables> {
  close(1, 'first');
  close(2, 'second');
  const tables = await Tables.open(file);
  await layersOver(tables).batch.run();
  await tables.layer('speed').ingest('pin', [record(9, pin(9, { title: 'streamed' }))], { 'pins/0': '10' });
  return tables;
}

test('everything is cleaned anew, and rows whose raw records are gone stay and are counted', async () => {
  const before = await given();
  close(2, 'second, as its file says now');
  rmSync(pathOf(1));
  expect(await rebuild({ file, layersOver, close: () => before.close() })).toBe(2);
  const after = await Tables.open(file);
  expect(await titles(after)).toEqual(['first', 'second, as its file says now']);
  expect((await after.layer('speed').counts()).pin).toMatchObject({ clean: 1, quarantined: 0, duplicates: 0 });
  expect(existsSync(`${file}.new`)).toBe(false);
  await after.close();
});

test('a rule that is broken is told, and the tables stay as they are, open and whole', async () => {
  const before = await given();
  const broken = new Error('Parser Error: syntax error');
  const work = rebuild({
    file,
    layersOver: (tables) => layersOver(tables, broken),
    close: () => Promise.reject(new Error('closed without need')),
  });
  await expect(work).rejects.toThrow('Parser Error: syntax error');
  expect(await titles(before)).toEqual(['first', 'second']);
  expect(existsSync(`${file}.new`)).toBe(false);
  await before.close();
});

test('tables know by which rules they were made', async () => {
  const tables = await given();
  expect(tables.madeBy).toMatch(/^[0-9a-f]{16}$/);
  await tables.close();
});
