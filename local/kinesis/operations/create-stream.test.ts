import { cleanUp, given, givenPins } from '../testing/kinesis';

afterEach(cleanUp);

test('an on-demand stream begins with four shards', async () => {
  const { send } = await given();
  await send('CreateStream', { StreamName: 'pins', StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  expect((await send('DescribeStreamSummary', { StreamName: 'pins' })).body).toEqual({
    StreamDescriptionSummary: {
      StreamName: 'pins',
      StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/pins',
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      StreamCreationTimestamp: 1_700_000_000,
      RetentionPeriodHours: 24,
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: 'NONE',
      OpenShardCount: 4,
      ConsumerCount: 0,
      MaxRecordSizeInKiB: 1024,
    },
  });
});

test('a provisioned stream needs a number of shards', async () => {
  const { send } = await given();
  const request = { StreamName: 'pins', StreamModeDetails: { StreamMode: 'PROVISIONED' } };
  expect((await send('CreateStream', request)).body).toEqual({
    __type: 'ValidationException',
    message:
      "1 validation error detected: Value null at 'shardCount' failed to satisfy constraint: Member must not be null",
  });
});

test('region, account, size of records and tags are kept over a restart', async () => {
  const before = await given({ region: 'eu-central-1', accountId: '123456789012' });
  const Tags = { team: 'data' };
  await before.send('CreateStream', { StreamName: 'pins', ShardCount: 3, MaxRecordSizeInKiB: 2048, Tags });
  const { send } = await before.restart();
  expect((await send('DescribeStreamSummary', { StreamName: 'pins' })).body.StreamDescriptionSummary).toMatchObject({
    StreamARN: 'arn:aws:kinesis:eu-central-1:123456789012:stream/pins',
    OpenShardCount: 3,
    MaxRecordSizeInKiB: 2048,
  });
  expect((await send('ListTagsForStream', { StreamName: 'pins' })).body.Tags).toEqual([{ Key: 'team', Value: 'data' }]);
});

test('the account has a limit of shards', async () => {
  const { send } = await givenPins();
  expect((await send('CreateStream', { StreamName: 'more', ShardCount: 9999 })).body).toEqual({
    __type: 'LimitExceededException',
    message:
      'This request would exceed the shard limit for the account 000000000000 in us-east-1. Current shard count for the account: 2. Limit: 10000. ' +
      'Number of additional shards that would have resulted from this request: 9999. Refer to the AWS Service Limits page ' +
      '(http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.',
  });
  expect((await send('DescribeLimits', {})).body).toEqual({
    ShardLimit: 10_000,
    OpenShardCount: 2,
    OnDemandStreamCount: 0,
    OnDemandStreamCountLimit: 50,
  });
});

test('with limits, five streams are created at a time and five in a second', async () => {
  const { send, clock } = await given({ limits: 'aws', activationMs: 5000 });
  const create = (number: number) => send('CreateStream', { StreamName: `s${number}`, ShardCount: 1 });
  for (let number = 0; number < 5; number += 1) expect((await create(number)).status).toBe(200);
  expect((await create(5)).body).toEqual({
    __type: 'LimitExceededException',
    message: 'Rate exceeded for account 000000000000.',
  });
  clock.nowMs += 1000;
  expect((await create(5)).body.__type).toBe('LimitExceededException');
  clock.nowMs += 4000;
  expect((await create(5)).status).toBe(200);
});

test('of two that create the same stream at once, one is told that it exists', async () => {
  const { send } = await given();
  const input = { StreamName: 'pins', ShardCount: 1 };
  const answers = await Promise.all([send('CreateStream', input), send('CreateStream', input)]);
  expect(answers.map(({ body }) => body.__type)).toEqual([undefined, 'ResourceInUseException']);
});
