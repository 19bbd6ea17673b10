import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { perDataset } from '@pipeline/datasets/schema';
import { Tables } from '../tables';
import { BatchLayer } from '.';

let bucket: string;
let tables: Tables;
let batch: BatchLayer;

beforeEach(async () => {
  bucket = mkdtempSync(join(tmpdir(), 'batch-'));
  tables = await Tables.open(':memory:');
  batch = new BatchLayer({
    tables: tables.layer('batch'),
    bucket,
    topicsDir: 'topics',
    topics: perDataset((name) => `u.${name}`),
  });
});
afterEach(async () => {
  await tables.close();
  rmSync(bucket, { recursive: true, force: true });
});

/** A file as the sink leaves it: users with ages, at the offsets from `startOffset` on. */
function close(partition: number, startOffset: number, ages: Record<number, number>): void {
  const offset = String(startOffset).padStart(10, '0');
  const path = join(bucket, 'topics', 'u.user', `partition=${partition}`, `u.user+${partition}+${offset}.json`);
  mkdirSync(dirname(path), { recursive: true });
  const lines = Object.entries(ages).map(([ind, age], at) =>
    JSON.stringify({
      ind: Number(ind),
      age,
      kafka_partition: partition,
      kafka_offset: startOffset + at,
      kafka_timestamp: 1000 + startOffset,
    }),
  );
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
}

const users = async () => (await tables.layer('batch').counts()).user;

test('every closed file is taken once, whatever its partition', async () => {
  close(0, 0, { 1: 20, 2: 30 });
  close(2, 0, { 3: 40 });
  expect(await batch.run()).toBe(2);
  expect(await batch.run()).toBe(0);
  expect(await users()).toMatchObject({ clean: 3, duplicates: 0 });
  close(0, 2, { 1: 21 });
  expect(await batch.run()).toBe(1);
  expect(await users()).toMatchObject({ clean: 3, duplicates: 1 });
});

test('what is no file of the sink is left alone', async () => {
  close(0, 0, { 1: 20 });
  writeFileSync(join(bucket, 'topics', 'u.user', 'partition=0', '.u.user+0+0000000001.json.part'), '{"ind":');
  writeFileSync(join(bucket, 'topics', 'u.user', 'notes.txt'), 'mine');
  expect(await batch.run()).toBe(1);
  expect(await users()).toMatchObject({ clean: 1, quarantined: 0 });
});

test('runs that overlap follow one another and take nothing twice', async () => {
  close(0, 0, { 1: 20, 2: 30 });
  expect(await Promise.all([batch.run(), batch.run(), batch.run()])).toEqual([1, 0, 0]);
  expect(await users()).toMatchObject({ clean: 2, duplicates: 0 });
});

test('a transaction takes in files up to so many bytes, and what is committed stays when a later one fails', async () => {
  close(0, 1, { 1: 20 });
  close(0, 2, { 2: 30 });
  close(0, 3, { 3: 40 });
  close(1, 0, { 4: 50 });
  const folder = join(bucket, 'topics', 'u.user', 'partition=0');
  const { size } = statSync(join(folder, 'u.user+0+0000000001.json'));
  // Even a first file that holds nothing has its place.
  writeFileSync(join(folder, 'u.user+0+0000000000.json'), '');
  const taken = tables.layer('batch');
  const ingests: number[] = [];
  const some = new BatchLayer({
    tables: {
      progress: () => taken.progress(),
      ingestFiles: (dataset, paths, progress) => {
        ingests.push(paths.length);
        return ingests.length === 2
          ? Promise.reject(new Error('no space'))
          : taken.ingestFiles(dataset, paths, progress);
      },
    },
    bucket,
    topicsDir: 'topics',
    topics: perDataset((name) => `u.${name}`),
    bytesPerIngest: 2 * size + 1,
  });
  await expect(some.run()).rejects.toThrow('no space');
  expect(await users()).toMatchObject({ clean: 2 });
  expect(await some.run()).toBe(2);
  expect(ingests).toEqual([3, 2, 2]);
  expect(await users()).toMatchObject({ clean: 4, duplicates: 0 });
});

test('an empty bucket is no error', async () => {
  expect(await batch.run()).toBe(0);
});

test('what fails is tried again by itself, with everything that was announced meanwhile', async () => {
  const taken = tables.layer('batch');
  let isFull = true;
  const errors: string[] = [];
  const waiting = new BatchLayer({
    tables: {
      progress: () => taken.progress(),
      ingestFiles: (...args) => (isFull ? Promise.reject(new Error('no space')) : taken.ingestFiles(...args)),
    },
    bucket,
    topicsDir: 'topics',
    topics: perDataset((name) => `u.${name}`),
    onError: (error) => errors.push(error.message),
    retryMs: 5,
  });
  close(0, 0, { 1: 20 });
  waiting.start();
  while (errors.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  close(0, 1, { 2: 30 });
  isFull = false;
  while ((await users()).clean < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await waiting.stop();
  expect(new Set(errors)).toEqual(new Set(['no space']));
});

test('while files keep closing, the layer rests longer than it works, and takes every one in the end', async () => {
  const taken = tables.layer('batch');
  const files: number[] = [];
  const slow = new BatchLayer({
    tables: {
      progress: () => taken.progress(),
      ingestFiles: async (dataset, paths, progress) => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        await taken.ingestFiles(dataset, paths, progress);
        files.push(paths.length);
      },
    },
    bucket,
    topicsDir: 'topics',
    topics: perDataset((name) => `u.${name}`),
  });
  const untilMs = performance.now() + 2_600;
  let closed = 0;
  for (; performance.now() < untilMs; closed += 1) {
    close(0, closed, { [closed]: 20 });
    slow.announce('u.user', `topics/u.user/partition=0/u.user+0+${String(closed).padStart(10, '0')}.json`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // An ingest takes 300 ms: with rests of 250 ms between them there would be four.
  expect(files.length).toBeLessThan(4);
  while (files.reduce((sum, count) => sum + count, 0) < closed) await new Promise((resolve) => setTimeout(resolve, 5));
  await slow.stop();
  expect(await users()).toMatchObject({ clean: closed });
});
