import { GivenProxy, JSON_V2, V2 } from './testing/proxy';

let given: GivenProxy;
beforeEach(async () => {
  given = await GivenProxy.open();
});
afterEach(() => given.close());

test.each(['GET /nope', 'GET /topics/pin/nope', 'GET /v3/clusters', 'POST /topics/pin/partitions/x', 'GET //'])(
  '%s is 404 without a content type',
  async (line) => {
    const answer = await given.send(line as 'GET /', { headers: { 'content-type': JSON_V2 } });
    expect(answer).toMatchObject({ status: 404, text: '{"error_code":404,"message":"HTTP 404 Not Found"}' });
    expect(answer.headers).toEqual({});
  },
);

test.each(['DELETE /topics/pin', 'PUT /topics', 'POST /topics'])('%s is 405', async (line) => {
  const answer = await given.send(line as 'GET /');
  expect(answer).toMatchObject({ status: 405, text: '{"error_code":405,"message":"HTTP 405 Method Not Allowed"}' });
  expect(answer.headers).not.toHaveProperty('content-type');
});

test('GET / and POST / answer {}', async () => {
  expect(await given.send('GET /')).toMatchObject({ status: 200, headers: { 'content-type': V2 }, text: '{}' });
  expect(await given.send('POST /', { headers: { 'content-type': V2 }, body: '{}' })).toMatchObject({ text: '{}' });
});

test('a slash at the end changes nothing', async () => {
  expect((await given.send('GET /topics/')).text).toBe('["pin"]');
});

test('HEAD is GET without a body', async () => {
  expect(await given.send('HEAD /topics')).toMatchObject({ status: 200, headers: { 'content-type': V2 }, text: '' });
  expect(await given.send('HEAD /topics/nope')).toMatchObject({ status: 404, text: '' });
});

test('OPTIONS lists the methods', async () => {
  expect(await given.send('OPTIONS /topics/pin')).toMatchObject({
    status: 200,
    headers: { allow: 'HEAD, POST, GET, OPTIONS' },
  });
});

test('a path that is not percent-encoded UTF-8 is 400', async () => {
  expect(await given.send('GET /topics/%ff')).toMatchObject({ status: 400, json: { error_code: 400 } });
  expect(await given.send('GET /topics/%')).toMatchObject({ status: 400 });
});

test.each([
  ['application/json', 'application/json'],
  [`text/plain, ${V2}`, V2],
  [`${V2}, application/json`, V2],
  ['*/*', 'application/json'],
])('a 415 with Accept %s is of type %s', async (accept, expected) => {
  const answer = await given.send('POST /topics/pin', {
    headers: { accept, 'content-type': 'text/plain' },
    body: '{}',
  });
  expect(answer).toMatchObject({ status: 415, headers: { 'content-type': expected } });
});

test.each(['text/plain', 'application/vnd.kafka.v2+json;q=0', 'nonsense;q=x'])('Accept %s is 406', async (accept) => {
  expect((await given.send('GET /brokers', { headers: { accept } })).status).toBe(406);
});

test('partitions and their offsets', async () => {
  expect((await given.send('GET /topics/pin/partitions/2')).text).toBe(
    '{"partition":2,"leader":1,"replicas":[{"broker":1,"leader":true,"in_sync":true}]}',
  );
  expect((await given.send('GET /topics/pin/partitions')).json).toHaveLength(3);
  await given.post('/topics/pin/partitions/2', { records: [{ value: 1 }, { value: 2 }] });
  await given.log.trim('pin', 2, 1);
  expect((await given.send('GET /topics/pin/partitions/2/offsets')).text).toBe('{"beginning_offset":1,"end_offset":2}');
  expect(await given.send('GET /topics/pin/partitions/3/offsets')).toMatchObject({ json: { error_code: 40402 } });
  expect(await given.send('GET /topics/nope/partitions/0/offsets')).toMatchObject({ json: { error_code: 40403 } });
});

test('internal topics are not listed', async () => {
  await given.log.createTopic('__offsets', { partitions: 1 });
  expect((await given.send('GET /topics')).text).toBe('["pin"]');
});
