import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LayerTables, Tables } from '.';
import { amounts, fileOf, pin, record, sinkLine, titles } from './testing/records';

let folder: string;
let tables: Tables;
let batch: LayerTables;
let speed: LayerTables;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tables-'));
  tables = await Tables.open(':memory:');
  batch = tables.layer('batch');
  speed = tables.layer('speed');
});
afterEach(async () => {
  await tables.close();
  rmSync(folder, { recursive: true });
});

test('a line is placed by the fields that the sink wrote into it', async () => {
  const lines = [record(7, pin(1, { title: 'old' })), record(8, pin(1, { title: 'new' }), { partition: '2' })].map(
    sinkLine,
  );
  await batch.ingestFiles('pin', [fileOf(folder, 'a.json', lines)], {});
  const { columns, rows } = await batch.rows('pin', 9);
  expect(Object.fromEntries(columns.map(({ name }, index) => [name, rows[0]![index]]))).toMatchObject({
    ind: 1,
    title: 'new',
    arrival_time_ms: 8,
    arrival_partition: '2',
    arrival_order: '00000000000000000008',
    findings: 'missing:category',
  });
  expect(await amounts(batch)).toEqual({ clean: 1, quarantined: 0, duplicates: 1 });
});

test('from files or from memory, the tables are the same', async () => {
  const records = [
    record(0, pin(1)),
    record(1, pin(1, { title: 'new' })),
    record(2, { index: 'x' }),
    record(3, pin(2)),
  ];
  await batch.ingestFiles('pin', [fileOf(folder, 'a.json', records.map(sinkLine))], {});
  await speed.ingest('pin', records, {});
  expect(await batch.rows('pin', 9)).toEqual(await speed.rows('pin', 9));
  expect(await batch.counts()).toEqual(await speed.counts());
});

test('the same file twice, in one go or in two, is one file', async () => {
  const path = fileOf(
    folder,
    'a.json',
    [record(0, pin(1)), record(1, pin(1)), record(2, { index: 'x' })].map(sinkLine),
  );
  await batch.ingestFiles('pin', [path, path], {});
  await batch.ingestFiles('pin', [path], {});
  expect(await amounts(batch)).toEqual({ clean: 1, quarantined: 1, duplicates: 1 });
});

test('a time that no number of JavaScript holds is compared to its last digit', async () => {
  const line = sinkLine(record(8, pin(1))).replace('"kafka_timestamp":8', '"kafka_timestamp":9007199254740993');
  expect(line).toContain('9007199254740993');
  await batch.ingestFiles('pin', [fileOf(folder, 'a.json', [line])], {});
  await batch.ingestFiles('pin', [fileOf(folder, 'b.json', [line])], {});
  expect(await amounts(batch)).toEqual({ clean: 1, quarantined: 0, duplicates: 0 });
});

test('a line without the fields of the sink is older than any other, and known by its file and place', async () => {
  const path = fileOf(folder, 'a.json', [
    JSON.stringify(pin(1, { title: 'unstamped' })),
    'broken',
    JSON.stringify(pin(2)),
  ]);
  await batch.ingestFiles('pin', [path], {});
  await batch.ingestFiles('pin', [path], {});
  await batch.ingest('pin', [record(0, pin(1, { title: 'stamped' }), { time: 1 })], {});
  expect(await titles(batch)).toEqual([
    [1, 'stamped'],
    [2, 'A title'],
  ]);
  expect(await amounts(batch)).toEqual({ clean: 2, quarantined: 1, duplicates: 1 });
  const { rows } = await batch.quarantine('pin', 9);
  expect(rows).toEqual([['not_json_object', 'broken', 0, path, '00000000000000000002']]);
});

test("paths may hold an apostrophe, and lines the reader's special characters", async () => {
  const title = `it's "so", \\ | \u2028 🎄 {}`;
  await batch.ingestFiles('pin', [fileOf(folder, "o'clock+0+0.json", [sinkLine(record(0, pin(1, { title })))])], {});
  expect(await titles(batch)).toEqual([[1, title]]);
});

test('no file is no change', async () => {
  await batch.ingestFiles('pin', [], { place: '1' });
  expect(await amounts(batch)).toEqual({ clean: 0, quarantined: 0, duplicates: 0 });
  expect(await batch.progress()).toEqual(new Map([['place', '1']]));
});

test('what fails leaves neither rows nor positions, and the next one works', async () => {
  await batch.ingest('pin', [record(0, pin(1))], { place: '1' });
  const good = fileOf(folder, 'good.json', [sinkLine(record(1, pin(2)))]);
  const bad = join(folder, 'bad.json');
  writeFileSync(bad, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
  const small = Tables.open(join(folder, 'small.duckdb'));
  const layer = (await small).layer('batch');
  await expect(layer.ingestFiles('pin', [good, bad], { place: '2' })).rejects.toThrow(/bad\.json/);
  expect(await amounts(layer)).toEqual({ clean: 0, quarantined: 0, duplicates: 0 });
  expect(await layer.progress()).toEqual(new Map());
  await layer.ingestFiles('pin', [good], { place: '2' });
  expect(await amounts(layer)).toEqual({ clean: 1, quarantined: 0, duplicates: 0 });
  await (await small).close();
});
