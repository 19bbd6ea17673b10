import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, openLog } from '../log';
import type { TopicStore } from '../topics';
import { S3Sink } from '.';
import { DEAD_LETTERS, SMALLEST } from './testing/sink';

let folder: string;
let log: Log;
let sink: S3Sink | undefined;
const failures: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'apart-'));
  log = await openLog(join(folder, 'log'));
  await log.createTopic('u.pin', { partitions: 1 });
  await log.createTopic('u.dead-letters', { partitions: 1 });
  failures.length = 0;
});
afterEach(async () => {
  await sink?.stop();
  await log.close();
  rmSync(folder, { recursive: true });
});

/** A store that keeps records and positions apart, as a Kafka beside our folder; `dies` says after which of the two it ends. */
function apart(dies: () => boolean): TopicStore {
  return new Proxy(log, {
    get: (target, name) => {
      if (name === 'storesApart') return true;
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      if (name !== 'append') return value.bind(target);
      return async (...[appends, positions]: Parameters<Log['append']>) => {
        const appended = appends.length > 0 ? await log.append(appends) : [];
        if (appends.length > 0 && dies()) throw new Error('killed between the two');
        if (positions) await log.append([], positions);
        return appended;
      };
    },
  }) as TopicStore;
}

const open = (store: TopicStore) =>
  S3Sink.open({
    log: store,
    folder: join(folder, 'bucket'),
    config: { ...SMALLEST, ...DEAD_LETTERS, transforms: '' },
    onFailure: (error) => failures.push(error.message),
  });
const put = (partition: number, ...values: string[]) =>
  log.append([
    { topic: 'u.pin', partition, records: values.map((value) => ({ key: null, value: Buffer.from(value) })) },
  ]);
const letters = () =>
  log.read('u.dead-letters', 0, 0, { maxRecords: 100 }).map(({ headers }) => headers!['__connect.errors.offset']);
const lines = () =>
  readdirSync(join(folder, 'bucket', 'topics'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').trim());

test('a dead letter that a crash has parted from its progress is not written twice', async () => {
  await put(0, 'no JSON', '{"a":1}', 'nor this');
  sink = await open(apart(() => true));
  await expect(sink.closeFiles()).rejects.toThrow('killed between the two');
  expect(letters()).toEqual(['0', '2']);
  await sink.stop().catch(() => {});
  sink = await open(apart(() => false));
  await sink.closeFiles();
  expect(letters()).toEqual(['0', '2']);
  expect(sink.counts()).toEqual({ 'u.pin': { written: 1, refused: 2 } });
  expect(lines()).toEqual(['{"a":1}']);
});

test('the like of a dead letter at another offset is a dead letter of its own', async () => {
  await put(0, 'no JSON');
  sink = await open(apart(() => true));
  await expect(sink.closeFiles()).rejects.toThrow();
  await sink.stop().catch(() => {});
  await put(0, 'no JSON');
  sink = await open(apart(() => false));
  await sink.closeFiles();
  expect(letters()).toEqual(['0', '1']);
});

test('partitions that a topic gets while the sink runs are taken up', async () => {
  sink = await open(log);
  sink.start();
  await log.setAttributes('u.pin', {}, 3);
  await put(2, '{"a":2}');
  await sink.closeFiles();
  expect(lines()).toEqual(['{"a":2}']);
  expect(sink.nextOffset('u.pin', 2)).toBe(1);
});

test('a topic that is made anew under its name stops the sink, whose files it would overwrite', async () => {
  sink = await open(log);
  await put(0, '{"a":1}');
  await sink.closeFiles();
  await log.deleteTopic('u.pin');
  await new Promise((resolve) => setTimeout(resolve, 5));
  await log.createTopic('u.pin', { partitions: 1 });
  await put(0, '{"a":2}');
  await expect(sink.closeFiles()).rejects.toThrow(
    'topic u.pin was deleted and created again; its offsets begin at 0, and files of the old topic have the same names; start again with --reset',
  );
  expect(lines()).toEqual(['{"a":1}']);
  expect(failures).toHaveLength(1);
});
