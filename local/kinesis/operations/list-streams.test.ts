import { cleanUp, given } from '../testing/kinesis';

afterEach(cleanUp);

test('streams come sorted, in pages; topics that are no streams do not come', async () => {
  const { send, log } = await given();
  await log.createTopic('other', { partitions: 1 });
  for (const StreamName of ['c', 'a', 'B', 'd']) await send('CreateStream', { StreamName, ShardCount: 1 });
  expect((await send('ListStreams', {})).body).toMatchObject({
    StreamNames: ['B', 'a', 'c', 'd'],
    HasMoreStreams: false,
  });
  const first = (await send('ListStreams', { Limit: 3 })).body;
  expect(first).toMatchObject({ StreamNames: ['B', 'a', 'c'], HasMoreStreams: true });
  expect((await send('ListStreams', { NextToken: first.NextToken })).body).toEqual({
    StreamNames: ['d'],
    HasMoreStreams: false,
    StreamSummaries: [
      {
        StreamName: 'd',
        StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/d',
        StreamStatus: 'ACTIVE',
        StreamModeDetails: { StreamMode: 'PROVISIONED' },
        StreamCreationTimestamp: 1_700_000_000,
      },
    ],
  });
  expect((await send('ListStreams', { ExclusiveStartStreamName: 'a' })).body.StreamNames).toEqual(['c', 'd']);
});
