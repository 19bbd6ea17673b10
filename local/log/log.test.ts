import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, openLog } from '.';

const folders: string[] = [];
const logs: Log[] = [];

afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'log-test-'));
  folders.push(folder);
  return folder;
}

async function opened(folder: string, now: () => number = () => 1000): Promise<Log> {
  const log = await openLog(folder, { now });
  logs.push(log);
  return log;
}

/** A log with topic `pin` of 3 partitions. */
async function given(now?: () => number): Promise<Log> {
  const log = await opened(newFolder(), now);
  await log.createTopic('pin', { partitions: 3 });
  return log;
}

function text(...values: string[]) {
  return values.map((value) => ({ key: null, value: Buffer.from(value) }));
}

function values(log: Log, partition = 0, from = 0, maxRecords = 1000): string[] {
  return log.read('pin', partition, from, { maxRecords }).map(({ offset, value }) => `${offset}:${value}`);
}

test('records come back in order with their offsets, key, value, headers and append time', async () => {
  const log = await given(() => 1_700_000_000_123);
  const appended = await log.append([
    {
      topic: 'pin',
      partition: 1,
      records: [
        { key: Buffer.from('"7"'), value: Buffer.from('{"a":"é📌"}'), headers: { 'x-a': 'ü' } },
        { key: null, value: null },
        { key: Buffer.alloc(0), value: Buffer.alloc(0) },
      ],
    },
  ]);
  expect(appended).toEqual([{ baseOffset: 0, timestampMs: 1_700_000_000_123 }]);
  expect(log.read('pin', 1, 0, { maxRecords: 10 })).toEqual([
    {
      offset: 0,
      timestampMs: 1_700_000_000_123,
      key: Buffer.from('"7"'),
      value: Buffer.from('{"a":"é📌"}'),
      headers: { 'x-a': 'ü' },
    },
    { offset: 1, timestampMs: 1_700_000_000_123, key: null, value: null },
    { offset: 2, timestampMs: 1_700_000_000_123, key: Buffer.alloc(0), value: Buffer.alloc(0) },
  ]);
  expect(log.read('pin', 0, 0, { maxRecords: 10 })).toEqual([]);
});

test('appends that are under way at the same time get offsets without gap or overlap', async () => {
  const log = await given();
  const appends = ['a', 'b', 'c'].map((value) =>
    log.append([{ topic: 'pin', partition: 0, records: text(`${value}1`, `${value}2`) }]),
  );
  expect((await Promise.all(appends)).flat().map(({ baseOffset }) => baseOffset)).toEqual([0, 2, 4]);
  expect(values(log)).toEqual(['0:a1', '1:a2', '2:b1', '3:b2', '4:c1', '5:c2']);
});

test('a read starts anywhere, inside a batch too, and stops at maxRecords', async () => {
  const log = await given();
  await log.append([{ topic: 'pin', partition: 0, records: text('a', 'b', 'c') }]);
  await log.append([{ topic: 'pin', partition: 0, records: text('d', 'e') }]);
  expect(values(log, 0, 1, 3)).toEqual(['1:b', '2:c', '3:d']);
  expect(values(log, 0, 4)).toEqual(['4:e']);
  expect(values(log, 0, 5)).toEqual([]);
  expect(values(log, 0, 99)).toEqual([]);
  expect(values(log, 0, 0, 0)).toEqual([]);
});

test('maxBytes counts keys and values, and lets a single larger record pass', async () => {
  const log = await given();
  await log.append([{ topic: 'pin', partition: 0, records: text('aaaa', 'bb', 'cccccccc') }]);
  const sizes = (from: number, maxBytes: number) =>
    log.read('pin', 0, from, { maxRecords: 10, maxBytes }).map(({ value }) => value?.length);
  expect(sizes(0, 6)).toEqual([4, 2]);
  expect(sizes(0, 5)).toEqual([4]);
  expect(sizes(2, 5)).toEqual([8]);
});

test('one append to several partitions with positions is committed as one', async () => {
  const log = await given();
  const appended = await log.append(
    [
      { topic: 'pin', partition: 0, records: text('a') },
      { topic: 'pin', partition: 2, records: text('b', 'c') },
      { topic: 'pin', partition: 0, records: text('d') },
    ],
    { 'sink/pin/0': '17' },
  );
  expect(appended.map(({ baseOffset }) => baseOffset)).toEqual([0, 0, 1]);
  expect(values(log, 0)).toEqual(['0:a', '1:d']);
  expect(values(log, 2)).toEqual(['0:b', '1:c']);
  expect(log.position('sink/pin/0')).toBe('17');
  expect(log.position('sink/pin/1')).toBeUndefined();
});

test('positions alone can be committed, the last one counts', async () => {
  const log = await given();
  await Promise.all([log.append([], { at: '1' }), log.append([], { at: '2' })]);
  expect(log.position('at')).toBe('2');
});

test('everything is there after close and open: topics, attributes, records, positions, the next offset', async () => {
  const folder = newFolder();
  const first = await opened(folder, () => 5000);
  await first.createTopic('pin', { partitions: 2, attributes: { 'retention.ms': '60000' } });
  await first.createTopic('geo', { partitions: 1 });
  await first.setAttributes('geo', { mode: 'x', nested: { list: [1, null] } });
  await first.append([{ topic: 'pin', partition: 1, records: text('a', 'b') }], { at: '2' });
  await first.close();

  const log = await opened(folder, () => 6000);
  expect(log.topics()).toEqual(['geo', 'pin']);
  expect(log.topic('pin')).toEqual({
    name: 'pin',
    partitions: 2,
    attributes: { 'retention.ms': '60000' },
    createdMs: 5000,
  });
  expect(log.topic('geo')?.attributes).toEqual({ mode: 'x', nested: { list: [1, null] } });
  expect(log.position('at')).toBe('2');
  expect(log.endOffset('pin', 0)).toBe(0);
  expect(log.endOffset('pin', 1)).toBe(2);
  expect(await log.append([{ topic: 'pin', partition: 1, records: text('c') }])).toEqual([
    { baseOffset: 2, timestampMs: 6000 },
  ]);
  expect(values(log, 1)).toEqual(['0:a', '1:b', '2:c']);
});

test('append time never goes back within a partition, over a restart too', async () => {
  const folder = newFolder();
  let clock = 2000;
  const first = await opened(folder, () => clock);
  await first.createTopic('pin', { partitions: 2 });
  await first.append([{ topic: 'pin', partition: 0, records: text('a') }]);
  clock = 1500;
  expect(await first.append([{ topic: 'pin', partition: 0, records: text('b') }])).toEqual([
    { baseOffset: 1, timestampMs: 2000 },
  ]);
  await first.close();
  const log = await opened(folder, () => clock);
  expect(await log.append([{ topic: 'pin', partition: 0, records: text('c') }])).toEqual([
    { baseOffset: 2, timestampMs: 2000 },
  ]);
  expect(await log.append([{ topic: 'pin', partition: 1, records: text('d') }])).toEqual([
    { baseOffset: 0, timestampMs: 1500 },
  ]);
});

test('offsetForTime finds the first record at or after a time', async () => {
  let clock = 0;
  const log = await given(() => clock);
  for (const at of [1000, 1000, 2000, 3000]) {
    clock = at;
    await log.append([{ topic: 'pin', partition: 0, records: text('a', 'b') }]);
  }
  const offsets = [0, 1000, 1001, 2000, 2500, 3000, 3001].map((time) => log.offsetForTime('pin', 0, time));
  expect(offsets).toEqual([0, 0, 4, 4, 6, 6, 8]);
  expect(log.offsetForTime('pin', 1, 0)).toBe(0);
});

test('trim forgets what lies before, inside a batch too, and offsets stay', async () => {
  const folder = newFolder();
  const first = await opened(folder);
  await first.createTopic('pin', { partitions: 3 });
  await first.append([{ topic: 'pin', partition: 0, records: text('a', 'b') }]);
  await first.append([{ topic: 'pin', partition: 0, records: text('c', 'd', 'e') }]);
  await first.trim('pin', 0, 3);
  expect(first.beginningOffset('pin', 0)).toBe(3);
  expect(values(first)).toEqual(['3:d', '4:e']);
  expect(first.offsetForTime('pin', 0, 0)).toBe(3);
  await first.trim('pin', 0, 1);
  expect(first.beginningOffset('pin', 0)).toBe(3);
  await first.trim('pin', 0, 99);
  expect(first.endOffset('pin', 0)).toBe(5);
  await first.close();

  const log = await opened(folder);
  expect([log.beginningOffset('pin', 0), log.endOffset('pin', 0)]).toEqual([5, 5]);
  expect(values(log)).toEqual([]);
  await log.append([{ topic: 'pin', partition: 0, records: text('f') }]);
  expect(values(log)).toEqual(['5:f']);
});

test('reading goes on while the log is trimmed', async () => {
  const log = await given();
  for (let number = 0; number < 62; number += 1) {
    await log.append([{ topic: 'pin', partition: 0, records: text(`${number}`) }]);
  }
  for (let offset = 5; offset < 60; offset += 5) {
    let isTrimmed = false;
    const trimming = log.trim('pin', 0, offset).then(() => {
      isTrimmed = true;
    });
    while (!isTrimmed) {
      const first = log.beginningOffset('pin', 0);
      expect(values(log, 0, 0, 2)).toEqual([`${first}:${first}`, `${first + 1}:${first + 1}`]);
      await new Promise(setImmediate);
    }
    await trimming;
  }
});

test('a deleted topic is gone with its records; its name can be used again from offset 0', async () => {
  const log = await given();
  await log.append([{ topic: 'pin', partition: 0, records: text('old') }]);
  await log.deleteTopic('pin');
  expect(log.topic('pin')).toBeUndefined();
  expect(() => log.read('pin', 0, 0, { maxRecords: 1 })).toThrow('no topic "pin" in the log (known: none)');
  await log.createTopic('pin', { partitions: 1 });
  expect(log.endOffset('pin', 0)).toBe(0);
  await log.append([{ topic: 'pin', partition: 0, records: text('new') }]);
  expect(values(log)).toEqual(['0:new']);
});

test('an append to a topic that is deleted before it is committed is refused, its neighbours are not', async () => {
  const log = await given();
  await log.createTopic('geo', { partitions: 1 });
  const deleting = log.deleteTopic('geo');
  const late = log.append([{ topic: 'geo', partition: 0, records: text('a') }]);
  const other = log.append([{ topic: 'pin', partition: 0, records: text('b') }]);
  await expect(late).rejects.toThrow('topic geo was deleted before the append was committed');
  await deleting;
  expect(await other).toEqual([{ baseOffset: 0, timestampMs: 1000 }]);
});

test('what does not exist, or exists already, is refused by name', async () => {
  const log = await given();
  const records = text('a');
  await expect(log.append([{ topic: 'geo', partition: 0, records }])).rejects.toMatchObject({
    name: 'UnknownTopicError',
    message: 'no topic "geo" in the log (known: pin)',
  });
  await expect(log.append([{ topic: 'pin', partition: 3, records }])).rejects.toMatchObject({
    name: 'UnknownPartitionError',
    message: 'topic pin has partitions 0 to 2, got 3',
  });
  await expect(log.createTopic('pin', { partitions: 1 })).rejects.toMatchObject({
    name: 'TopicExistsError',
    message: 'topic pin exists already',
  });
  await expect(log.createTopic('geo', { partitions: 0 })).rejects.toThrow(
    'topic geo: partitions must be a whole number from 1 to 10000, got 0',
  );
  expect(values(log)).toEqual([]);
});

test('listeners hear of each partition after the commit, until they stop', async () => {
  const log = await given();
  const heard: string[] = [];
  const stop = log.onAppend((topic, partition) =>
    heard.push(`${topic}/${partition} to ${log.endOffset(topic, partition)}`),
  );
  await log.append([
    { topic: 'pin', partition: 2, records: text('a', 'b') },
    { topic: 'pin', partition: 0, records: text('c') },
    { topic: 'pin', partition: 1, records: [] },
  ]);
  stop();
  await log.append([{ topic: 'pin', partition: 0, records: text('d') }]);
  expect(heard).toEqual(['pin/2 to 2', 'pin/0 to 1']);
});

test('a closed log refuses to work and says so', async () => {
  const log = await given();
  const last = log.append([{ topic: 'pin', partition: 0, records: text('a') }]);
  await log.close();
  expect(await last).toEqual([{ baseOffset: 0, timestampMs: 1000 }]);
  await expect(log.append([{ topic: 'pin', partition: 0, records: text('b') }])).rejects.toMatchObject({
    name: 'LogClosedError',
  });
  expect(() => log.read('pin', 0, 0, { maxRecords: 1 })).toThrow('is closed');
});
