import { cleanUp, given, givenPins } from '../testing/kinesis';

afterEach(cleanUp);

const idsOf = (shards: unknown) => (shards as { ShardId: string }[]).map(({ ShardId }) => Number(ShardId.slice(8)));

test('shards come in pages, each with the token of the next', async () => {
  const { send } = await given();
  await send('CreateStream', { StreamName: 'pins', ShardCount: 5 });
  const first = (await send('ListShards', { StreamName: 'pins', MaxResults: 2 })).body;
  expect(idsOf(first.Shards)).toEqual([0, 1]);
  const second = (await send('ListShards', { NextToken: first.NextToken, MaxResults: 2 })).body;
  expect(idsOf(second.Shards)).toEqual([2, 3]);
  const third = (await send('ListShards', { NextToken: second.NextToken, MaxResults: 2 })).body;
  expect(idsOf(third.Shards)).toEqual([4]);
  expect(third.NextToken).toBeUndefined();
  const after = (await send('ListShards', { StreamName: 'pins', ExclusiveStartShardId: 'shardId-000000000002' })).body;
  expect(idsOf(after.Shards)).toEqual([3, 4]);
});

test('a token lives for 300 seconds', async () => {
  const { send, clock } = await givenPins();
  clock.nowMs = Date.UTC(2026, 10, 22, 10, 0, 0);
  const { NextToken } = (await send('ListShards', { StreamName: 'pins', MaxResults: 1 })).body;
  clock.nowMs += 300_001;
  const { status, body } = await send('ListShards', { NextToken });
  expect(status).toBe(400);
  expect(body.__type).toBe('ExpiredNextTokenException');
  expect((await send('ListShards', { NextToken: 'garbage' })).body).toEqual({
    __type: 'InvalidArgumentException',
    message: 'Invalid NextToken.',
  });
});

test.each([
  [{ Type: 'AT_TRIM_HORIZON' }, [0, 1]],
  [{ Type: 'FROM_TRIM_HORIZON' }, [0, 1]],
  [{ Type: 'AT_LATEST' }, [0, 1]],
  [{ Type: 'AT_TIMESTAMP', Timestamp: 1_700_000_000 }, [0, 1]],
  [{ Type: 'FROM_TIMESTAMP', Timestamp: 1 }, [0, 1]],
  [{ Type: 'AFTER_SHARD_ID', ShardId: 'shardId-000000000000' }, [1]],
])('the filter %j lets %j through', async (ShardFilter, ids) => {
  const { send } = await givenPins();
  expect(idsOf((await send('ListShards', { StreamName: 'pins', ShardFilter })).body.Shards)).toEqual(ids);
});

test.each([
  [{ Type: 'AT_TIMESTAMP' }, 'InvalidArgumentException'],
  [{ Type: 'AFTER_SHARD_ID' }, 'InvalidArgumentException'],
  [{ Type: 'NEARBY' }, 'ValidationException'],
  [{}, 'ValidationException'],
])('the filter %j is refused', async (ShardFilter, type) => {
  const { send } = await givenPins();
  expect((await send('ListShards', { StreamName: 'pins', ShardFilter })).body.__type).toBe(type);
});
