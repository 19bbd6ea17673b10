import { objectKey } from './object-key';
import { parseSettings } from './settings';
import { ARRIVAL, DEAD_LETTERS, GivenSink, SMALLEST } from './testing/sink';

/* Cases F1 to F10: what the real sink writes, literally. */

let given: GivenSink;
afterEach(() => given.close());

const index = (...numbers: number[]) => numbers.map((number) => ({ index: number }));

test('F1: files of flush.size records; what does not fill one is not to be seen', async () => {
  given = await GivenSink.open();
  given.sink.start();
  await given.append(index(0, 1, 2, 3, 4, 5, 6));
  await given.untilFiles(2);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(given.files()).toEqual({
    'topics/u.pin/partition=0/u.pin+0+0000000000.json': '{"index":0}\n{"index":1}\n{"index":2}\n',
    'topics/u.pin/partition=0/u.pin+0+0000000003.json': '{"index":3}\n{"index":4}\n{"index":5}\n',
  });
});

test('F2: after a restart the record that was not in a file comes first in the next one, and the others stay', async () => {
  given = await GivenSink.open();
  given.sink.start();
  await given.append(index(0, 1, 2, 3, 4, 5, 6));
  const before = await given.untilFiles(2);
  await given.sink.stop();
  await given.openSink();
  given.sink.start();
  await given.append(index(7, 8));
  expect(await given.untilFiles(3)).toEqual({
    ...before,
    'topics/u.pin/partition=0/u.pin+0+0000000006.json': '{"index":6}\n{"index":7}\n{"index":8}\n',
  });
});

test('F3: every line is one JSON value, the last one ends too', async () => {
  given = await GivenSink.open();
  await given.append([{ title: 'a\n📌 é' }, 3, [1, 2]]);
  await given.sink.closeFiles();
  expect(given.files()).toEqual({
    'topics/u.pin/partition=0/u.pin+0+0000000000.json': '{"title":"a\\n\\uD83D\\uDCCC é"}\n3\n[1,2]\n',
  });
});

test('F4: gzip', async () => {
  given = await GivenSink.open({ 's3.compression.type': 'gzip' });
  await given.append(index(0, 1, 2, 3));
  await given.sink.closeFiles();
  expect(given.files()).toEqual({
    'topics/u.pin/partition=0/u.pin+0+0000000000.json.gz': '{"index":0}\n{"index":1}\n{"index":2}\n',
    'topics/u.pin/partition=0/u.pin+0+0000000003.json.gz': '{"index":3}\n',
  });
});

test('F5: two partitions, offsets counted apart', async () => {
  given = await GivenSink.open();
  await given.append(index(0, 1, 2), 0);
  await given.append(index(10, 11), 1);
  await given.sink.closeFiles();
  expect(given.files()).toEqual({
    'topics/u.pin/partition=0/u.pin+0+0000000000.json': '{"index":0}\n{"index":1}\n{"index":2}\n',
    'topics/u.pin/partition=1/u.pin+1+0000000000.json': '{"index":10}\n{"index":11}\n',
  });
});

const HOURLY = {
  'partitioner.class': 'io.confluent.connect.storage.partitioner.TimeBasedPartitioner',
  'path.format': "'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH",
  'partition.duration.ms': '3600000',
  'timestamp.extractor': 'RecordField',
  'timestamp.field': 'at',
  'rotate.interval.ms': '3600000',
  'flush.size': '1000',
  timezone: 'UTC',
  locale: 'en-US',
};

test('F6: by the hour of a field: the first record of the next hour publishes the hour before, and waits itself', async () => {
  given = await GivenSink.open(HOURLY);
  given.sink.start();
  await given.append([{ at: '2026-01-02T10:59:00Z' }, { at: Date.UTC(2026, 0, 2, 11) }]);
  expect(await given.untilFiles(1)).toEqual({
    'topics/u.pin/year=2026/month=01/day=02/hour=10/u.pin+0+0000000000.json': '{"at":"2026-01-02T10:59:00Z"}\n',
  });
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(Object.keys(given.files())).toHaveLength(1);
  await given.sink.closeFiles();
  expect(given.files()).toMatchObject({
    'topics/u.pin/year=2026/month=01/day=02/hour=11/u.pin+0+0000000001.json': '{"at":1767351600000}\n',
  });
});

test('F6: with rotate.file.on.partition.change=false an hour that begins sooner than the interval does not publish the one before', async () => {
  given = await GivenSink.open({ ...HOURLY, 'rotate.file.on.partition.change': 'false' });
  const at = (minute: number) => ({ at: Date.UTC(2026, 0, 2, 10, minute) });
  await given.append([at(30), at(60), at(89)]);
  given.sink.start();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(given.files()).toEqual({});
  await given.append([at(90)]);
  expect(Object.keys(await given.untilFiles(2))).toEqual([
    'topics/u.pin/year=2026/month=01/day=02/hour=10/u.pin+0+0000000000.json',
    'topics/u.pin/year=2026/month=01/day=02/hour=11/u.pin+0+0000000001.json',
  ]);
});

test('F6: without rotate.interval.ms the files of several hours stay open side by side', async () => {
  given = await GivenSink.open({ ...HOURLY, 'rotate.interval.ms': '-1', 'flush.size': '4' });
  const hours = ['10', '11', '10', '11'].map((hour) => ({ at: `2026-01-02T${hour}:30:00Z` }));
  await given.append(hours);
  given.sink.start();
  expect(await given.untilFiles(2)).toEqual({
    'topics/u.pin/year=2026/month=01/day=02/hour=10/u.pin+0+0000000000.json':
      '{"at":"2026-01-02T10:30:00Z"}\n{"at":"2026-01-02T10:30:00Z"}\n',
    'topics/u.pin/year=2026/month=01/day=02/hour=11/u.pin+0+0000000001.json':
      '{"at":"2026-01-02T11:30:00Z"}\n{"at":"2026-01-02T11:30:00Z"}\n',
  });
});

test('F7: a null stops the sink, or is passed over and its offset counts', async () => {
  given = await GivenSink.open();
  given.sink.start();
  await given.append([{ index: 0 }, { index: 1 }, null, { index: 3 }]);
  await given.untilFiles(1);
  expect(given.failures).toEqual([
    "u.pin partition 0 offset 2: Null valued records are not writeable with current behavior.on.null.values 'settings.",
  ]);
  await expect(given.sink.closeFiles()).rejects.toThrow('Null valued records are not writeable');
  expect(given.files()).toEqual({});
  await given.sink.stop();

  await given.openSink({ 'behavior.on.null.values': 'ignore' });
  given.sink.start();
  expect(await given.untilFiles(1)).toEqual({
    'topics/u.pin/partition=0/u.pin+0+0000000000.json': '{"index":0}\n{"index":1}\n{"index":3}\n',
  });
  await given.append(index(4, 5, 6));
  expect(Object.keys(await given.untilFiles(2))).toContain('topics/u.pin/partition=0/u.pin+0+0000000004.json');
});

test('F8: the wall clock closes a file that has gone quiet', async () => {
  given = await GivenSink.open({ 'rotate.schedule.interval.ms': '100', timezone: 'UTC', 'flush.size': '1000' });
  given.sink.start();
  await given.append(index(0));
  expect(await given.untilFiles(1)).toEqual({ 'topics/u.pin/partition=0/u.pin+0+0000000000.json': '{"index":0}\n' });
});

test('F9: FieldPartitioner on JSON without a schema is refused', async () => {
  given = await GivenSink.open();
  const config = { 'partitioner.class': 'io.confluent.connect.storage.partitioner.FieldPartitioner' };
  await expect(given.openSink(config)).rejects.toMatchObject({
    name: 'SinkSettingError',
    setting: 'partitioner.class',
    message: expect.stringMatching(/Error encoding partition\.$/),
  });
});

test('F10: a long offset is not cut', async () => {
  given = await GivenSink.open();
  expect(
    objectKey(parseSettings(SMALLEST), {
      topic: 'u.pin',
      encodedPartition: 'partition=0',
      partition: 0,
      startOffset: 12_345_678_901,
    }),
  ).toBe('topics/u.pin/partition=0/u.pin+0+12345678901.json');
});

test('as deployed: three fields more in each line, and what is no object is dead-lettered with its context', async () => {
  given = await GivenSink.open({ ...ARRIVAL, ...DEAD_LETTERS, 'flush.size': '500' }, { connector: 'u-connector' });
  given.clockMs = 1_795_332_550_642;
  await given.log.append([
    {
      topic: 'u.pin',
      partition: 1,
      records: [
        { key: Buffer.from('"7528"'), value: Buffer.from('{"index":7528,"kafka_offset":"mine","title":"a"}') },
        { key: Buffer.from('"1"'), value: Buffer.from('[1]') },
        { key: null, value: Buffer.from('{"cut') },
        { key: Buffer.from('k'), value: null },
        { key: null, value: Buffer.from('{}') },
      ],
    },
  ]);
  await given.sink.closeFiles();
  expect(given.files()).toEqual({
    'topics/u.pin/partition=1/u.pin+1+0000000000.json':
      '{"index":7528,"title":"a","kafka_partition":1,"kafka_offset":0,"kafka_timestamp":1795332550642}\n' +
      '{"kafka_partition":1,"kafka_offset":4,"kafka_timestamp":1795332550642}\n',
  });
  expect(given.sink.counts()).toEqual({ 'u.pin': { written: 2, refused: 3 } });
  const dead = given.log.read('u.dead-letters', 0, 0, { maxRecords: 9 });
  expect(dead.map(({ key, value }) => [key && String(key), value && String(value)])).toEqual([
    ['"1"', '[1]'],
    [null, '{"cut'],
    ['k', null],
  ]);
  expect(dead[0]!.headers).toEqual({
    '__connect.errors.topic': 'u.pin',
    '__connect.errors.partition': '1',
    '__connect.errors.offset': '1',
    '__connect.errors.connector.name': 'u-connector',
    '__connect.errors.task.id': '0',
    '__connect.errors.stage': 'TRANSFORMATION',
    '__connect.errors.class.name': 'org.apache.kafka.connect.transforms.InsertField$Value',
    '__connect.errors.exception.class.name': 'org.apache.kafka.connect.errors.DataException',
    '__connect.errors.exception.message':
      'Only Map objects supported in absence of schema for [field insertion], found: java.util.ArrayList',
    '__connect.errors.exception.stacktrace':
      'org.apache.kafka.connect.errors.DataException: Only Map objects supported in absence of schema for [field insertion], found: java.util.ArrayList',
  });
  expect(dead.map(({ headers }) => headers?.['__connect.errors.stage'])).toEqual([
    'TRANSFORMATION',
    'VALUE_CONVERTER',
    'TASK_PUT',
  ]);
  expect(dead[2]!.headers?.['__connect.errors.exception.message']).toBe('Skipping null value record.');
});
