import { BINARY_V2, GivenProxy, JSON_V2, V2 } from './testing/proxy';

let given: GivenProxy;
beforeEach(async () => {
  given = await GivenProxy.open({ random: () => 0 });
});
afterEach(() => given.close());

const inBody = (records: string) => `{"records":[${records}]}`;

test.each([
  [
    'null and absent keys and values are Kafka nulls',
    '{"key":null,"value":null},{}',
    [
      [null, null],
      [null, null],
    ],
  ],
  [
    'falsy values are written',
    '{"value":0},{"value":false},{"value":""},{"value":{}}',
    [
      [null, '0'],
      [null, 'false'],
      [null, '""'],
      [null, '{}'],
    ],
  ],
  [
    'numbers go through Java',
    '{"value":[1.50,1e3,1E-7,9007199254740993,0.12345678901234567890]}',
    [[null, '[1.5,1000.0,1.0E-7,9007199254740993,0.12345678901234568]']],
  ],
  ['escapes are written plainly', '{"value":"\\u00e9\\/"}', [[null, '"é/"']]],
  ['of a repeated field the last value counts', '{"value":{"a":1,"b":2,"a":3}}', [[null, '{"a":3,"b":2}']]],
])('json: %s', async (_, records, expected) => {
  expect((await given.post('/topics/pin/partitions/0', inBody(records))).status).toBe(200);
  expect(given.stored(0).map(({ key, value }) => [key, value])).toEqual(expected);
});

test.each([
  ['"1"', 1],
  ['1.5', 1],
  ['" 2 "', 2],
  ['null', 0],
  ['""', 0],
])('a partition of %s goes to %d', async (partition, expected) => {
  const { json } = await given.post('/topics/pin', inBody(`{"value":1,"partition":${partition}}`));
  expect(json).toMatchObject({ offsets: [{ partition: expected, offset: 0 }] });
});

test.each([
  [
    '{"value":1,"partition":"abc"}',
    400,
    'Cannot deserialize value of type `Integer` from String "abc": not a valid `Integer` value',
  ],
  [
    '{"value":1,"partition":true}',
    400,
    'Cannot deserialize value of type `Integer` from Boolean value (token `JsonToken.VALUE_TRUE`)',
  ],
  [
    '{"value":1,"partition":[]}',
    400,
    'Cannot deserialize value of type `Integer` from Array value (token `JsonToken.START_ARRAY`)',
  ],
  [
    '{"value":1,"partition":3000000000}',
    400,
    'Numeric value (3000000000) out of range of `int` (-2147483648 - 2147483647)',
  ],
  ['{"value":1},null', 400, 'Cannot construct instance of `ProduceRequest`, problem: at index 1'],
  ['[]', 400, 'Cannot deserialize value of type `ProduceRecord` from Array value (token `JsonToken.START_ARRAY`)'],
  ['{"value":1,"foo":2}', 422, 'Unrecognized field: foo'],
  ['{"value":1,"headers":[]}', 422, 'Unrecognized field: headers'],
  ['{"value":1,"partition":-1}', 500, 'Internal Server Error'],
])('a record of %s is %d', async (record, status, message) => {
  expect(await given.post('/topics/pin', inBody(record))).toMatchObject({
    status,
    headers: { 'content-type': V2 },
    json: { error_code: status, message },
  });
  expect(given.stored(0)).toEqual([]);
  expect(given.reported).toEqual([]);
});

test.each([
  ['[]', 'Cannot deserialize value of type `ProduceRequest` from Array value (token `JsonToken.START_ARRAY`)'],
  ['"x"', 'Cannot deserialize value of type `ProduceRequest` from String value (token `JsonToken.VALUE_STRING`)'],
  [
    '{"records":{}}',
    'Cannot deserialize value of type `ArrayList<ProduceRecord>` from Object value (token `JsonToken.START_OBJECT`)',
  ],
])('a body of %s is 400', async (body, message) => {
  expect(await given.post('/topics/pin', body)).toMatchObject({ status: 400, json: { error_code: 400, message } });
});

test.each([
  ['text behind the value', Buffer.from('{"records":[{"value":1}]} x')],
  ['NaN', Buffer.from('{"records":[{"value":NaN}]}')],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['nesting of 2000', Buffer.from(inBody(`{"value":${'['.repeat(2000)}${']'.repeat(2000)}}`))],
])('%s is 400', async (_, body) => {
  const answer = await given.send('POST /topics/pin', { headers: { 'content-type': JSON_V2 }, body });
  expect(answer).toMatchObject({ status: 400, json: { error_code: 400 } });
});

test('a null body counts as none', async () => {
  expect(await given.post('/topics/pin', 'null')).toMatchObject({
    status: 422,
    json: { message: 'produceJson.arg2 must not be null (was null)' },
  });
});

test('schemas are accepted and ignored in the json format', async () => {
  const body = '{"key_schema":"x","key_schema_id":1,"value_schema":null,"value_schema_id":2,"records":[{"value":1}]}';
  expect((await given.post('/topics/pin', body)).status).toBe(200);
});

test('binary keys and values are base64, with or without padding', async () => {
  const body = inBody('{"key":"AP8=","value":"aGk"},{"value":""},{"key":null,"value":null}');
  expect((await given.post('/topics/pin/partitions/0', body, BINARY_V2)).status).toBe(200);
  const records = given.log.read('pin', 0, 0, { maxRecords: 9 });
  expect(records.map(({ key, value }) => [key?.toString('hex'), value?.toString('hex')])).toEqual([
    ['00ff', '6869'],
    [undefined, ''],
    [undefined, undefined],
  ]);
});

test.each([
  ['{"value":"a"}', 'data="a" is not a valid base64 string.'],
  ['{"value":"aGk-"}', 'data="aGk-" is not a valid base64 string.'],
  ['{"key":{"a":1}}', 'data={"a":1} is not a base64 string.'],
])('binary: %s is 400', async (record, message) => {
  expect(await given.post('/topics/pin', inBody(record), BINARY_V2)).toMatchObject({
    status: 400,
    json: { error_code: 400, message: `Bad Request: ${message}` },
  });
});

test.each(['avro', 'jsonschema', 'protobuf'])('the %s format says that it needs a Schema Registry', async (format) => {
  const answer = await given.post(
    '/topics/pin',
    { records: [{ value: 1 }] },
    `application/vnd.kafka.${format}.v2+json`,
  );
  expect(answer).toMatchObject({ status: 422, json: { error_code: 42205 } });
  expect((answer.json as { message: string }).message).toContain(`the ${format} format needs a Schema Registry`);
});

test('a content type may carry parameters, in any case', async () => {
  const contentType = 'Application/VND.kafka.json.v2+json; charset=utf-8';
  expect((await given.post('/topics/pin', { records: [{ value: 1 }] }, contentType)).status).toBe(200);
});

test('an unknown topic fails in each record at once', async () => {
  expect(await given.post('/topics/nope', { records: [{ value: 1 }, { value: 2 }] })).toMatchObject({
    status: 200,
    json: {
      offsets: [
        {
          partition: null,
          offset: null,
          error_code: 50003,
          error: 'Topic nope not present in metadata after 60000 ms.',
        },
        {
          partition: null,
          offset: null,
          error_code: 50003,
          error: 'Topic nope not present in metadata after 60000 ms.',
        },
      ],
    },
  });
});

test.each([
  ['a%20b', 'a b'],
  ['a%2Fb', 'a/b'],
  ['..', '..'],
])('the illegal topic name %s fails in each record', async (path, name) => {
  expect(await given.post(`/topics/${path}`, { records: [{ value: 1 }] })).toMatchObject({
    status: 200,
    json: { offsets: [{ partition: null, error_code: 50002, error: `Invalid topics: [${name}]` }] },
  });
});

test('a compacted topic takes no record without a key', async () => {
  await given.log.createTopic('latest', { partitions: 1, attributes: { 'cleanup.policy': 'compact' } });
  expect((await given.post('/topics/latest', inBody('{"value":1},{"key":"a","value":1}'))).json).toMatchObject({
    offsets: [
      { offset: null, error_code: 50002 },
      { offset: 0, error_code: null },
    ],
  });
});

test('different random numbers choose different partitions, one a request', async () => {
  const numbers = [0, 0.99, 0.4];
  const other = await GivenProxy.open({ random: () => numbers.shift()! });
  try {
    for (let request = 0; request < 3; request += 1) await other.post('/topics/pin', inBody('{"value":1},{"value":2}'));
    expect([0, 1, 2].map((partition) => other.stored(partition).length)).toEqual([2, 2, 2]);
  } finally {
    await other.close();
  }
});

test('a request of 300,000 records is stored whole', async () => {
  const body = `{"records":[${Array.from({ length: 300_000 }, () => '{}').join(',')}]}`;
  const before = given.log.endOffset('pin', 2);
  const { status, json } = await given.send('POST /topics/pin/partitions/2', {
    headers: { 'content-type': JSON_V2 },
    body,
  });
  expect(status).toBe(200);
  const { offsets } = json as { offsets: { partition: number; offset: number }[] };
  expect(offsets).toHaveLength(300_000);
  expect(offsets.at(-1)).toMatchObject({ partition: 2, offset: before + 299_999 });
  expect(given.log.endOffset('pin', 2)).toBe(before + 300_000);
});

test('a log that cannot be used is 500, with nothing of it in the answer', async () => {
  const closed = await GivenProxy.open();
  await closed.close();
  expect(await closed.post('/topics/pin', inBody('{"value":1}'))).toMatchObject({
    status: 500,
    text: '{"error_code":500,"message":"Internal Server Error"}',
  });
  expect(closed.reported).toEqual([expect.stringMatching(/^Kafka REST POST \/topics\/pin: the log in .+ is closed$/)]);
});
