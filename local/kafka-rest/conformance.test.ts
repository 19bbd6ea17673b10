import { BINARY_V2, GivenProxy, JSON_V2, V2 } from './testing/proxy';

/*
 * Cases K1 to K22: what the real proxy answers, literally. More of what it answers is in the tests of each endpoint.
 */

let given: GivenProxy;
beforeEach(async () => {
  // Keyless requests go to partition 1 of 3.
  given = await GivenProxy.open({ random: () => 0.5 });
});
afterEach(() => given.close());

const stored = (partition: number, offset: number) =>
  `{"partition":${partition},"offset":${offset},"error_code":null,"error":null}`;
const produced = (...offsets: string[]) =>
  `{"offsets":[${offsets.join(',')}],"key_schema_id":null,"value_schema_id":null}`;

test('K1: GET /topics lists the topics', async () => {
  expect(await given.send('GET /topics')).toMatchObject({
    status: 200,
    headers: { 'content-type': V2 },
    text: '["pin"]',
  });
});

test('K2: GET /topics/pin gives configs and partitions', async () => {
  const answer = await given.send('GET /topics/pin');
  expect(answer).toMatchObject({
    status: 200,
    headers: { 'content-type': V2 },
    json: {
      name: 'pin',
      configs: { 'cleanup.policy': 'delete', 'message.timestamp.type': 'LogAppendTime', 'retention.ms': '604800000' },
      partitions: [
        { partition: 0, leader: 1, replicas: [{ broker: 1, leader: true, in_sync: true }] },
        { partition: 1, leader: 1, replicas: [{ broker: 1, leader: true, in_sync: true }] },
        { partition: 2, leader: 1, replicas: [{ broker: 1, leader: true, in_sync: true }] },
      ],
    },
  });
  expect(Object.keys(answer.json as object)).toEqual(['name', 'configs', 'partitions']);
});

test('K3: GET of an unknown topic is 404', async () => {
  expect(await given.send('GET /topics/nope')).toMatchObject({
    status: 404,
    headers: { 'content-type': V2 },
    text: '{"error_code":40403,"message":"This server does not host this topic-partition."}',
  });
});

test('K4: GET of an unknown partition is 404', async () => {
  expect(await given.send('GET /topics/pin/partitions/9')).toMatchObject({
    status: 404,
    text: '{"error_code":40402,"message":"Partition not found."}',
  });
});

test('K5: GET /brokers', async () => {
  expect(await given.send('GET /brokers')).toMatchObject({ status: 200, text: '{"brokers":[1]}' });
});

test('K6: a produce answers with every field, nulls too, in order', async () => {
  expect(await given.post('/topics/pin', { records: [{ value: { a: 1 } }] })).toMatchObject({
    status: 200,
    headers: { 'content-type': V2 },
    text: '{"offsets":[{"partition":1,"offset":0,"error_code":null,"error":null}],"key_schema_id":null,"value_schema_id":null}',
  });
});

test('K7: keys choose the partition by murmur2 over their JSON bytes', async () => {
  const records = ['abc', '1', 'é'].map((key) => ({ key, value: 1 }));
  expect((await given.post('/topics/pin', { records })).text).toBe(produced(stored(0, 0), stored(1, 0), stored(2, 0)));
  expect(given.stored(0)).toEqual([{ key: '"abc"', value: '1' }]);
});

test('K8: the same key goes to the same partition, offsets in order', async () => {
  const records = [
    { key: 'k', value: 1 },
    { key: 'k', value: 2 },
  ];
  const { json } = await given.post('/topics/pin', { records });
  const [first, second] = (json as { offsets: { partition: number; offset: number }[] }).offsets;
  expect(second).toEqual({ ...first, offset: 1 });
});

test('K9: a record may name its partition', async () => {
  expect((await given.post('/topics/pin', { records: [{ value: 1, partition: 2 }] })).text).toBe(
    produced(stored(2, 0)),
  );
});

test("K10: a record's partition goes before the path's", async () => {
  const records = [{ value: 1, partition: 2 }, { value: 2 }];
  expect((await given.post('/topics/pin/partitions/1', { records })).text).toBe(produced(stored(2, 0), stored(1, 0)));
});

test('K11: the keyless records of a request go to one partition', async () => {
  const records = Array.from({ length: 10 }, (_, value) => ({ value }));
  const expected = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((offset) => stored(1, offset));
  expect((await given.post('/topics/pin', { records })).text).toBe(produced(...expected));
});

test.each(['application/json', V2, 'application/vnd.kafka+json', 'text/plain', 'application/x-www-form-urlencoded'])(
  'K12: content type %s is 415',
  async (contentType) => {
    expect(await given.post('/topics/pin', { records: [{ value: 1 }] }, contentType)).toMatchObject({
      status: 415,
      headers: { 'content-type': 'application/json' },
      text: '{"error_code":415,"message":"HTTP 415 Unsupported Media Type"}',
    });
    expect([0, 1, 2].flatMap((partition) => given.stored(partition))).toEqual([]);
  },
);

test('K12b: no content type is taken as binary', async () => {
  expect(await given.post('/topics/pin', { records: [{ value: 1 }] }, null)).toMatchObject({
    status: 400,
    text: '{"error_code":400,"message":"Bad Request: data=1 is not a base64 string."}',
  });
  expect((await given.post('/topics/pin', { records: [{ value: 'aGk=' }] }, null)).status).toBe(200);
  expect(given.stored(1)).toEqual([{ key: null, value: 'hi' }]);
});

test('K13: no body is 422 and names the argument', async () => {
  expect(await given.post('/topics/pin', '')).toMatchObject({
    status: 422,
    headers: { 'content-type': V2 },
    text: '{"error_code":422,"message":"produceJson.arg2 must not be null (was null)"}',
  });
  expect((await given.post('/topics/pin/partitions/0', '')).text).toBe(
    '{"error_code":422,"message":"produceJson.arg3 must not be null (was null)"}',
  );
  expect((await given.post('/topics/pin', '', BINARY_V2)).text).toBe(
    '{"error_code":422,"message":"produceBinary.arg2 must not be null (was null)"}',
  );
});

test.each(['{"records":[]}', '{}', '{"records":null}'])('K14: %s is 422', async (body) => {
  expect(await given.post('/topics/pin', body)).toMatchObject({
    status: 422,
    text: '{"error_code":422,"message":"produceJson.arg2.records must not be empty (was [])"}',
  });
});

test('K15: an unknown field is 422 and named', async () => {
  expect(await given.post('/topics/pin', { receiver: 1 })).toMatchObject({
    status: 422,
    text: '{"error_code":422,"message":"Unrecognized field: receiver"}',
  });
});

test('K16: broken JSON is 400', async () => {
  const answer = await given.post('/topics/pin', '{"records":[');
  expect(answer).toMatchObject({ status: 400, headers: { 'content-type': V2 }, json: { error_code: 400 } });
  expect((answer.json as { message: string }).message).toMatch(/^Unexpected end-of-input: /);
});

test('K17: a partition that is not there fails in its record, within a 200', async () => {
  const records = [
    { value: 1, partition: 9 },
    { value: 2, partition: 0 },
  ];
  expect(await given.post('/topics/pin', { records })).toMatchObject({
    status: 200,
    text: produced(
      '{"partition":null,"offset":null,"error_code":50003,"error":"Partition 9 of topic pin with partition count 3 is not present in metadata after 60000 ms."}',
      stored(0, 0),
    ),
  });
});

test('K18: a record over 1 MiB fails alone', async () => {
  // 61 for the batch, 21 for the record, 1 for no key, 3 for the size of the value, 1 for no headers: 87 with the value's quotes.
  const fits = 'x'.repeat(1_048_576 - 87 - 2);
  const records = [{ value: `${fits}x` }, { value: fits }, { value: 'small' }];
  expect(await given.post('/topics/pin', { records })).toMatchObject({
    status: 200,
    text: produced(
      '{"partition":null,"offset":null,"error_code":50002,"error":"The message is 1048577 bytes when serialized which is larger than 1048576, which is the value of the max.request.size configuration."}',
      stored(1, 0),
      stored(1, 1),
    ),
  });
});

test('K19: what is not base64 is 400 in the binary format', async () => {
  expect(await given.post('/topics/pin', { records: [{ value: '!!' }] }, BINARY_V2)).toMatchObject({
    status: 400,
    text: '{"error_code":400,"message":"Bad Request: data=\\"!!\\" is not a valid base64 string."}',
  });
});

test.each([
  ['K20: blanks go, order stays', '{ "b" : 1, "a" : 2 }', '{"b":1,"a":2}'],
  ['K21: é stays raw, the emoji becomes two escapes', '"héllo 📌"', '"héllo \\uD83D\\uDCCC"'],
])('%s', async (_, sent, expected) => {
  expect((await given.post('/topics/pin', `{"records":[{"value":${sent}}]}`)).status).toBe(200);
  expect(given.stored(1)).toEqual([{ key: null, value: expected }]);
});

test.each(['text/plain', 'application/json'])('K22: Accept %s is 406 without a content type', async (accept) => {
  const answer = await given.send('GET /topics', { headers: { accept } });
  expect(answer).toMatchObject({ status: 406, text: '{"error_code":406,"message":"HTTP 406 Not Acceptable"}' });
  expect(answer.headers).toEqual({});
});

test.each([undefined, '*/*', 'application/*', `text/html, ${V2};q=0.1`, JSON_V2 + ', */*;q=0.5'])(
  'Accept %s is served',
  async (accept) => {
    expect(await given.send('GET /topics', { headers: { accept } })).toMatchObject({
      status: 200,
      headers: { 'content-type': V2 },
    });
  },
);
