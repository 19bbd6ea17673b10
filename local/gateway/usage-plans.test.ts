import { givenGateway, kinesis } from './testing/gateway';

const DAY_MS = 86_400_000;

/** Two keys of one plan, each with its own count; `limits` as told. */
function given(plan: object, limits: 'off' | 'aws' = 'aws') {
  const clock = { nowMs: Date.UTC(2026, 10, 21, 12) };
  const key = (Value: string) => ({ Type: 'AWS::ApiGateway::ApiKey', Properties: { Value } });
  const join = (KeyId: string) => ({
    Type: 'AWS::ApiGateway::UsagePlanKey',
    Properties: { KeyId: { Ref: KeyId }, UsagePlanId: { Ref: 'Plan' } },
  });
  const { send } = givenGateway(
    {
      methods: { '/a': { GET: kinesis('ListStreams', '{}', {}, { ApiKeyRequired: true }) } },
      resources: {
        One: key('one'),
        Two: key('two'),
        Plan: {
          Type: 'AWS::ApiGateway::UsagePlan',
          Properties: { ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: { Ref: 'Stage' } }], ...plan },
        },
        JoinOne: join('One'),
        JoinTwo: join('Two'),
      },
    },
    { limits, now: () => clock.nowMs },
  );
  const ask = async (value: string) => {
    const { status, body } = await send('GET /test/a', '', { 'x-api-key': value });
    return status === 200 ? 200 : `${status} ${(JSON.parse(body) as { message: string }).message}`;
  };
  return { ask, clock };
}

test('a plan throttles each of its keys', async () => {
  const { ask, clock } = given({ Throttle: { RateLimit: 1, BurstLimit: 2 } });
  expect([await ask('one'), await ask('one'), await ask('one')]).toEqual([200, 200, '429 Too Many Requests']);
  expect(await ask('two')).toBe(200);
  clock.nowMs += 1000;
  expect([await ask('one'), await ask('one')]).toEqual([200, '429 Too Many Requests']);
});

test.each([
  ['DAY', 1],
  ['WEEK', 1],
  ['MONTH', 10],
])('a quota of a %s is full again when the next begins', async (Period, days) => {
  const { ask, clock } = given({ Quota: { Limit: 2, Period } });
  expect([await ask('one'), await ask('one'), await ask('one')]).toEqual([200, 200, '429 Limit Exceeded']);
  expect(await ask('two')).toBe(200);
  // From Saturday noon: the next day is Sunday, and the month ends nine days later.
  clock.nowMs += days * DAY_MS;
  expect(await ask('one')).toBe(200);
});

test('with limits off nothing is counted', async () => {
  const { ask } = given({ Throttle: { RateLimit: 1, BurstLimit: 1 }, Quota: { Limit: 1, Period: 'DAY' } }, 'off');
  expect([await ask('one'), await ask('one'), await ask('one')]).toEqual([200, 200, 200]);
});
