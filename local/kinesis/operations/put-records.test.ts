import { cleanUp, givenPins } from '../testing/kinesis';

afterEach(cleanUp);

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('every record is answered in its place, with its shard and a number that grows within the shard', async () => {
  const { send, kinesis } = await givenPins();
  const Records = ['a', 'b', 'c', 'b', '1', 'test'].map((PartitionKey) => ({
    PartitionKey,
    Data: base64(PartitionKey),
  }));
  const { status, body } = await send('PutRecords', { StreamName: 'pins', Records });
  expect(status).toBe(200);
  expect(body.FailedRecordCount).toBe(0);
  const entries = body.Records as { ShardId: string; SequenceNumber: string }[];
  expect(entries.map(({ ShardId }) => ShardId.at(-1))).toEqual(['0', '1', '0', '1', '1', '0']);
  for (const shard of [0, 1]) {
    const stored = kinesis.readRecords('pins', shard, 0, { maxRecords: 10 });
    const answered = entries.filter(({ ShardId }) => ShardId.endsWith(String(shard)));
    expect(stored.map(({ sequenceNumber }) => sequenceNumber)).toEqual(
      answered.map(({ SequenceNumber }) => SequenceNumber),
    );
  }
  expect(kinesis.readRecords('pins', 0, 0, { maxRecords: 10 }).map(({ data }) => data.toString())).toEqual([
    'a',
    'c',
    'test',
  ]);
  expect(kinesis.readRecords('pins', 1, 0, { maxRecords: 10 }).map(({ partitionKey }) => partitionKey)).toEqual([
    'b',
    'b',
    '1',
  ]);
  // Keys count, too: 'a' and 'a', then 'c' and 'c'.
  const within = (maxBytes: number) => kinesis.readRecords('pins', 0, 0, { maxRecords: 10, maxBytes }).length;
  expect([1, 2, 3, 4, 12].map(within)).toEqual([1, 1, 1, 2, 3]);
});

test.each([
  ['an empty key', { PartitionKey: '', Data: '' }, 'ValidationException'],
  ['bad base64', { PartitionKey: 'a', Data: 'x' }, 'SerializationException'],
  ['no data', { PartitionKey: 'a' }, 'ValidationException'],
  [
    'a hash key out of range',
    { PartitionKey: 'a', Data: '', ExplicitHashKey: '9'.repeat(39) },
    'InvalidArgumentException',
  ],
  [
    'too much data',
    { PartitionKey: 'a', Data: Buffer.alloc(1024 * 1024).toString('base64') },
    'InvalidArgumentException',
  ],
])('one record with %s refuses all, and none is stored', async (_, bad, type) => {
  const { send, log } = await givenPins();
  const { status, body } = await send('PutRecords', {
    StreamName: 'pins',
    Records: [{ PartitionKey: 'a', Data: '' }, bad],
  });
  expect(status).toBe(400);
  expect(body.__type).toBe(type);
  expect(log.endOffset('pins', 0)).toBe(0);
});

test('more than 10 MiB of data and keys together are refused', async () => {
  const { send, log } = await givenPins();
  const Data = Buffer.alloc(1024 * 1024 - 1).toString('base64');
  const Records = Array.from({ length: 10 }, () => ({ PartitionKey: 'a', Data }));
  expect((await send('PutRecords', { StreamName: 'pins', Records })).status).toBe(200);
  Records.push({ PartitionKey: 'a', Data: '' });
  expect((await send('PutRecords', { StreamName: 'pins', Records })).body).toEqual({
    __type: 'InvalidArgumentException',
    message: 'Records size exceeds 10 MB limit',
  });
  expect(log.endOffset('pins', 0)).toBe(10);
});

test('with limits a shard takes 1 MiB in a second, and what the other shard has room for is stored', async () => {
  const { send, clock } = await givenPins({ limits: 'aws' });
  const half = Buffer.alloc(512 * 1024 - 1).toString('base64');
  const Records = ['a', 'a', 'a', 'b'].map((PartitionKey) => ({ PartitionKey, Data: half }));
  const { body } = await send('PutRecords', { StreamName: 'pins', Records });
  expect(body.FailedRecordCount).toBe(1);
  const codes = (body.Records as { ErrorCode?: string }[]).map(({ ErrorCode }) => ErrorCode);
  expect(codes).toEqual([undefined, undefined, 'ProvisionedThroughputExceededException', undefined]);
  clock.nowMs += 999;
  expect((await send('PutRecords', { StreamName: 'pins', Records: Records.slice(0, 1) })).body.FailedRecordCount).toBe(
    1,
  );
  clock.nowMs += 1;
  expect((await send('PutRecords', { StreamName: 'pins', Records: Records.slice(0, 1) })).body.FailedRecordCount).toBe(
    0,
  );
});

test('with limits, an idle shard takes a record of more than 1 MiB, and then nothing for a second', async () => {
  const { send, clock } = await givenPins({ limits: 'aws' });
  await send('CreateStream', { StreamName: 'large', ShardCount: 1, MaxRecordSizeInKiB: 2048 });
  const large = { PartitionKey: 'a', Data: Buffer.alloc(1.5 * 1024 * 1024).toString('base64') };
  const put = async (record: object) =>
    (await send('PutRecords', { StreamName: 'large', Records: [record] })).body.FailedRecordCount;
  expect([await put(large), await put({ PartitionKey: 'a', Data: '' })]).toEqual([0, 1]);
  clock.nowMs += 1000;
  expect([await put({ PartitionKey: 'a', Data: '' }), await put(large)]).toEqual([0, 1]);
});
