import { cleanUp, type Given, given, givenPins, type Json } from './testing/kinesis';

afterEach(cleanUp);

const pins = { StreamName: 'pins' };
const HALF = '170141183460469231731687303715884105728';
const QUARTER = '85070591730234615865843651857942052864';

async function shards({ send }: Given, more: Json = {}): Promise<Json[]> {
  return (await send('ListShards', { ...pins, ...more })).body.Shards as Json[];
}

const ids = (listed: readonly Json[]): string[] => listed.map(({ ShardId }) => String(ShardId).slice(-1));

async function iterator({ send }: Given, shard: number, type = 'TRIM_HORIZON'): Promise<string> {
  const answer = await send('GetShardIterator', { ...pins, ShardId: `shardId-${shard}`, ShardIteratorType: type });
  return answer.body.ShardIterator as string;
}

const put = ({ send }: Given, data: string, hash: string) =>
  send('PutRecord', { ...pins, Data: Buffer.from(data).toString('base64'), PartitionKey: 'k', ExplicitHashKey: hash });

/** What a reader gets that follows parents before children, as `shard:data`. */
async function readAll(given: Given): Promise<string[]> {
  const read: string[] = [];
  const done = new Set<number>();
  for (const { ShardId, ParentShardId, AdjacentParentShardId } of await shards(given)) {
    for (const parent of [ParentShardId, AdjacentParentShardId])
      if (parent !== undefined) expect(done).toContain(Number(String(parent).slice(-12)));
    const shard = Number(String(ShardId).slice(-12));
    const { body } = await given.send('GetRecords', { ShardIterator: await iterator(given, shard) });
    for (const { Data } of body.Records as Json[])
      read.push(`${shard}:${Buffer.from(String(Data), 'base64').toString('utf8')}`);
    done.add(shard);
  }
  return read;
}

test('SplitShard closes a shard and opens two, which share out its hash keys', async () => {
  const made = await givenPins();
  await put(made, 'before', '1');
  made.clock.nowMs += 5000;
  expect(
    await made.send('SplitShard', { ...pins, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: QUARTER }),
  ).toEqual({
    status: 200,
    body: {},
  });
  const [parent, other, low, high] = await shards(made);
  expect(parent).toMatchObject({ SequenceNumberRange: { EndingSequenceNumber: expect.stringMatching(/^\d{56}$/) } });
  expect((other!.SequenceNumberRange as Json).EndingSequenceNumber).toBeUndefined();
  expect(low).toMatchObject({
    ShardId: 'shardId-000000000002',
    ParentShardId: 'shardId-000000000000',
    HashKeyRange: { StartingHashKey: '0', EndingHashKey: '85070591730234615865843651857942052863' },
  });
  expect(high).toMatchObject({
    ShardId: 'shardId-000000000003',
    ParentShardId: 'shardId-000000000000',
    HashKeyRange: { StartingHashKey: QUARTER, EndingHashKey: '170141183460469231731687303715884105727' },
  });
  const answers = [await put(made, 'low', '1'), await put(made, 'high', QUARTER), await put(made, 'rest', HALF)];
  expect(answers.map(({ body }) => String(body.ShardId).slice(-1))).toEqual(['2', '3', '1']);
  expect(await readAll(made)).toEqual(['0:before', '1:rest', '2:low', '3:high']);
  const summary = await made.send('DescribeStreamSummary', pins);
  expect(summary.body.StreamDescriptionSummary).toMatchObject({ OpenShardCount: 3, StreamStatus: 'ACTIVE' });
});

test('a closed shard that is read to its end has no next iterator and names its children', async () => {
  const made = await givenPins();
  await put(made, 'a', '1');
  const early = await iterator(made, 0, 'LATEST');
  await made.send('SplitShard', { ...pins, ShardToSplit: '0', NewStartingHashKey: QUARTER });
  const first = await made.send('GetRecords', { ShardIterator: await iterator(made, 0), Limit: 1 });
  expect(first.body).toMatchObject({ NextShardIterator: null, MillisBehindLatest: 0 });
  const { body } = await made.send('GetRecords', { ShardIterator: early });
  expect(body).toEqual({
    Records: [],
    NextShardIterator: null,
    MillisBehindLatest: 0,
    ChildShards: [
      {
        ShardId: 'shardId-000000000002',
        ParentShards: ['shardId-000000000000'],
        HashKeyRange: { StartingHashKey: '0', EndingHashKey: '85070591730234615865843651857942052863' },
      },
      {
        ShardId: 'shardId-000000000003',
        ParentShards: ['shardId-000000000000'],
        HashKeyRange: { StartingHashKey: QUARTER, EndingHashKey: '170141183460469231731687303715884105727' },
      },
    ],
  });
  const open = await made.send('GetRecords', { ShardIterator: await iterator(made, 1) });
  expect(open.body.NextShardIterator).toMatch(/^AAAA/);
});

test('MergeShards makes one shard of two neighbours, in either order', async () => {
  for (const [shard, adjacent] of [
    ['0', '1'],
    ['1', '0'],
  ]) {
    const made = await givenPins();
    await put(made, 'a', '1');
    await put(made, 'b', HALF);
    await made.send('MergeShards', { ...pins, ShardToMerge: shard, AdjacentShardToMerge: adjacent });
    const listed = await shards(made);
    expect(listed[2]).toMatchObject({
      ParentShardId: `shardId-00000000000${shard}`,
      AdjacentParentShardId: `shardId-00000000000${adjacent}`,
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: '340282366920938463463374607431768211455' },
    });
    await put(made, 'c', HALF);
    expect(await readAll(made)).toEqual(['0:a', '1:b', '2:c']);
    const { body } = await made.send('GetRecords', { ShardIterator: await iterator(made, 0) });
    expect(body.ChildShards).toMatchObject([
      { ShardId: 'shardId-000000000002', ParentShards: [shard, adjacent].map((id) => `shardId-00000000000${id}`) },
    ]);
  }
});

test.each([
  [2, 3],
  [2, 4],
  [4, 3],
  [3, 2],
  [2, 1],
  [5, 7],
])('UpdateShardCount from %d to %d leaves equal open shards, and nothing unread', async (from, to) => {
  const made = await given();
  await made.send('CreateStream', { ...pins, ShardCount: from });
  const keys = Array.from({ length: 40 }, (_, n) => String((BigInt(n) * 2n ** 128n) / 40n));
  for (const key of keys) await put(made, `a${key}`, key);
  const { body } = await made.send('UpdateShardCount', {
    ...pins,
    TargetShardCount: to,
    ScalingType: 'UNIFORM_SCALING',
  });
  expect(body).toEqual({
    StreamName: 'pins',
    CurrentShardCount: from,
    TargetShardCount: to,
    StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/pins',
  });
  const open = await shards(made, { ShardFilter: { Type: 'AT_LATEST' } });
  const width = 2n ** 128n / BigInt(to);
  const starts = open.map(({ HashKeyRange }) => BigInt(String((HashKeyRange as Json).StartingHashKey)));
  expect(starts.sort((a, b) => (a < b ? -1 : 1))).toEqual(Array.from({ length: to }, (_, n) => width * BigInt(n)));
  for (const key of keys) await put(made, `b${key}`, key);
  const read = (await readAll(made)).map((text) => text.slice(text.indexOf(':') + 1));
  expect([...read].sort()).toEqual(keys.flatMap((key) => [`a${key}`, `b${key}`]).sort());
  for (const key of keys) expect(read.indexOf(`a${key}`)).toBeLessThan(read.indexOf(`b${key}`));
});

test('a restart knows shards, parents and places', async () => {
  const before = await givenPins();
  await put(before, 'a', '1');
  await before.send('SplitShard', { ...pins, ShardToSplit: '0', NewStartingHashKey: QUARTER });
  await put(before, 'b', '1');
  const listed = await shards(before);
  const after = await before.restart();
  expect(await shards(after)).toEqual(listed);
  await put(after, 'c', '1');
  expect(await readAll(after)).toEqual(['0:a', '2:b', '2:c']);
});

test('records under way while a shard is split are all read, and none is added to a closed shard', async () => {
  const made = await givenPins();
  const puts: Promise<{ status: number }>[] = [];
  for (let n = 0; n < 200; n += 1) {
    puts.push(put(made, `r${n}`, '1'));
    if (n === 50) void made.send('SplitShard', { ...pins, ShardToSplit: '0', NewStartingHashKey: QUARTER });
    if (n === 120) void made.send('MergeShards', { ...pins, ShardToMerge: '2', AdjacentShardToMerge: '3' });
  }
  expect((await Promise.all(puts)).every(({ status }) => status === 200)).toBe(true);
  const read = (await readAll(made)).map((text) => text.slice(2));
  expect(read).toEqual(Array.from({ length: 200 }, (_, n) => `r${n}`));
});

test('closed shards are listed until all that they held has expired', async () => {
  const made = await givenPins();
  made.clock.nowMs += 3_600_000;
  const splitMs = made.clock.nowMs;
  await made.send('SplitShard', { ...pins, ShardToSplit: '0', NewStartingHashKey: QUARTER });
  made.clock.nowMs += 3_600_000;
  const of = async (Type: string, Timestamp?: number) =>
    ids(
      await shards(made, {
        ShardFilter: { Type, ...(Timestamp === undefined ? {} : { Timestamp: Timestamp / 1000 }) },
      }),
    );
  expect(ids(await shards(made))).toEqual(['0', '1', '2', '3']);
  expect(await of('AT_LATEST')).toEqual(['1', '2', '3']);
  expect(await of('AT_TRIM_HORIZON')).toEqual(['0', '1']);
  expect(await of('FROM_TRIM_HORIZON')).toEqual(['0', '1', '2', '3']);
  expect(await of('AT_TIMESTAMP', splitMs - 1)).toEqual(['0', '1']);
  expect(await of('AT_TIMESTAMP', splitMs)).toEqual(['1', '2', '3']);
  expect(await of('FROM_TIMESTAMP', splitMs + 1)).toEqual(['1', '2', '3']);
  const page = await made.send('ListShards', { ...pins, ShardFilter: { Type: 'AT_LATEST' }, MaxResults: 2 });
  expect(ids(page.body.Shards as Json[])).toEqual(['1', '2']);
  const rest = await made.send('ListShards', { NextToken: page.body.NextToken });
  expect([ids(rest.body.Shards as Json[]), rest.body.NextToken]).toEqual([['3'], undefined]);
  made.clock.nowMs = splitMs + 24 * 3_600_000;
  expect(ids(await shards(made))).toEqual(['1', '2', '3']);
  const gone = await made.send('GetShardIterator', {
    ...pins,
    ShardId: 'shardId-0',
    ShardIteratorType: 'TRIM_HORIZON',
  });
  expect(gone.body.__type).toBe('ResourceNotFoundException');
});

describe('what cannot be is refused', () => {
  const refused = async (made: Given, action: string, request: Json) => {
    const { status, body } = await made.send(action, { ...pins, ...request });
    expect(status).toBe(400);
    return `${body.__type}: ${body.message}`;
  };

  test('in SplitShard', async () => {
    const made = await givenPins();
    const split = (shard: string, key: string) =>
      refused(made, 'SplitShard', { ShardToSplit: shard, NewStartingHashKey: key });
    expect(await split('shardId-7', '5')).toBe(
      'ResourceNotFoundException: Could not find shard shardId-7 in stream pins under account 000000000000.',
    );
    expect(await split('shardId-1', HALF)).toBe(
      `InvalidArgumentException: NewStartingHashKey ${HALF} used in SplitShard() on shard shardId-000000000001 in stream pins under ` +
        `account 000000000000 is not both greater than one plus the shard's StartingHashKey ${HALF} and less than the shard's ` +
        'EndingHashKey 340282366920938463463374607431768211455.',
    );
    await made.send('SplitShard', { ...pins, ShardToSplit: '0', NewStartingHashKey: QUARTER });
    expect(await split('0', '5')).toBe(
      'InvalidArgumentException: Shard shardId-000000000000 in stream pins under account 000000000000 has already been merged or ' +
        'split, and thus is not eligible for merging or splitting.',
    );
  });

  test('in MergeShards', async () => {
    const made = await given();
    await made.send('CreateStream', { ...pins, ShardCount: 3 });
    expect(await refused(made, 'MergeShards', { ShardToMerge: '0', AdjacentShardToMerge: '2' })).toBe(
      'InvalidArgumentException: Shards shardId-000000000000 and shardId-000000000002 in stream pins under account 000000000000 ' +
        'are not an adjacent pair of shards eligible for merging',
    );
  });

  test('in UpdateShardCount, and in a stream on demand', async () => {
    const made = await givenPins();
    const update = (count: number) =>
      refused(made, 'UpdateShardCount', { TargetShardCount: count, ScalingType: 'UNIFORM_SCALING' });
    expect(await update(5)).toContain('cannot scale up over double your current open shard count');
    await made.send('DeleteStream', pins);
    await made.send('CreateStream', pins);
    expect(await update(5)).toMatch(/^ValidationException: UpdateShardCount is not supported .* ON_DEMAND/);
    expect(await refused(made, 'SplitShard', { ShardToSplit: '0', NewStartingHashKey: '5' })).toContain('ON_DEMAND');
  });
});

test('CreateStream with a name alone makes a stream on demand of four shards', async () => {
  const made = await given();
  expect((await made.send('CreateStream', pins)).status).toBe(200);
  const { StreamDescriptionSummary } = (await made.send('DescribeStreamSummary', pins)).body;
  expect(StreamDescriptionSummary).toMatchObject({ OpenShardCount: 4, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
});

test('GetRecords takes an iterator in quotes', async () => {
  const made = await givenPins();
  await put(made, 'a', '1');
  const { status, body } = await made.send('GetRecords', { ShardIterator: `"${await iterator(made, 0)}"` });
  expect([status, (body.Records as Json[]).length]).toEqual([200, 1]);
});
