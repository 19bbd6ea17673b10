import { cleanUp, type Given, givenPins, type Json } from '../testing/kinesis';

afterEach(cleanUp);

const HOUR_MS = 3_600_000;

async function put({ send }: Given, text: string | Buffer): Promise<void> {
  const Data = Buffer.from(text).toString('base64');
  expect((await send('PutRecord', { StreamName: 'pins', PartitionKey: 'a', Data })).status).toBe(200);
}

async function fromTheStart({ send }: Given): Promise<Json> {
  const input = { StreamName: 'pins', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' };
  return (await send('GetShardIterator', input)).body;
}

const textsOf = (answer: Json) =>
  (answer.Records as { Data: string }[]).map(({ Data }) => Buffer.from(Data, 'base64').toString());

test('a reader with a Limit sees every record once, and how far it is behind', async () => {
  const endpoint = await givenPins();
  for (const text of ['one', 'two', 'three']) {
    await put(endpoint, text);
    endpoint.clock.nowMs += 1000;
  }
  const first = (await endpoint.send('GetRecords', { ...(await fromTheStart(endpoint)), Limit: 1 })).body;
  expect([textsOf(first), first.MillisBehindLatest]).toEqual([['one'], 3000]);
  const rest = (await endpoint.send('GetRecords', { ShardIterator: first.NextShardIterator, Limit: 2 })).body;
  expect([textsOf(rest), rest.MillisBehindLatest]).toEqual([['two', 'three'], 0]);
});

test('a reader that is behind within the same millisecond is not told 0', async () => {
  const endpoint = await givenPins();
  await put(endpoint, 'one');
  await put(endpoint, 'two');
  const { body } = await endpoint.send('GetRecords', { ...(await fromTheStart(endpoint)), Limit: 1 });
  expect(body.MillisBehindLatest).toBe(1);
});

test('an answer has at most 10 MiB of data and keys', async () => {
  const endpoint = await givenPins();
  for (let record = 0; record < 12; record += 1) await put(endpoint, Buffer.alloc(1024 * 1024 - 1));
  const first = (await endpoint.send('GetRecords', await fromTheStart(endpoint))).body;
  expect(first.Records).toHaveLength(10);
  const rest = (await endpoint.send('GetRecords', { ShardIterator: first.NextShardIterator })).body;
  expect(rest.Records).toHaveLength(2);
});

test('what is past the retention period is gone, before it is trimmed and after', async () => {
  const endpoint = await givenPins();
  await put(endpoint, 'old');
  endpoint.clock.nowMs += HOUR_MS;
  await put(endpoint, 'new');
  const read = async () => textsOf((await endpoint.send('GetRecords', await fromTheStart(endpoint))).body);
  endpoint.clock.nowMs += 23 * HOUR_MS;
  await endpoint.kinesis.trim();
  expect(await read()).toEqual(['old', 'new']);
  endpoint.clock.nowMs += 1;
  expect(await read()).toEqual(['new']);
  const iterator = await fromTheStart(endpoint);
  await endpoint.kinesis.trim();
  expect(endpoint.log.beginningOffset('pins', 0)).toBe(1);
  expect(textsOf((await endpoint.send('GetRecords', iterator)).body)).toEqual(['new']);
});

test('a longer retention period keeps more, a shorter one less', async () => {
  const endpoint = await givenPins();
  await put(endpoint, 'old');
  const pins = { StreamName: 'pins' };
  expect((await endpoint.send('IncreaseStreamRetentionPeriod', { ...pins, RetentionPeriodHours: 48 })).status).toBe(
    200,
  );
  endpoint.clock.nowMs += 36 * HOUR_MS;
  await endpoint.kinesis.trim();
  const read = async () => textsOf((await endpoint.send('GetRecords', await fromTheStart(endpoint))).body);
  expect(await read()).toEqual(['old']);
  expect((await endpoint.send('DecreaseStreamRetentionPeriod', { ...pins, RetentionPeriodHours: 24 })).status).toBe(
    200,
  );
  expect(await read()).toEqual([]);
});

test('with limits, a shard is read five times in a second, and after 10 MiB not for five', async () => {
  const endpoint = await givenPins({ limits: 'aws' });
  const iterator = await fromTheStart(endpoint);
  for (let call = 0; call < 5; call += 1) expect((await endpoint.send('GetRecords', iterator)).status).toBe(200);
  expect((await endpoint.send('GetRecords', iterator)).body).toEqual({
    __type: 'ProvisionedThroughputExceededException',
    message: 'Rate exceeded for shard shardId-000000000000 in stream pins under account 000000000000.',
  });
  for (let record = 0; record < 10; record += 1) {
    endpoint.clock.nowMs += 1000;
    await put(endpoint, Buffer.alloc(1024 * 1024 - 1));
  }
  expect((await endpoint.send('GetRecords', iterator)).body.Records).toHaveLength(10);
  endpoint.clock.nowMs += 4999;
  expect((await endpoint.send('GetRecords', iterator)).body.__type).toBe('ProvisionedThroughputExceededException');
  endpoint.clock.nowMs += 1;
  expect((await endpoint.send('GetRecords', iterator)).status).toBe(200);
});
