import { cleanUp, given, givenPins } from '../testing/kinesis';

afterEach(cleanUp);

const record = { StreamName: 'pins', PartitionKey: 'a', Data: 'QQ==' };

test('a stream can be named by its ARN', async () => {
  const { send } = await givenPins();
  const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/pins';
  expect((await send('PutRecord', { ...record, StreamName: undefined, StreamARN })).status).toBe(200);
  expect((await send('PutRecord', { ...record, StreamARN })).status).toBe(200);
});

test.each([
  ['arn:aws:kinesis:us-east-1:123456789012:stream/pins', 'Stream pins under account 123456789012 not found.'],
  ['arn:aws:kinesis:eu-west-1:000000000000:stream/pins', 'Stream pins under account 000000000000 not found.'],
  ['arn:aws:kinesis:us-east-1:000000000000:stream/nope', 'Stream nope under account 000000000000 not found.'],
])('the ARN %s is not found', async (StreamARN, message) => {
  const { send } = await givenPins();
  expect(await send('PutRecord', { ...record, StreamName: undefined, StreamARN })).toEqual({
    status: 400,
    body: { __type: 'ResourceNotFoundException', message },
  });
});

test('a record without a stream is refused', async () => {
  const { send } = await givenPins();
  expect((await send('PutRecord', { ...record, StreamName: undefined })).body).toEqual({
    __type: 'ValidationException',
    message:
      "1 validation error detected: Value null at 'streamName' failed to satisfy constraint: Member must not be null",
  });
});

test('data and key of a record are within 1024 KiB, or what the stream was created with', async () => {
  const { send } = await givenPins();
  await send('CreateStream', { StreamName: 'large', ShardCount: 1, MaxRecordSizeInKiB: 2048 });
  const fits = Buffer.alloc(1024 * 1024 - 2).toString('base64');
  const over = Buffer.alloc(1024 * 1024 - 1).toString('base64');
  expect((await send('PutRecord', { ...record, PartitionKey: 'é', Data: fits })).status).toBe(200);
  expect(await send('PutRecord', { ...record, PartitionKey: 'é', Data: over })).toEqual({
    status: 400,
    body: {
      __type: 'InvalidArgumentException',
      message:
        'A record of 1048577 bytes, data and partition key, is larger than the 1024 KiB that stream pins under account 000000000000 takes.',
    },
  });
  expect((await send('PutRecord', { ...record, StreamName: 'large', Data: over })).status).toBe(200);
});

test('data over 10 MiB break a constraint', async () => {
  const { send } = await givenPins();
  const Data = Buffer.alloc(10 * 1024 * 1024 + 1).toString('base64');
  expect((await send('PutRecord', { ...record, Data })).body).toEqual({
    __type: 'ValidationException',
    message:
      "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=10485761 cap=10485761]' at 'data' failed to satisfy constraint: " +
      'Member must have length less than or equal to 10485760',
  });
});

test('SequenceNumberForOrdering may be a number given out before, nothing else', async () => {
  const { send, clock } = await givenPins();
  const { SequenceNumber } = (await send('PutRecord', record)).body;
  expect((await send('PutRecord', { ...record, SequenceNumberForOrdering: SequenceNumber })).status).toBe(200);
  const refused = (SequenceNumberForOrdering: unknown) => ({
    status: 400,
    body: {
      __type: 'InvalidArgumentException',
      message: `ExclusiveMinimumSequenceNumber ${SequenceNumberForOrdering} used in PutRecord on stream pins under account 000000000000 is invalid.`,
    },
  });
  expect(await send('PutRecord', { ...record, SequenceNumberForOrdering: '12' })).toEqual(refused('12'));
  clock.nowMs -= 1000;
  expect(await send('PutRecord', { ...record, SequenceNumberForOrdering: SequenceNumber })).toEqual(
    refused(SequenceNumber),
  );
});

test('DryRun is refused, because it would write', async () => {
  const { send, log } = await givenPins();
  expect((await send('PutRecord', { ...record, DryRun: true })).body.__type).toBe('InvalidArgumentException');
  expect(log.endOffset('pins', 0)).toBe(0);
  expect((await send('PutRecord', { ...record, DryRun: false })).status).toBe(200);
});

test('a stream that is still being created takes nothing', async () => {
  const { send } = await given({ activationMs: 500 });
  await send('CreateStream', { StreamName: 'pins', ShardCount: 1 });
  expect((await send('PutRecord', record)).body).toEqual({
    __type: 'ResourceNotFoundException',
    message: 'Stream pins under account 000000000000 not found.',
  });
});
