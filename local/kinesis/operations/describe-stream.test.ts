import { cleanUp, given } from '../testing/kinesis';

afterEach(cleanUp);

type Described = { StreamDescription: { Shards: { ShardId: string }[]; HasMoreShards: boolean } };

test('shards come a hundred at a time, or fewer on request', async () => {
  const { send } = await given();
  await send('CreateStream', { StreamName: 'pins', ShardCount: 120 });
  const describe = async (more: object) => {
    const { body } = await send('DescribeStream', { StreamName: 'pins', ...more });
    const { Shards, HasMoreShards } = (body as unknown as Described).StreamDescription;
    return [Shards.length, Shards[0]?.ShardId, HasMoreShards];
  };
  expect(await describe({})).toEqual([100, 'shardId-000000000000', true]);
  expect(await describe({ Limit: 500 })).toEqual([100, 'shardId-000000000000', true]);
  expect(await describe({ Limit: 2 })).toEqual([2, 'shardId-000000000000', true]);
  const ExclusiveStartShardId = 'shardId-000000000099';
  expect(await describe({ ExclusiveStartShardId })).toEqual([20, 'shardId-000000000100', false]);
  expect(await describe({ ExclusiveStartShardId: 'shardId-000000000119' })).toEqual([0, undefined, false]);
});

test('with limits, an account describes ten streams in a second', async () => {
  const { send, clock } = await given({ limits: 'aws' });
  await send('CreateStream', { StreamName: 'pins', ShardCount: 1 });
  for (let call = 0; call < 10; call += 1)
    expect((await send('DescribeStream', { StreamName: 'pins' })).status).toBe(200);
  expect((await send('DescribeStream', { StreamName: 'pins' })).body).toEqual({
    __type: 'LimitExceededException',
    message: 'Rate exceeded for stream pins under account 000000000000.',
  });
  clock.nowMs += 1000;
  expect((await send('DescribeStream', { StreamName: 'pins' })).status).toBe(200);
});
