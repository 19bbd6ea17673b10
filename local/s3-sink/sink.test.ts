import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RefusedRecord } from '.';
import { ARRIVAL, DEAD_LETTERS, GivenSink } from './testing/sink';

let given: GivenSink;
afterEach(() => given.close());

const FIRST = 'topics/u.pin/partition=0/u.pin+0+0000000000.json';

test.each([
  [
    'a field of the same name is overwritten, however it is spelt',
    '{"kafka\\u005foffset":7,"a":1,"kafka_timestamp":null}',
    '{"a":1,"kafka_partition":0,"kafka_offset":0,"kafka_timestamp":1000}',
  ],
  [
    'the name inside a text or deeper down stays',
    '{"a":"\\"kafka_offset\\"","b":{"kafka_offset":1},"c":"kafka_offset"}',
    '{"a":"\\"kafka_offset\\"","b":{"kafka_offset":1},"c":"kafka_offset","kafka_partition":0,"kafka_offset":0,"kafka_timestamp":1000}',
  ],
  [
    'line breaks between members go',
    '{\r\n "a" : 1 ,\n "b": [ 2 ]\n}',
    '{"a":1,"b":[2],"kafka_partition":0,"kafka_offset":0,"kafka_timestamp":1000}',
  ],
  [
    'of a repeated field the last value counts',
    '{"a":1,"a":2}',
    '{"a":2,"kafka_partition":0,"kafka_offset":0,"kafka_timestamp":1000}',
  ],
  [
    'digits stay',
    '{"a":9007199254740993,"b":1E-7}',
    '{"a":9007199254740993,"b":1.0E-7,"kafka_partition":0,"kafka_offset":0,"kafka_timestamp":1000}',
  ],
  ['only overwritten fields', '{"kafka_offset":1}', '{"kafka_partition":0,"kafka_offset":0,"kafka_timestamp":1000}'],
])('InsertField: %s', async (_, value, line) => {
  given = await GivenSink.open({ ...ARRIVAL, ...DEAD_LETTERS });
  await given.append([Buffer.from(value)]);
  await given.sink.closeFiles();
  expect(given.files()).toEqual({ [FIRST]: `${line}\n` });
});

test.each([
  ['3', 'TRANSFORMATION', 'found: java.lang.Long'],
  ['3.5', 'TRANSFORMATION', 'found: java.lang.Double'],
  ['"text"', 'TRANSFORMATION', 'found: java.lang.String'],
  ['true', 'TRANSFORMATION', 'found: java.lang.Boolean'],
  ['[{}]', 'TRANSFORMATION', 'found: java.util.ArrayList'],
  ['', 'TASK_PUT', 'Skipping null value record.'],
  ['{"a":1,}', 'VALUE_CONVERTER', 'Converting byte[] to Kafka Connect data failed'],
  ['\xff', 'VALUE_CONVERTER', 'Converting byte[] to Kafka Connect data failed'],
  ['null', 'TASK_PUT', 'Skipping null value record.'],
])('the value %j is refused in stage %s', async (value, stage, message) => {
  const refused: RefusedRecord[] = [];
  given = await GivenSink.open({ ...ARRIVAL, ...DEAD_LETTERS }, { onDeadLetter: (record) => refused.push(record) });
  await given.append([{ a: 1 }, Buffer.from(value, 'latin1')]);
  await given.sink.closeFiles();
  expect(refused).toEqual([
    expect.objectContaining({
      topic: 'u.pin',
      partition: 0,
      offset: 1,
      stage,
      message: expect.stringContaining(message),
    }),
  ]);
  expect(
    given.log.read('u.dead-letters', 0, 0, { maxRecords: 9 }).map((record) => record.value?.toString('latin1')),
  ).toEqual([value]);
  expect(given.sink.counts()).toEqual({ 'u.pin': { written: 1, refused: 1 } });
});

test.each([
  ['{"a":9223372036854775808}', '{"a":-9223372036854775808'],
  ['{"a":-0.0}', '{"a":0.0'],
  ['{"a":01}', '{"a":1'],
  ['\ufeff{"a":1}', '{"a":1'],
  ['{"a":1} x', '{"a":1'],
])('%s is written as Connect’s converter reads it', async (value, line) => {
  given = await GivenSink.open({ ...ARRIVAL, ...DEAD_LETTERS });
  await given.append([Buffer.from(value)]);
  await given.sink.closeFiles();
  expect(Object.values(given.files())[0]).toMatch(line);
  expect(given.sink.counts()).toEqual({ 'u.pin': { written: 1, refused: 0 } });
});

test('without errors.tolerance a bad record stops the sink, and nothing of the file is to be seen', async () => {
  given = await GivenSink.open(ARRIVAL);
  given.sink.start();
  await given.append([{ a: 1 }, 'text', { a: 2 }, { a: 3 }]);
  await given.untilFiles(1);
  expect(given.failures).toEqual([
    'u.pin partition 0 offset 1: Only Map objects supported in absence of schema for [field insertion], found: java.lang.String (TRANSFORMATION); errors.tolerance is none',
  ]);
  expect(given.sink.failure).toMatchObject({ name: 'SinkFailedError' });
  expect(() => given.sink.start()).toThrow('errors.tolerance is none');
  expect(given.files()).toEqual({});
});

test('with errors tolerated but no dead-letter topic, bad records are left out and counted', async () => {
  given = await GivenSink.open({ ...ARRIVAL, 'errors.tolerance': 'all' });
  await given.append(['text', { a: 2 }]);
  await given.sink.closeFiles();
  expect(given.sink.counts()).toEqual({ 'u.pin': { written: 1, refused: 1 } });
  expect(given.log.topics()).toEqual(['u.pin']);
});

test('records that are refused while a file is open are dead-lettered at once, and once over restarts', async () => {
  given = await GivenSink.open({ ...ARRIVAL, ...DEAD_LETTERS, 'flush.size': '100' });
  given.sink.start();
  await given.append([{ a: 0 }, 'one', { a: 2 }]);
  const deadLetters = () => given.log.endOffset('u.dead-letters', 0);
  for (let tries = 0; tries < 200 && deadLetters() === 0; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(deadLetters()).toBe(1);
  expect(given.files()).toEqual({});
  await given.sink.stop();

  await given.openSink({ ...ARRIVAL, ...DEAD_LETTERS, 'flush.size': '100' });
  expect(given.sink.counts()).toEqual({ 'u.pin': { written: 0, refused: 1 } });
  await given.append(['three']);
  await given.sink.closeFiles();
  expect(deadLetters()).toBe(2);
  expect(given.sink.counts()).toEqual({ 'u.pin': { written: 2, refused: 2 } });
  expect(given.files()[FIRST]).toBe(
    '{"a":0,"kafka_partition":0,"kafka_offset":0,"kafka_timestamp":1000}\n{"a":2,"kafka_partition":0,"kafka_offset":2,"kafka_timestamp":1000}\n',
  );
});

test('closeFiles twice writes nothing twice; later records go into a file of their own', async () => {
  given = await GivenSink.open();
  await given.append([{ a: 0 }]);
  await Promise.all([given.sink.closeFiles(), given.sink.closeFiles()]);
  await given.append([{ a: 1 }]);
  await given.sink.closeFiles();
  expect(given.files()).toEqual({
    [FIRST]: '{"a":0}\n',
    'topics/u.pin/partition=0/u.pin+0+0000000001.json': '{"a":1}\n',
  });
  expect(given.sink.counts()).toEqual({ 'u.pin': { written: 2, refused: 0 } });
});

test('a file larger than memory allows is whole, gzip or not', async () => {
  given = await GivenSink.open({ 'flush.size': '4000', 's3.compression.type': 'gzip' });
  const values = Array.from({ length: 4000 }, (_, number) => ({ number, text: 'x'.repeat(1000) }));
  for (let from = 0; from < 4000; from += 500) await given.append(values.slice(from, from + 500));
  await given.sink.closeFiles();
  const lines = given.files()[`${FIRST}.gz`]!.split('\n');
  expect(lines).toHaveLength(4001);
  expect(lines.slice(0, -1).map((line) => JSON.parse(line) as unknown)).toEqual(values);
  expect(readdirSync(join(given.bucket, '.uploads'))).toEqual([]);
});

test('with fsync the same files are written', async () => {
  given = await GivenSink.open({ 's3.compression.type': 'gzip' }, { fsync: true });
  await given.append([{ a: 0 }, { a: 1 }, { a: 2 }, { a: 3 }]);
  await given.sink.closeFiles();
  expect(Object.values(given.files())).toEqual(['{"a":0}\n{"a":1}\n{"a":2}\n', '{"a":3}\n']);
});

test('bytes as they are, one after the other', async () => {
  given = await GivenSink.open({
    'format.class': 'io.confluent.connect.s3.format.bytearray.ByteArrayFormat',
    'value.converter': 'org.apache.kafka.connect.converters.ByteArrayConverter',
    'format.bytearray.extension': '.txt',
    'behavior.on.null.values': 'ignore',
  });
  await given.append([Buffer.from('{ broken'), null, Buffer.from('b')]);
  await given.sink.closeFiles();
  expect(given.files()).toEqual({ 'topics/u.pin/partition=0/u.pin+0+0000000000.txt': '{ broken\nb\n' });
});

test('by append time, in the days of a timezone, under another folder', async () => {
  given = await GivenSink.open({
    'topics.dir': '',
    'partitioner.class': 'io.confluent.connect.storage.partitioner.DailyPartitioner',
    'timestamp.extractor': 'Record',
    timezone: 'Europe/Berlin',
  });
  given.clockMs = Date.UTC(2026, 5, 30, 22);
  await given.append([{ a: 1 }]);
  await given.sink.closeFiles();
  expect(Object.keys(given.files())).toEqual(['u.pin/year=2026/month=07/day=01/u.pin+0+0000000000.json']);
});

test.each([
  ['{"at":1767351600000}', 'hour=11'],
  ['{"at":"1767351600000"}', 'hour=11'],
  ['{"at":"2026-01-02T13:00:00+02:00"}', 'hour=11'],
  ['{"at":"2026-01-02T11:00:00"}', 'hour=11'],
  ['{"at":"yesterday"}', undefined],
  ['{}', undefined],
])('the time in %s is %s', async (value, expected) => {
  given = await GivenSink.open({
    ...DEAD_LETTERS,
    'partitioner.class': 'io.confluent.connect.storage.partitioner.TimeBasedPartitioner',
    'path.format': "'hour'=HH",
    'partition.duration.ms': '3600000',
    'timestamp.extractor': 'RecordField',
    'timestamp.field': 'at',
    timezone: 'UTC',
  });
  await given.append([Buffer.from(value)]);
  await given.sink.closeFiles();
  expect(Object.keys(given.files())).toEqual(
    expected === undefined ? [] : [`topics/u.pin/${expected}/u.pin+0+0000000000.json`],
  );
  expect(given.sink.counts()['u.pin']).toEqual({ written: expected ? 1 : 0, refused: expected ? 0 : 1 });
});

test('topics that are not in the log are named', async () => {
  given = await GivenSink.open();
  await expect(given.openSink({ topics: 'u.pin,u.geo' })).rejects.toThrow(
    'S3 sink: topics names u.geo, which is not in the log',
  );
});

test('a bucket with files of another log is refused before anything is overwritten', async () => {
  given = await GivenSink.open();
  const path = join(given.bucket, FIRST);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'precious\n');
  await expect(given.openSink()).rejects.toThrow(
    `S3 sink: ${path} begins at offset 0, but the log has delivered u.pin partition 0 only up to 0; the files belong to another log`,
  );
  expect(given.files()).toEqual({ [FIRST]: 'precious\n' });
});

test('files that were committed but could not be moved to their places are moved when the sink is opened again', async () => {
  given = await GivenSink.open();
  await given.append([{ a: 0 }, { a: 1 }, { a: 2 }]);
  writeFileSync(join(given.bucket, 'topics'), 'in the way');
  await expect(given.sink.closeFiles()).rejects.toThrow('ENOTDIR');
  await given.sink.stop();
  await expect(given.openSink()).rejects.toThrow('ENOTDIR');

  rmSync(join(given.bucket, 'topics'));
  await given.openSink();
  await given.sink.closeFiles();
  expect(given.files()).toEqual({ [FIRST]: '{"a":0}\n{"a":1}\n{"a":2}\n' });
  expect(given.sink.counts()).toEqual({ 'u.pin': { written: 3, refused: 0 } });
});

test('a file of the last commit that is nowhere is not passed over', async () => {
  given = await GivenSink.open();
  await given.append([{ a: 0 }]);
  await given.sink.closeFiles();
  // As after kill -9: the sink is not stopped in good order.
  rmSync(join(given.bucket, 'topics'), { recursive: true });
  await expect(given.openSink()).rejects.toThrow(
    `S3 sink: ${join(given.bucket, FIRST)} was delivered and is gone; restore it, or start again with an empty bucket and an empty log`,
  );
});

test('a file of the last commit that is shorter than it was is not passed over', async () => {
  given = await GivenSink.open();
  await given.append([{ a: 0 }]);
  await given.sink.closeFiles();
  writeFileSync(join(given.bucket, FIRST), '{"a"');
  await expect(given.openSink()).rejects.toThrow(
    `S3 sink: ${join(given.bucket, FIRST)} was delivered with 8 bytes and has 4; restore it, or start again with an empty bucket and an empty log`,
  );
});

test('so is one that records without a file have followed', async () => {
  given = await GivenSink.open({ ...ARRIVAL, ...DEAD_LETTERS });
  await given.append([{ a: 0 }]);
  await given.sink.closeFiles();
  await given.append(['refused']);
  await given.sink.closeFiles();
  expect(given.sink.counts()).toEqual({ 'u.pin': { written: 1, refused: 1 } });
  writeFileSync(join(given.bucket, FIRST), '{"a"');
  await expect(given.openSink({ ...ARRIVAL, ...DEAD_LETTERS })).rejects.toThrow(
    /u\.pin\+0\+0000000000\.json was delivered with \d+ bytes and has 4;/,
  );
});

test("after a stop in good order the files are the reader's: one that is removed does not keep the sink from starting", async () => {
  given = await GivenSink.open();
  await given.append([{ a: 0 }]);
  await given.sink.closeFiles();
  await given.sink.stop();
  rmSync(join(given.bucket, 'topics'), { recursive: true });
  await given.openSink();
  await given.append([{ a: 1 }]);
  await given.sink.closeFiles();
  expect(given.files()).toEqual({ 'topics/u.pin/partition=0/u.pin+0+0000000001.json': '{"a":1}\n' });
});

test('a topic that is made anew begins anew', async () => {
  given = await GivenSink.open({ 'topics.dir': 'old' });
  await given.append([{ a: 1 }]);
  await given.sink.closeFiles();
  await given.sink.stop();
  await given.log.deleteTopic('u.pin');
  given.clockMs = 2_000;
  await given.log.createTopic('u.pin', { partitions: 2 });
  await given.openSink({ 'topics.dir': 'new' });
  await given.append([{ a: 2 }]);
  await given.sink.closeFiles();
  expect(given.files()['new/u.pin/partition=0/u.pin+0+0000000000.json']).toBe('{"a":2}\n');
});

test('a disk that takes nothing for a while costs no record: the sink waits, says so, and goes on by itself', async () => {
  const waiting: (string | undefined)[] = [];
  given = await GivenSink.open({}, { retryMs: 5, onWaiting: (error) => waiting.push(error?.message) });
  given.sink.start();
  await given.append([{ n: 0 }]);
  await given.sink.closeFiles();
  const uploads = join(given.bucket, '.uploads');
  rmSync(uploads, { recursive: true });
  writeFileSync(uploads, '');
  await given.append([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]);
  await expect(given.sink.closeFiles()).rejects.toThrow(/EEXIST|ENOTDIR/);
  expect(given.sink.failure).toBeUndefined();
  rmSync(uploads);
  const files = await given.untilFiles(3);
  expect(Object.values(files).join('')).toBe('{"n":0}\n{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n');
  await given.sink.closeFiles();
  expect(given.sink.counts()).toEqual({ 'u.pin': { written: 5, refused: 0 } });
  expect(given.failures).toEqual([]);
  expect(waiting[0]).toMatch(/EEXIST|ENOTDIR/);
  expect(waiting.at(-1)).toBeUndefined();
});

test('files that are complete and cannot be moved are moved when that is possible, and told of once', async () => {
  const closed: string[] = [];
  given = await GivenSink.open({}, { retryMs: 5, onClosed: ({ file }) => closed.push(file) });
  given.sink.start();
  writeFileSync(join(given.bucket, 'topics'), 'in the way');
  await given.append([{ n: 1 }]);
  await expect(given.sink.closeFiles()).rejects.toThrow(/EEXIST|ENOTDIR/);
  expect(closed).toEqual([]);
  rmSync(join(given.bucket, 'topics'));
  expect(await given.untilFiles(1)).toEqual({ [FIRST]: '{"n":1}\n' });
  await given.sink.closeFiles();
  expect(closed).toEqual([FIRST]);
});
