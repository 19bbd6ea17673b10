import { readRefusal } from './outcome';

test.each([
  [400, 'refused', 'records'],
  [413, 'refused', 'records'],
  [422, 'refused', 'records'],
  [401, 'refused', 'target'],
  [403, 'refused', 'target'],
  [404, 'refused', 'target'],
  [415, 'refused', 'target'],
])('%i is %s because of the %s', (status, kind, because) => {
  expect(readRefusal('PUT /x', status, 'no', undefined)).toMatchObject({ kind, because });
});

test.each([408, 425, 429, 500, 502, 503, 504])('%i may pass by itself', (status) => {
  expect(readRefusal('PUT /x', status, 'no', 1500)).toEqual({
    kind: 'failed',
    reason: `PUT /x answered ${status}: no`,
    retryAfterMs: 1500,
  });
});

test('an error that passes by itself is tried again, whatever its status', () => {
  const body = '{"__type":"ProvisionedThroughputExceededException"}';
  expect(readRefusal('PUT /x', 400, body, undefined).kind).toBe('failed');
});
