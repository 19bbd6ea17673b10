import { cleanUp, type Given, given, givenPins, type Json, START_MS } from './testing/kinesis';

afterEach(cleanUp);

const SHARD_0 = 'shardId-000000000000';
const SHARD_1 = 'shardId-000000000001';
const SECOND_HALF = '170141183460469231731687303715884105728';
/** The first record of shard 0 of a stream created at START_MS, put 100 seconds later (wire-protocols §2.6). */
const FIRST_NUMBER = '49646437577108476416916876405827138351405051177397649410';

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function put({ send }: Given, PartitionKey: string, text: string): Promise<Json> {
  const { status, body } = await send('PutRecord', { StreamName: 'pins', PartitionKey, Data: base64(text) });
  expect(status).toBe(200);
  return body;
}

async function iterator({ send }: Given, type: string, more: Json = {}): Promise<string> {
  const { body } = await send('GetShardIterator', {
    StreamName: 'pins',
    ShardId: SHARD_0,
    ShardIteratorType: type,
    ...more,
  });
  return body.ShardIterator as string;
}

/** Data of the records behind an iterator, as text. */
async function read({ send }: Given, ShardIterator: string): Promise<string[]> {
  const { body } = await send('GetRecords', { ShardIterator });
  return (body.Records as { Data: string }[]).map(({ Data }) => Buffer.from(Data, 'base64').toString());
}

test('S1: a new stream is CREATING without shards, then ACTIVE with two equal ranges', async () => {
  const { send, clock } = await given({ activationMs: 500 });
  const created = await send('CreateStream', { StreamName: 'pins', ShardCount: 2 });
  expect(created).toEqual({ status: 200, body: {} });
  expect((await send('DescribeStream', { StreamName: 'pins' })).body).toEqual({
    StreamDescription: {
      StreamName: 'pins',
      StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/pins',
      StreamStatus: 'CREATING',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      StreamCreationTimestamp: 1_700_000_000,
      Shards: [],
      HasMoreShards: false,
      RetentionPeriodHours: 24,
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: 'NONE',
    },
  });
  clock.nowMs += 500;
  expect((await send('DescribeStream', { StreamName: 'pins' })).body).toMatchObject({
    StreamDescription: {
      StreamStatus: 'ACTIVE',
      Shards: [
        {
          ShardId: SHARD_0,
          HashKeyRange: { StartingHashKey: '0', EndingHashKey: '170141183460469231731687303715884105727' },
          SequenceNumberRange: {
            StartingSequenceNumber: '49646437577108476416916876405825929425585429676275269634',
          },
        },
        {
          ShardId: SHARD_1,
          HashKeyRange: { StartingHashKey: SECOND_HALF, EndingHashKey: '340282366920938463463374607431768211455' },
          SequenceNumberRange: {
            StartingSequenceNumber: '49646437577130777162115407028967465143858078037781250066',
          },
        },
      ],
    },
  });
});

test('S2: a name that is taken is refused', async () => {
  const { send } = await givenPins();
  expect(await send('CreateStream', { StreamName: 'pins', ShardCount: 1 })).toEqual({
    status: 400,
    body: { __type: 'ResourceInUseException', message: 'Stream pins under account 000000000000 already exists.' },
  });
});

test.each([
  ['DescribeStream', {}],
  ['DescribeStreamSummary', {}],
  ['DeleteStream', {}],
  ['PutRecord', { PartitionKey: 'a', Data: '' }],
  ['PutRecords', { Records: [{ PartitionKey: 'a', Data: '' }] }],
  ['ListShards', {}],
  ['GetShardIterator', { ShardId: SHARD_0, ShardIteratorType: 'LATEST' }],
  ['ListTagsForStream', {}],
  ['AddTagsToStream', { Tags: { a: 'b' } }],
  ['RemoveTagsFromStream', { TagKeys: ['a'] }],
  ['IncreaseStreamRetentionPeriod', { RetentionPeriodHours: 48 }],
  ['DecreaseStreamRetentionPeriod', { RetentionPeriodHours: 24 }],
])('S3: %s on a missing stream says that it is not found', async (action, input) => {
  const { send } = await givenPins();
  expect(await send(action, { StreamName: 'nope', ...input })).toEqual({
    status: 400,
    body: { __type: 'ResourceNotFoundException', message: 'Stream nope under account 000000000000 not found.' },
  });
});

test('S4: keys go to the shards of their MD5, and numbers have 56 digits', async () => {
  const endpoint = await givenPins();
  endpoint.clock.nowMs += 100_000;
  expect(await put(endpoint, 'a', 'x')).toEqual({ ShardId: SHARD_0, SequenceNumber: FIRST_NUMBER });
  const b = await put(endpoint, 'b', 'x');
  expect(b.ShardId).toBe(SHARD_1);
  expect(b.SequenceNumber).toMatch(/^\d{56}$/);
});

test('S5: an explicit hash key goes before the partition key', async () => {
  const { send } = await givenPins();
  const input = { StreamName: 'pins', PartitionKey: 'a', Data: '', ExplicitHashKey: SECOND_HALF };
  expect((await send('PutRecord', input)).body.ShardId).toBe(SHARD_1);
  const last = { ...input, ExplicitHashKey: '170141183460469231731687303715884105727' };
  expect((await send('PutRecord', last)).body.ShardId).toBe(SHARD_0);
});

test('S6: an explicit hash key of 2^128 is out of range', async () => {
  const { send } = await givenPins();
  const ExplicitHashKey = '340282366920938463463374607431768211456';
  expect(await send('PutRecord', { StreamName: 'pins', PartitionKey: 'a', Data: '', ExplicitHashKey })).toEqual({
    status: 400,
    body: {
      __type: 'InvalidArgumentException',
      message:
        'Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was 340282366920938463463374607431768211456',
    },
  });
});

test('S7: an empty partition key is refused', async () => {
  const { send } = await givenPins();
  expect(await send('PutRecord', { StreamName: 'pins', PartitionKey: '', Data: '' })).toEqual({
    status: 400,
    body: {
      __type: 'ValidationException',
      message:
        "1 validation error detected: Value '' at 'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
    },
  });
});

test('S8: data that is no base64 is refused', async () => {
  const { send } = await givenPins();
  expect(await send('PutRecord', { StreamName: 'pins', PartitionKey: 'a', Data: 'x' })).toEqual({
    status: 400,
    body: {
      __type: 'SerializationException',
      Message:
        "'x' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 1",
    },
  });
});

test('S9: 501 records are too many, and none too few', async () => {
  const { send } = await givenPins();
  const many = await send('PutRecords', {
    StreamName: 'pins',
    Records: Array.from({ length: 501 }, () => ({ PartitionKey: 'a', Data: '' })),
  });
  expect(many.status).toBe(400);
  expect(many.body.__type).toBe('ValidationException');
  expect(many.body.message).toMatch(
    /^1 validation error detected: Value '\[.*\]' at 'records' failed to satisfy constraint: Member must have length less than or equal to 500$/,
  );
  expect(await send('PutRecords', { StreamName: 'pins', Records: [] })).toEqual({
    status: 400,
    body: {
      __type: 'ValidationException',
      message:
        "1 validation error detected: Value '[]' at 'records' failed to satisfy constraint: Member must have length greater than or equal to 1",
    },
  });
});

test('S10: of 1500 records in a second a shard takes 1000, and says so for each of the others', async () => {
  const endpoint = await givenPins({ limits: 'aws' });
  const Records = Array.from({ length: 500 }, () => ({ PartitionKey: 'a', Data: '' }));
  const failed: unknown[] = [];
  for (let batch = 0; batch < 3; batch += 1) {
    const { status, body } = await endpoint.send('PutRecords', { StreamName: 'pins', Records });
    expect(status).toBe(200);
    failed.push(body.FailedRecordCount);
    if (batch === 2) {
      expect(body.Records).toEqual(
        Array.from({ length: 500 }, () => ({
          ErrorCode: 'ProvisionedThroughputExceededException',
          ErrorMessage: 'Rate exceeded for shard shardId-000000000000 in stream pins under account 000000000000.',
        })),
      );
    }
  }
  expect(failed).toEqual([0, 0, 500]);
  expect(await endpoint.send('PutRecord', { StreamName: 'pins', PartitionKey: 'a', Data: '' })).toEqual({
    status: 400,
    body: {
      __type: 'ProvisionedThroughputExceededException',
      message: 'Rate exceeded for shard shardId-000000000000 in stream pins under account 000000000000.',
    },
  });
  endpoint.clock.nowMs += 1000;
  expect((await put(endpoint, 'a', 'x')).ShardId).toBe(SHARD_0);
  expect(await read(endpoint, await iterator(endpoint, 'TRIM_HORIZON'))).toHaveLength(1001);
});

test('S11: TRIM_HORIZON gives all records in the order they were put, byte for byte', async () => {
  const endpoint = await givenPins();
  endpoint.clock.nowMs += 100_123;
  await put(endpoint, 'a', 'héllo 📌');
  await put(endpoint, 'c', '');
  const ShardIterator = await iterator(endpoint, 'TRIM_HORIZON');
  const { body } = await endpoint.send('GetRecords', { ShardIterator });
  expect(body.MillisBehindLatest).toBe(0);
  expect(body.Records).toEqual([
    {
      SequenceNumber: FIRST_NUMBER,
      ApproximateArrivalTimestamp: 1_700_000_100.123,
      Data: 'aMOpbGxvIPCfk4w=',
      PartitionKey: 'a',
    },
    {
      SequenceNumber: expect.stringMatching(/^\d{56}$/),
      ApproximateArrivalTimestamp: 1_700_000_100.123,
      Data: '',
      PartitionKey: 'c',
    },
  ]);
  expect(await read(endpoint, body.NextShardIterator as string)).toEqual([]);
});

test('S12: LATEST gives only what is put after it', async () => {
  const endpoint = await givenPins();
  await put(endpoint, 'a', 'old');
  const latest = await iterator(endpoint, 'LATEST');
  expect(await read(endpoint, latest)).toEqual([]);
  await put(endpoint, 'a', 'new');
  expect(await read(endpoint, latest)).toEqual(['new']);
});

test('S13: AT_SEQUENCE_NUMBER begins with the record, AFTER_SEQUENCE_NUMBER behind it', async () => {
  const endpoint = await givenPins();
  await put(endpoint, 'a', 'one');
  const { SequenceNumber: StartingSequenceNumber } = await put(endpoint, 'a', 'two');
  await put(endpoint, 'a', 'three');
  const at = await iterator(endpoint, 'AT_SEQUENCE_NUMBER', { StartingSequenceNumber });
  const after = await iterator(endpoint, 'AFTER_SEQUENCE_NUMBER', { StartingSequenceNumber });
  expect(await read(endpoint, at)).toEqual(['two', 'three']);
  expect(await read(endpoint, after)).toEqual(['three']);
});

test.each([
  ['AT_SEQUENCE_NUMBER', {}, 'and no StartingSequenceNumber.'],
  ['AFTER_SEQUENCE_NUMBER', {}, 'and no StartingSequenceNumber.'],
  ['LATEST', { StartingSequenceNumber: '1' }, 'and also a StartingSequenceNumber.'],
])('S14: %s with %j is refused', async (ShardIteratorType, more, ending) => {
  const { send } = await givenPins();
  const input = { StreamName: 'pins', ShardId: SHARD_0, ShardIteratorType, ...more };
  expect(await send('GetShardIterator', input)).toEqual({
    status: 400,
    body: {
      __type: 'InvalidArgumentException',
      message:
        'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. ' +
        `Request specified ${ShardIteratorType} ${ending}`,
    },
  });
});

test("S15: another shard's number is refused", async () => {
  const endpoint = await givenPins();
  const { SequenceNumber: StartingSequenceNumber } = await put(endpoint, 'b', 'x');
  const input = {
    StreamName: 'pins',
    ShardId: SHARD_0,
    ShardIteratorType: 'AT_SEQUENCE_NUMBER',
    StartingSequenceNumber,
  };
  expect(await endpoint.send('GetShardIterator', input)).toEqual({
    status: 400,
    body: {
      __type: 'InvalidArgumentException',
      message:
        'Invalid StartingSequenceNumber. It encodes shardId-000000000001, while it was used in a call to a shard with shardId-000000000000',
    },
  });
});

test('S16: an iterator lives for 300 seconds', async () => {
  const endpoint = await givenPins();
  endpoint.clock.nowMs = Date.UTC(2026, 10, 22, 10, 0, 0);
  const ShardIterator = await iterator(endpoint, 'TRIM_HORIZON');
  endpoint.clock.nowMs += 300_000;
  expect((await endpoint.send('GetRecords', { ShardIterator })).status).toBe(200);
  endpoint.clock.nowMs += 1000;
  expect(await endpoint.send('GetRecords', { ShardIterator })).toEqual({
    status: 400,
    body: {
      __type: 'ExpiredIteratorException',
      message:
        'Iterator expired. The iterator was created at time Sun Nov 22 10:00:00 UTC 2026 while right now it is Sun Nov 22 10:05:01 UTC 2026 ' +
        'which is further in the future than the tolerated delay of 300000 milliseconds.',
    },
  });
});

test('S17: what is no iterator is refused', async () => {
  const endpoint = await givenPins();
  const whole = await iterator(endpoint, 'TRIM_HORIZON');
  for (const ShardIterator of ['garbage', whole.slice(0, -4), whole.replace('AAAA', 'AAAB')]) {
    expect(await endpoint.send('GetRecords', { ShardIterator })).toEqual({
      status: 400,
      body: { __type: 'InvalidArgumentException', message: 'Invalid ShardIterator.' },
    });
  }
});

test('S18: GetRecords takes a Limit of 10000 and no higher', async () => {
  const endpoint = await givenPins();
  const ShardIterator = await iterator(endpoint, 'TRIM_HORIZON');
  expect((await endpoint.send('GetRecords', { ShardIterator, Limit: 10_000 })).status).toBe(200);
  expect(await endpoint.send('GetRecords', { ShardIterator, Limit: 10_001 })).toEqual({
    status: 400,
    body: {
      __type: 'ValidationException',
      message:
        "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    },
  });
});

test('S19: ListShards takes a name or a token, not neither and not both', async () => {
  const { send } = await givenPins();
  expect(await send('ListShards', {})).toEqual({
    status: 400,
    body: {
      __type: 'InvalidArgumentException',
      message: 'Either NextToken or StreamName should be provided.',
    },
  });
  expect(await send('ListShards', { StreamName: 'pins', NextToken: 'x' })).toEqual({
    status: 400,
    body: {
      __type: 'InvalidArgumentException',
      message: 'NextToken and StreamName cannot be provided together.',
    },
  });
});

test('S20: an unknown operation is refused', async () => {
  const { send } = await givenPins();
  expect(await send('Nope', {})).toEqual({ status: 400, body: { __type: 'UnknownOperationException' } });
});

test('S22: after a restart everything acknowledged is there, under the same numbers', async () => {
  const before = await givenPins();
  before.clock.nowMs += 100_000;
  expect((await put(before, 'a', 'one')).SequenceNumber).toBe(FIRST_NUMBER);
  const { SequenceNumber: StartingSequenceNumber } = await put(before, 'a', 'two');
  const old = await iterator(before, 'TRIM_HORIZON');
  const after = await before.restart();
  expect((await after.send('ListStreams', {})).body.StreamNames).toEqual(['pins']);
  expect(await read(after, await iterator(after, 'TRIM_HORIZON'))).toEqual(['one', 'two']);
  expect(await read(after, old)).toEqual(['one', 'two']);
  const behind = await iterator(after, 'AFTER_SEQUENCE_NUMBER', { StartingSequenceNumber });
  expect(await put(after, 'a', 'three')).toMatchObject({ ShardId: SHARD_0 });
  expect(await read(after, behind)).toEqual(['three']);
  expect(after.clock.nowMs).toBe(START_MS + 100_000);
});
