import { cleanUp, givenPins } from './testing/kinesis';

afterEach(cleanUp);

test.each([
  [
    'IncreaseStreamRetentionPeriod',
    23,
    'Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.',
  ],
  [
    'IncreaseStreamRetentionPeriod',
    47,
    'Requested retention period (47 hours) for stream pins can not be shorter than existing retention period (48 hours). Use DecreaseRetentionPeriod API.',
  ],
  [
    'DecreaseStreamRetentionPeriod',
    23,
    'Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.',
  ],
  [
    'DecreaseStreamRetentionPeriod',
    49,
    'Requested retention period (49 hours) for stream pins can not be longer than existing retention period (48 hours). Use IncreaseRetentionPeriod API.',
  ],
])('%s to %d hours is refused on a stream of 48', async (action, RetentionPeriodHours, message) => {
  const { send } = await givenPins();
  await send('IncreaseStreamRetentionPeriod', { StreamName: 'pins', RetentionPeriodHours: 48 });
  expect((await send(action, { StreamName: 'pins', RetentionPeriodHours })).body).toEqual({
    __type: 'InvalidArgumentException',
    message,
  });
  expect((await send('DescribeStream', { StreamName: 'pins' })).body).toMatchObject({
    StreamDescription: { RetentionPeriodHours: 48 },
  });
});

test('a year is the longest', async () => {
  const { send } = await givenPins();
  const increase = (RetentionPeriodHours: number) =>
    send('IncreaseStreamRetentionPeriod', { StreamName: 'pins', RetentionPeriodHours });
  expect((await increase(8760)).status).toBe(200);
  expect((await increase(8761)).body.__type).toBe('ValidationException');
});
