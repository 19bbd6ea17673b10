// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Velocity writes references
import fc from 'fast-check';
import { type Answer, bodyOf, givenGateway, kinesis, PROXY } from './testing/gateway';

// Whatever is sent, the gateway answers as API Gateway would: never 500, and no trace of what is inside.

const KEY = `$util.escapeJavaScript($record.partition-key).replaceAll("\\\\'","'")`;
const RECORDS = `{"StreamName":"$util.escapeJavaScript($input.params('stream-name')).replaceAll("\\\\'","'")","Records":[
#foreach($record in $input.path('$.records'))
{"Data":"$util.base64Encode($input.json("$.records[$foreach.index].data"))","PartitionKey":"${KEY}"}#if($foreach.hasNext),#end
#end
]}`;
const MODEL = {
  type: 'object',
  required: ['records'],
  properties: {
    records: {
      type: 'array',
      minItems: 1,
      maxItems: 500,
      items: {
        type: 'object',
        required: ['data', 'partition-key'],
        properties: { data: {}, 'partition-key': { type: 'string', minLength: 1, maxLength: 256 } },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};

const givenApi = (checked = true) =>
  givenGateway({
    methods: {
      '/{proxy+}': { ANY: PROXY },
      '/streams/{stream-name}/records': {
        PUT: kinesis(
          'PutRecords',
          RECORDS,
          {},
          {
            RequestModels: { 'application/json': { Ref: 'Model' } },
            ...(checked && { RequestValidatorId: { Ref: 'Validator' } }),
          },
        ),
      },
    },
    resources: {
      Model: { Type: 'AWS::ApiGateway::Model', Properties: { Schema: MODEL } },
      Validator: {
        Type: 'AWS::ApiGateway::RequestValidator',
        Properties: { ValidateRequestBody: true, ValidateRequestParameters: true },
      },
    },
  });

const api = givenApi();
beforeEach(() => {
  api.calls.length = 0;
});

const PUT = 'PUT /test/streams/pins/records';
const invalid = (answer: Answer) => {
  expect([answer.status, answer.body]).toEqual([400, '{"message":"Invalid request body"}']);
};

test.each<[string, string | Buffer]>([
  ['half a body', '{"records":[{"data":'],
  ['nesting without end', '['.repeat(5_000_000)],
  ['nesting that is closed again', `{"records":[{"data":${'['.repeat(2000)}${']'.repeat(2000)},"partition-key":"k"}]}`],
  [
    'bytes that are no UTF-8',
    Buffer.concat([
      Buffer.from('{"records":[{"data":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('","partition-key":"k"}]}'),
    ]),
  ],
  ['UTF-16', Buffer.from('{"records":[{"data":1,"partition-key":"k"}]}', 'utf16le')],
  ['a number of a million digits', `{"records":[{"data":${'9'.repeat(1_000_000)},"partition-key":"k"}]}`],
  ['nothing but zeros', Buffer.alloc(1000)],
  ['a key that is no string', '{"records":[{"data":1,"partition-key":{"toString":"x"}}]}'],
  ['a member called __proto__', '{"records":[{"data":1,"partition-key":"k","__proto__":{}}]}'],
  ['members that every object has', '{"constructor":1,"hasOwnProperty":2,"records":[]}'],
  ['501 records', JSON.stringify({ records: Array.from({ length: 501 }, () => ({ data: 1, 'partition-key': 'k' })) })],
])('%s is an invalid body', async (_, body) => {
  const { send, calls, logged } = api;
  invalid(await send(PUT, body));
  expect(calls).toEqual([]);
  expect(logged).toEqual([]);
});

test.each<[string, unknown, string]>([
  ['quotes and braces', 'a"}],"StreamName":"other', '"a\\"}],\\"StreamName\\":\\"other"'],
  ['references', '$context.stage ${x} #if($x) #end', '"$context.stage ${x} #if($x) #end"'],
  ['a number past every double', 'x', '1e999999'],
  ['astral and lone characters', 'x', '"\u{1f4cc}\\ud800"'],
  ['999 levels of lists in an envelope', 'x', `${'['.repeat(990)}${']'.repeat(990)}`],
])('data may be anything: %s', async (_, key, data) => {
  const answer = await api.send(PUT, `{"records":[{"data":${data},"partition-key":${JSON.stringify(key)}}]}`);
  expect(answer.status).toBe(200);
  const sent = JSON.parse(bodyOf(api)) as { StreamName: string; Records: { Data: string; PartitionKey: string }[] };
  expect(sent.StreamName).toBe('pins');
  expect(sent.Records).toHaveLength(1);
  expect(sent.Records[0]?.PartitionKey).toBe(key);
  expect(Buffer.from(sent.Records[0]?.Data ?? '', 'base64').toString()).toBe(data);
});

test.each([
  ['%00', '\u0000'],
  ['%', '%'],
  ['%ff%fe', '%ff%fe'],
  ['%22%2C%22x%22%3A%22', '","x":"'],
  ['a%2F..%2Fb', 'a/../b'],
  ['a'.repeat(10_000), 'a'.repeat(10_000)],
])('an odd stream name reaches Kinesis as text: %#', async (segment, StreamName) => {
  const answer = await api.send(`PUT /test/streams/${segment}/records`, '{"records":[{"data":1,"partition-key":"k"}]}');
  expect(answer.status).toBe(200);
  expect(JSON.parse(bodyOf(api))).toEqual({ StreamName, Records: [{ Data: 'MQ==', PartitionKey: 'k' }] });
});

test.each([
  '/',
  '//',
  '/other/topics',
  '/testx',
  '/test/',
  '/TEST/topics',
  '/te%73t/topics',
  '',
  '*',
  'http://evil/test/x',
  '/test?',
])('a path outside the stage’s resources is 403: %j', async (path) => {
  const { send, calls } = api;
  expect((await send(`GET ${path}`)).status).toBe(403);
  expect(calls).toEqual([]);
});

test.each([
  ['text/plain', 415],
  ['application/x-www-form-urlencoded', 415],
  ['application/json, text/plain', 415],
  ['application/json;;;charset', 200],
  ['', 200],
  [';', 200],
  ['application/JSON', 200],
  ['\u0000', 415],
])('content type %j is answered %d', async (type, status) => {
  const { send } = api;
  expect((await send(PUT, '{"records":[{"data":1,"partition-key":"k"}]}', { 'content-type': type })).status).toBe(
    status,
  );
});

test('a body that was not checked may make nonsense, but no internal error', async () => {
  const unchecked = givenApi(false);
  for (const body of [
    '',
    '[]',
    '7',
    '{"records":7}',
    '{"records":{"a":1}}',
    '{"records":[1,null,"x",[]]}',
    'no json',
    '{"records":[{}]}',
  ])
    expect((await unchecked.send(PUT, body)).status).toBe(200);
  expect(unchecked.logged).toEqual([]);
});

test('a binding that fails is logged whole and told as nothing', async () => {
  const failing = givenGateway(
    { methods: { '/{proxy+}': { ANY: PROXY } } },
    { bindings: { http: async () => Promise.reject(new Error('ENOENT /home/someone/secret')) } },
  );
  const answer = await failing.send('GET /test/x');
  expect([answer.status, answer.body]).toEqual([500, '{"message":"Internal server error"}']);
  expect(JSON.stringify(answer.headers)).not.toContain('secret');
  expect(failing.logged[0]).toContain('GET /test/x failed: Error: ENOENT /home/someone/secret');
});

test('random requests get no internal error', async () => {
  const { send, logged } = api;
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.nat(0x10ffff).map((code) => String.fromCodePoint(code)) }),
    fc.constantFrom('records', 'data', '$', '#', '"', '..', '%', '__proto__'),
  );
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.json({ maxDepth: 6 }).map((json) => Buffer.from(json)),
    fc
      .array(fc.record({ data: fc.jsonValue({ maxDepth: 4 }), 'partition-key': text }, { requiredKeys: [] }), {
        maxLength: 5,
      })
      .map((records) => Buffer.from(JSON.stringify({ records }))),
  );
  const path = fc.oneof(
    fc.constant('/test/streams/pins/records'),
    fc.array(text.map(encodeURIComponentSafely), { maxLength: 6 }).map((parts) => `/test/${parts.join('/')}`),
    text.map((raw) => `/${raw.replace(/[\s?]/g, '')}`),
  );
  const headers = fc.dictionary(fc.constantFrom('content-type', 'accept', 'authorization', 'x-api-key', 'x'), text, {
    maxKeys: 3,
  });
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'PUT', 'POST', 'OPTIONS', 'NONSENSE'),
      path,
      body,
      headers,
      async (verb, url, bytes, more) => {
        const answer = await send(`${verb} ${url}`, bytes, more);
        statuses.add(answer.status);
        expect([200, 400, 403, 415]).toContain(answer.status);
        if (answer.status !== 200) expect(answer.body).not.toMatch(/\.ts|node_modules|at \w+ \(/);
      },
    ),
    { numRuns: 1000, seed: 11 },
  );
  expect([...statuses].sort()).toEqual([200, 400, 403, 415]);
  expect(logged).toEqual([]);
});

function encodeURIComponentSafely(raw: string): string {
  return encodeURIComponent(Buffer.from(raw).toString());
}
