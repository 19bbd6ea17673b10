import { cleanUp, given, givenPins } from '../testing/kinesis';

afterEach(cleanUp);

const pins = { StreamName: 'pins' };

test('a deleted stream is gone with its records, and its name is free', async () => {
  const { send, kinesis, log } = await givenPins();
  await send('PutRecord', { ...pins, PartitionKey: 'a', Data: '' });
  const iterator = (await send('GetShardIterator', { ...pins, ShardId: '0', ShardIteratorType: 'TRIM_HORIZON' })).body;
  expect(await send('DeleteStream', pins)).toEqual({ status: 200, body: {} });
  expect(log.topics()).toEqual([]);
  expect((await send('DescribeStream', pins)).body.__type).toBe('ResourceNotFoundException');
  expect((await send('GetRecords', iterator)).body).toEqual({
    __type: 'ResourceNotFoundException',
    message: 'Stream pins under account 000000000000 not found.',
  });
  expect((await send('CreateStream', { ...pins, ShardCount: 1 })).status).toBe(200);
  expect(kinesis.readRecords('pins', 0, 0, { maxRecords: 10 })).toEqual([]);
});

test('an iterator of a stream that was deleted does not read the next one of its name', async () => {
  const { send, clock } = await givenPins();
  const iterator = (await send('GetShardIterator', { ...pins, ShardId: '0', ShardIteratorType: 'TRIM_HORIZON' })).body;
  await send('DeleteStream', pins);
  clock.nowMs += 1;
  await send('CreateStream', { ...pins, ShardCount: 2 });
  expect((await send('GetRecords', iterator)).body).toEqual({
    __type: 'ResourceNotFoundException',
    message: 'Shard shardId-000000000000 in stream pins under account 000000000000 does not exist',
  });
});

test('DELETING takes its time, takes no records, may be asked for twice, and outlives a restart', async () => {
  const before = await given({ activationMs: 500 });
  await before.send('CreateStream', { ...pins, ShardCount: 1 });
  before.clock.nowMs += 500;
  await before.send('DeleteStream', pins);
  expect((await before.send('DeleteStream', pins)).status).toBe(200);
  const { send, clock, log, kinesis } = await before.restart();
  expect((await send('DescribeStreamSummary', pins)).body).toMatchObject({
    StreamDescriptionSummary: { StreamStatus: 'DELETING' },
  });
  expect((await send('PutRecord', { ...pins, PartitionKey: 'a', Data: '' })).body.__type).toBe(
    'ResourceNotFoundException',
  );
  expect((await send('CreateStream', { ...pins, ShardCount: 1 })).body.__type).toBe('ResourceInUseException');
  clock.nowMs += 500;
  expect((await send('ListStreams', {})).body.StreamNames).toEqual([]);
  expect(log.topics()).toEqual(['pins']);
  await kinesis.trim();
  expect(log.topics()).toEqual([]);
  expect((await send('CreateStream', { ...pins, ShardCount: 1 })).status).toBe(200);
});
