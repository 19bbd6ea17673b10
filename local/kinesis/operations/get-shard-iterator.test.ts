import { cleanUp, type Given, given, givenPins, type Json } from '../testing/kinesis';

afterEach(cleanUp);

async function put({ send }: Given, text: string): Promise<string> {
  const Data = Buffer.from(text).toString('base64');
  return (await send('PutRecord', { StreamName: 'pins', PartitionKey: 'a', Data })).body.SequenceNumber as string;
}

async function readFrom({ send }: Given, iterator: Json): Promise<string[]> {
  const input = { StreamName: 'pins', ShardId: 'shardId-000000000000', ...iterator };
  const { body } = await send('GetRecords', (await send('GetShardIterator', input)).body);
  return (body.Records as { Data: string }[]).map(({ Data }) => Buffer.from(Data, 'base64').toString());
}

test('AT_TIMESTAMP begins with the first record that arrived then or later', async () => {
  const endpoint = await givenPins();
  for (const text of ['one', 'two', 'three']) {
    await put(endpoint, text);
    endpoint.clock.nowMs += 1000;
  }
  const at = (Timestamp: number) => readFrom(endpoint, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp });
  expect(await at(1)).toEqual(['one', 'two', 'three']);
  expect(await at(1_700_000_001)).toEqual(['two', 'three']);
  expect(await at(1_700_000_001.001)).toEqual(['three']);
  expect(await at(1_700_000_002.5)).toEqual([]);
});

test('a sequence number need not be that of a record', async () => {
  const endpoint = await givenPins();
  const [one] = [await put(endpoint, 'one'), await put(endpoint, 'two')];
  const starting = (ShardIteratorType: string, number: bigint) =>
    readFrom(endpoint, { ShardIteratorType, StartingSequenceNumber: String(number) });
  const second = 1n << 36n;
  expect(await starting('AT_SEQUENCE_NUMBER', BigInt(one!) - second)).toEqual(['one', 'two']);
  expect(await starting('AFTER_SEQUENCE_NUMBER', BigInt(one!) - second)).toEqual(['one', 'two']);
  expect(await starting('AT_SEQUENCE_NUMBER', BigInt(one!) + second)).toEqual(['two']);
  expect(await starting('AFTER_SEQUENCE_NUMBER', BigInt(one!) + second)).toEqual(['two']);
  // The shard's own starting number.
  expect(await starting('AT_SEQUENCE_NUMBER', 49646437577108476416916876405825929425585429676275269634n)).toEqual([
    'one',
    'two',
  ]);
});

const refused = (message: string) => ({ status: 400, body: { __type: 'InvalidArgumentException', message } });

test.each([
  [
    'AT_TIMESTAMP',
    {},
    'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
  ],
  [
    'AT_TIMESTAMP',
    { Timestamp: 1_700_000_000.5 },
    'The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: 1700000000500, currentTimestampInMillis: 1700000000000',
  ],
  [
    'AT_SEQUENCE_NUMBER',
    { StartingSequenceNumber: '1' },
    'StartingSequenceNumber 1 used in GetShardIterator on shard shardId-000000000000 in stream pins under account 000000000000 is invalid.',
  ],
])('%s with %j is refused', async (ShardIteratorType, more, message) => {
  const { send } = await givenPins();
  const input = { StreamName: 'pins', ShardId: 'shardId-000000000000', ShardIteratorType, ...more };
  expect(await send('GetShardIterator', input)).toEqual(refused(message));
});

test('a number of an earlier stream of the name, or one that was never given out, is refused', async () => {
  const endpoint = await given();
  const pins = { StreamName: 'pins', ShardCount: 1 };
  await endpoint.send('CreateStream', pins);
  const old = await put(endpoint, 'old');
  await endpoint.send('DeleteStream', pins);
  endpoint.clock.nowMs += 1000;
  await endpoint.send('CreateStream', pins);
  const ask = (StartingSequenceNumber: string) =>
    endpoint.send('GetShardIterator', {
      StreamName: 'pins',
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
      StartingSequenceNumber,
    });
  const text = (number: string, why: string) =>
    `StartingSequenceNumber ${number} used in GetShardIterator on shard shardId-000000000000 in stream pins under account 000000000000 is invalid${why}.`;
  expect(await ask(old)).toEqual(refused(text(old, ' because it did not come from this stream')));
  const next = BigInt(await put(endpoint, 'new')) + (1n << 80n);
  expect((await ask(String(next))).status).toBe(200);
  const beyond = String(next + (1n << 80n));
  expect(await ask(beyond)).toEqual(refused(text(beyond, '')));
});

test.each([
  ['shardId-000000000005', 'Shard shardId-000000000005 in stream pins under account 000000000000 does not exist'],
  ['5', 'Shard shardId-000000000005 in stream pins under account 000000000000 does not exist'],
  ['shard', 'Could not find shard shard in stream pins under account 000000000000.'],
  ['shardId-2147483648', 'Could not find shard shardId-2147483648 in stream pins under account 000000000000.'],
])('the shard %s is not found', async (ShardId, message) => {
  const { send } = await givenPins();
  expect(await send('GetShardIterator', { StreamName: 'pins', ShardId, ShardIteratorType: 'LATEST' })).toEqual({
    status: 400,
    body: { __type: 'ResourceNotFoundException', message },
  });
});

test('with limits, a shard gives five iterators in a second', async () => {
  const { send } = await givenPins({ limits: 'aws' });
  const ask = (ShardId: string) =>
    send('GetShardIterator', { StreamName: 'pins', ShardId, ShardIteratorType: 'LATEST' });
  for (let call = 0; call < 5; call += 1) expect((await ask('0')).status).toBe(200);
  expect((await ask('0')).body.__type).toBe('ProvisionedThroughputExceededException');
  expect((await ask('1')).status).toBe(200);
});

test('an iterator has no more than 512 characters, however long the name', async () => {
  const { send } = await given();
  const StreamName = 'x'.repeat(128);
  await send('CreateStream', { StreamName, ShardCount: 1 });
  const { body } = await send('GetShardIterator', { StreamName, ShardId: '0', ShardIteratorType: 'LATEST' });
  expect((body.ShardIterator as string).length).toBeLessThanOrEqual(512);
  expect((await send('GetRecords', body)).status).toBe(200);
});
