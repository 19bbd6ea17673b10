import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { DATASETS, type Dataset, LAYERS, type Layer, perDataset, SCHEMAS } from '@pipeline/datasets/schema';
import { type RawRecord, Tables } from '.';
import type { Again } from './clean-anew';
import { amounts, pin, record, titles } from './testing/records';
import { edits, reworded, takeBackEdits } from './testing/rules';

jest.mock('@pipeline/datasets/sql', () =>
  jest.requireActual('./testing/rules').withEdits(jest.requireActual('@pipeline/datasets/sql')),
);

let folder: string;
let file: string;
let tables: Tables;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clean-anew-'));
  file = join(folder, 'tables.duckdb');
  tables = await Tables.open(file);
});
afterEach(async () => {
  takeBackEdits();
  await tables.close();
  rmSync(folder, { recursive: true });
});

const RECORDS: Readonly<Record<Dataset, readonly RawRecord[]>> = {
  ...perDataset((dataset) => [record(1, SCHEMAS[dataset].smallestRecord)]),
  pin: [record(1, pin(1, { title: 'First' })), record(2, pin(2, { title: 'Second' })), record(3, 'no JSON')],
  geo: [record(1, { ind: 1, country: 'Chad' })],
  user: [record(1, { ind: 1, first_name: 'Ada' })],
};

async function given(): Promise<void> {
  for (const layer of LAYERS)
    for (const dataset of DATASETS) await tables.layer(layer).ingest(dataset, RECORDS[dataset], { [dataset]: '9' });
}

/** Cleans anew from the same records; what was asked for, as `<layer> <datasets>`, and how many outlived. */
async function cleanedAnew(records = RECORDS): Promise<[asked: string[], outlived: number]> {
  const asked: string[] = [];
  const again: Again = async (layer, datasets, into) => {
    asked.push(`${layer} ${datasets.join(' ')}`);
    for (const dataset of datasets) await into.ingest(dataset, records[dataset]);
  };
  const outlived = await tables.cleanAnew(again);
  return [asked.sort(), outlived];
}

/** Numbers of the ingests that rows came in by: other ones for rows that were written again. */
const ingests = async (layer: Layer, dataset: Dataset) =>
  (await tables.layer(layer).read(`select distinct ingest from ${layer}.${dataset}_records order by 1`)).rows.flat();

const tablesBeside = async () =>
  (await tables.layer('batch').read(`select table_name from duckdb_tables() where table_name like '%anew%'`)).rows;

const loud = (sql: string) => sql.replace('else k.title end', 'else upper(k.title) end');

test('a rule of one dataset cleans that one anew in both layers, and no row of the others is written or read again', async () => {
  await given();
  const before = [await ingests('batch', 'geo'), await ingests('speed', 'user'), await ingests('batch', 'pin')];
  edits.clean.pin = loud;
  expect(tables.outdated()).toEqual({ batch: ['pin'], speed: ['pin'] });
  expect(await cleanedAnew()).toEqual([['batch pin', 'speed pin'], 0]);
  for (const layer of LAYERS) {
    expect(await titles(tables.layer(layer))).toEqual([
      [1, 'FIRST'],
      [2, 'SECOND'],
    ]);
    expect(await amounts(tables.layer(layer))).toEqual({ clean: 2, quarantined: 1, duplicates: 0 });
    expect(await tables.layer(layer).progress()).toEqual(new Map(DATASETS.map((dataset) => [dataset, '9'])));
  }
  const after = [await ingests('batch', 'geo'), await ingests('speed', 'user'), await ingests('batch', 'pin')];
  expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
  expect(after[2]).not.toEqual(before[2]);
  expect(tables.outdated()).toEqual({ batch: [], speed: [] });
  expect(await cleanedAnew()).toEqual([[], 0]);
});

test('a function cleans anew each dataset that calls it, and one that only questions call cleans nothing', async () => {
  await given();
  // Geo's and user's times are read by it, and a pin has none.
  edits.functions = (statement) => statement.replace('between 1000 and 9999', 'between 1001 and 9999');
  expect(await cleanedAnew()).toEqual([['batch geo user', 'speed geo user'], 0]);
  const other = edits.functions;
  edits.functions = (statement) => other(statement).replace("'18-24'", "'young'");
  const { version } = tables.layer('batch');
  expect(await cleanedAnew()).toEqual([[], 0]);
  // What was answered before is out of date.
  expect(tables.layer('batch').version).toBeGreaterThan(version);
  expect((await tables.layer('batch').answer('select age_group(20) as word')).rows).toEqual([['young']]);
});

test('what comes after a function has changed is cleaned by the new one, also where it is the first to come', async () => {
  await given();
  await tables.close();
  tables = await Tables.open(file);
  edits.functions = (statement) => statement.replace('between 1000 and 9999', 'between 2021 and 9999');
  await cleanedAnew();
  const posted = record(2, { ind: 2, timestamp: '01/02/2020, 03:04:05' });
  await tables.layer('batch').ingest('geo', [posted], {});
  expect(await amounts(tables.layer('batch'), 'geo')).toEqual({ clean: 1, quarantined: 1, duplicates: 0 });
  expect(tables.outdated()).toEqual({ batch: [], speed: [] });
});

test('until the new rows are whole, everything answers as before', async () => {
  await given();
  edits.clean.pin = loud;
  let meanwhile: unknown;
  await tables.cleanAnew(async (_, datasets, into) => {
    for (const dataset of datasets) await into.ingest(dataset, RECORDS[dataset]);
    meanwhile = [await titles(tables.layer('batch')), await amounts(tables.layer('speed'))];
  });
  expect(meanwhile).toEqual([
    [
      [1, 'First'],
      [2, 'Second'],
    ],
    { clean: 2, quarantined: 1, duplicates: 0 },
  ]);
});

test('a rule or a function at fault is told, and leaves everything as it was', async () => {
  await given();
  edits.clean.user = () => 'selec\n  everything';
  await expect(cleanedAnew()).rejects.toThrow(/^datasets\/sql\/clean\/user\.sql:\d+:\d+: Parser Error: /);
  delete edits.clean.user;
  edits.functions = (statement) => statement.replace('list_filter(', 'list_filtre(').replace('trim(', 'trimm(((');
  await expect(cleanedAnew()).rejects.toThrow(/^datasets\/sql\/functions\.json, norm_text: Parser Error: /);
  edits.functions = (statement) => statement;
  expect(await titles(tables.layer('batch'))).toHaveLength(2);
  expect(await amounts(tables.layer('speed'), 'user')).toEqual({ clean: 1, quarantined: 0, duplicates: 0 });
  expect(await tablesBeside()).toEqual([]);
  expect(await cleanedAnew()).toEqual([[], 0]);
});

test('records whose raw ones are gone stay as they were, and are counted each time until they are read again', async () => {
  await given();
  edits.clean.pin = loud;
  expect(await cleanedAnew({ ...RECORDS, pin: RECORDS.pin.slice(1) })).toEqual([['batch pin', 'speed pin'], 2]);
  expect(await titles(tables.layer('speed'))).toEqual([
    [1, 'First'],
    [2, 'SECOND'],
  ]);
  expect(await amounts(tables.layer('batch'))).toEqual({ clean: 2, quarantined: 1, duplicates: 0 });
  expect(await cleanedAnew()).toEqual([[], 2]);
  await tables.close();
  tables = await Tables.open(file);
  expect(await cleanedAnew()).toEqual([[], 2]);
  edits.clean.pin = reworded;
  expect(await cleanedAnew()).toEqual([['batch pin', 'speed pin'], 0]);
});

test('records that came in by a rule which was taken back are cleaned anew', async () => {
  await given();
  edits.clean.pin = loud;
  const later = record(4, pin(4, { title: 'Later' }));
  await tables.layer('speed').ingest('pin', [later], {});
  delete edits.clean.pin;
  await tables.layer('speed').ingest('pin', [record(5, pin(5, { title: 'Last' }))], {});
  expect(tables.outdated()).toEqual({ batch: [], speed: ['pin'] });
  const records = [...RECORDS.pin, later, record(5, pin(5, { title: 'Last' }))];
  expect(await cleanedAnew({ ...RECORDS, pin: records })).toEqual([['speed pin'], 0]);
  expect((await titles(tables.layer('speed'))).map(([, title]) => title)).toEqual(['First', 'Second', 'Later', 'Last']);
});

test('tables of before, which know one digest of all rules, are cleaned anew whole', async () => {
  await given();
  await tables.close();
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(`drop table made.cleaned; create table made.by (rules string not null);
    insert into made.by values ('0123456789abcdef')`);
  connection.closeSync();
  instance.closeSync();
  tables = await Tables.open(file);
  // What comes in before that is cleaned by the rules of now, and what was there may not have been.
  await tables.layer('batch').ingest('pin', RECORDS.pin, {});
  expect(tables.outdated()).toEqual({ batch: [...DATASETS], speed: [...DATASETS] });
  expect(await cleanedAnew()).toEqual([[`batch ${DATASETS.join(' ')}`, `speed ${DATASETS.join(' ')}`], 0]);
  expect(await amounts(tables.layer('batch'))).toEqual({ clean: 2, quarantined: 1, duplicates: 0 });
  expect(tables.outdated()).toEqual({ batch: [], speed: [] });
});

test('empty tables have nothing to clean anew, and what was emptied neither', async () => {
  edits.clean.pin = loud;
  expect(await cleanedAnew()).toEqual([[], 0]);
  await given();
  delete edits.clean.pin;
  await tables.layer('batch').reset();
  expect(tables.outdated()).toEqual({ batch: [], speed: ['pin'] });
});

test.each([
  ['one layer is read again', 'commit', '2'],
  ['the tables change places', 'alter table speed', '2'],
  ['all is done', '', '3'],
])('kill -9 when %s leaves all rows of before, or all new ones', async (_, statement, title) => {
  await tables.close();
  const crash = join(__dirname, 'testing/anew-crash.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', crash, file, statement], { stdio: 'inherit' });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  tables = await Tables.open(file);
  for (const layer of LAYERS) {
    expect(await amounts(tables.layer(layer))).toEqual({ clean: 400, quarantined: 1, duplicates: 0 });
    const { rows } = await tables.layer(layer).read(`select distinct title from ${layer}.pin`);
    expect(rows).toEqual([[title]]);
  }
  expect(await tablesBeside()).toEqual([]);
});
