import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DATASETS, type Dataset, perDataset, SCHEMAS } from '@pipeline/datasets/schema';
import { BatchLayer } from '../batch';
import { SpeedLayer, type StreamRecord } from '../speed';
import { Tables } from '../tables';
import { pin, record, sinkLine } from '../tables/testing/records';
import { edits, reworded, takeBackEdits } from '../tables/testing/rules';
import { rebuild } from './rebuild';

jest.mock('@pipeline/datasets/sql', () =>
  jest.requireActual('../tables/testing/rules').withEdits(jest.requireActual('@pipeline/datasets/sql')),
);

let root: string;
let tables: Tables;
let batch: BatchLayer;
let speed: SpeedLayer;
/** Streams that were read, once for each time. */
let reads: string[];
let appended: () => void;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rebuild-'));
  reads = [];
});
afterEach(async () => {
  takeBackEdits();
  await Promise.all([batch.stop(), speed.stop()]);
  await tables.close();
  rmSync(root, { recursive: true });
});

const rowOf = {
  ...perDataset((dataset) => (ind: number): object => ({
    ...SCHEMAS[dataset].smallestRecord,
    [SCHEMAS[dataset].sourceKey]: ind,
  })),
  pin,
};

const pathOf = (dataset: Dataset, offset: number) =>
  join(root, 's3', 'topics', `u.${dataset}`, 'partition=0', `u.${dataset}+0+${String(offset).padStart(10, '0')}.json`);

/** A file of the sink with one record at that offset. */
function close(dataset: Dataset, offset: number, value: object = rowOf[dataset](offset)): void {
  const path = pathOf(dataset, offset);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${sinkLine(record(offset, value))}\n`);
}

function streamed(offset: number, key: string, value: object): StreamRecord {
  const sequenceNumber = String(offset).padStart(56, '0');
  const data = Buffer.from(JSON.stringify(value));
  return { offset, sequenceNumber, arrivalTimestampMs: offset, partitionKey: key, data };
}

/** Two files of each dataset, and what the streams hold, taken in. */
async function given(streams: Record<string, StreamRecord[]>, streamOf: (dataset: Dataset) => string): Promise<void> {
  for (const dataset of DATASETS) for (const offset of [1, 2]) close(dataset, offset);
  tables = await Tables.open(join(root, 'tables.duckdb'));
  batch = new BatchLayer({
    tables: tables.layer('batch'),
    bucket: join(root, 's3'),
    topicsDir: 'topics',
    topics: perDataset((name) => `u.${name}`),
  });
  speed = new SpeedLayer({
    tables: tables.layer('speed'),
    streams: perDataset(streamOf),
    shardsOf: (stream) => [
      {
        id: `${stream}/0`,
        read: (from, { maxRecords }) => {
          reads.push(stream);
          return streams[stream]!.filter(({ offset }) => offset >= from).slice(0, maxRecords);
        },
        end: () => (streams[stream]!.at(-1)?.offset ?? -1) + 1,
      },
    ],
    onAppend: (listener) => {
      appended = listener;
      return () => {};
    },
    onError: () => {},
  });
  await batch.run();
  await speed.start();
  await speed.settle();
  reads = [];
}

const ownStreams = () =>
  given(
    perDataset((dataset) => [1, 2].map((at) => streamed(at, 'k', rowOf[dataset](at)))),
    String,
  );

const titles = async (layer: 'batch' | 'speed') =>
  (await tables.layer(layer).read(`select title from ${layer}.pin order by ind`)).rows.flat();

const loud = (sql: string) => sql.replace('else k.title end', 'else upper(k.title) end');

test('a change of the rules of pin reads the files and the stream of pin again, and no others', async () => {
  await ownStreams();
  // Would be seen if it was read.
  for (const dataset of ['geo', 'user'] as const) close(dataset, 2, { ...rowOf[dataset](2), extra: 'field' });
  edits.clean.pin = loud;
  expect(await rebuild({ tables, batch, speed })).toBe(0);
  expect(await titles('batch')).toEqual(['A TITLE', 'A TITLE']);
  expect(await titles('speed')).toEqual(['A TITLE', 'A TITLE']);
  expect(new Set(reads)).toEqual(new Set(['pin']));
  for (const dataset of ['geo', 'user'] as const)
    expect((await tables.layer('batch').counts())[dataset]).toMatchObject({ clean: 2, findings: {} });
  reads = [];
  expect(await rebuild({ tables, batch, speed })).toBe(0);
  expect(reads).toEqual([]);
});

test('in a stream that the datasets share, only the records of the changed one are cleaned anew', async () => {
  const values: [string, object][] = [
    ['u.pin', pin(1)],
    ['u.geo', rowOf.geo(1)],
    ['nobody', pin(7)],
    ['u.user', rowOf.user(1)],
    ['u.pin', pin(2)],
  ];
  await given({ all: values.map(([key, value], offset) => streamed(offset, key, value)) }, () => 'all');
  const before = await tables.layer('speed').counts();
  expect(before).toMatchObject({
    pin: { clean: 2, quarantinedByReason: { unknown_dataset: 1 } },
    geo: { clean: 1 },
    user: { clean: 1 },
  });
  const numbers = () => tables.layer('speed').read('select max(ingest) from speed.geo_records');
  const geo = await numbers();
  edits.clean.pin = loud;
  edits.clean.user = reworded;
  expect(await rebuild({ tables, batch, speed })).toBe(0);
  expect(await tables.layer('speed').counts()).toEqual(before);
  expect(await titles('speed')).toEqual(['A TITLE', 'A TITLE']);
  expect(await numbers()).toEqual(geo);
  expect(await tables.layer('speed').progress()).toEqual(new Map([['all/0', '5']]));
});

test('rows whose raw records are gone stay and are counted', async () => {
  await ownStreams();
  rmSync(pathOf('pin', 1));
  edits.clean.pin = loud;
  expect(await rebuild({ tables, batch, speed })).toBe(1);
  expect(await titles('batch')).toEqual(['A title', 'A TITLE']);
  expect((await tables.layer('batch').counts()).pin).toMatchObject({ clean: 2, quarantined: 0, duplicates: 0 });
});

test('what comes meanwhile waits, and is taken in by the rules of then', async () => {
  const stream = { ...perDataset((): StreamRecord[] => []), pin: [streamed(1, 'k', pin(1))] };
  await given(stream, String);
  edits.clean.pin = loud;
  const work = rebuild({ tables, batch, speed });
  stream.pin.push(streamed(2, 'k', pin(2)));
  appended();
  close('pin', 3);
  // Nothing of it went into the tables that were replaced.
  expect(await Promise.all([work, batch.run(), speed.settle()])).toEqual([0, 1, undefined]);
  expect(await titles('batch')).toEqual(['A TITLE', 'A TITLE', 'A TITLE']);
  expect(await titles('speed')).toEqual(['A TITLE', 'A TITLE']);
  expect(tables.outdated()).toEqual({ batch: [], speed: [] });
});

test('a rule that is broken is told, the tables stay as they are, and the layers go on', async () => {
  await ownStreams();
  edits.clean.geo = () => 'selec\n  everything';
  edits.clean.pin = loud;
  await expect(rebuild({ tables, batch, speed })).rejects.toThrow(
    /^datasets\/sql\/clean\/geo\.sql:\d+:\d+: Parser Error: /,
  );
  expect(await titles('batch')).toEqual(['A title', 'A title']);
  expect(await titles('speed')).toEqual(['A title', 'A title']);
  close('pin', 3);
  expect(await batch.run()).toBe(1);
  delete edits.clean.geo;
  expect(await rebuild({ tables, batch, speed })).toBe(0);
  expect(await titles('batch')).toEqual(['A TITLE', 'A TITLE', 'A TITLE']);
});
