import { bodyOf, givenGateway, kinesis, type MethodProperties, PROXY, rendered } from './testing/gateway';

// The cases of the conformance list that concern the interpreter; each test begins with the case's number.

const MODEL = {
  Type: 'AWS::ApiGateway::Model',
  Properties: {
    RestApiId: { Ref: 'Api' },
    ContentType: 'application/json',
    Schema: {
      $schema: 'http://json-schema.org/draft-04/schema#',
      type: 'object',
      required: ['Data', 'PartitionKey'],
      properties: { Data: {}, PartitionKey: { type: 'string', minLength: 1 } },
      additionalProperties: false,
    },
  },
};
const VALIDATOR = {
  Type: 'AWS::ApiGateway::RequestValidator',
  Properties: { RestApiId: { Ref: 'Api' }, ValidateRequestBody: true, ValidateRequestParameters: true },
};
const VALIDATED = { RequestModels: { 'application/json': { Ref: 'Model' } }, RequestValidatorId: { Ref: 'Validator' } };
const RECORD =
  '{"Data":"$util.base64Encode($input.json(\'$.Data\'))","PartitionKey":"$input.path(\'$.PartitionKey\')"}';

const validated = (integration: object = {}) =>
  givenGateway({
    methods: { '/record': { PUT: kinesis('PutRecord', RECORD, integration, VALIDATED) } },
    resources: { Model: MODEL, Validator: VALIDATOR },
  });

const proxyOnly = () => givenGateway({ methods: { '/{proxy+}': { ANY: PROXY } } });
const withStreams = (template = '{}') =>
  givenGateway({
    methods: {
      '/{proxy+}': { ANY: PROXY },
      '/streams': { GET: kinesis('ListStreams', '{}') },
      '/streams/{stream-name}': { GET: kinesis('DescribeStream', template), POST: kinesis('CreateStream', template) },
    },
  });

test('G1 a proxied answer comes back with the gateway’s ids and the Server header renamed', async () => {
  const given = givenGateway(
    { methods: { '/{proxy+}': { ANY: PROXY } } },
    {
      bindings: {
        http: async () => ({
          status: 200,
          headers: {
            'Content-Type': 'application/vnd.kafka.v2+json',
            Server: 'Jetty',
            Date: 'today',
            Via: 'x',
            'X-Own': '1',
          },
          body: '{"offsets":[]}',
        }),
      },
    },
  );
  const answer = await given.send('POST /test/topics/pin', '{"records":[{"value":1}]}', {
    'content-type': 'application/vnd.kafka.json.v2+json',
    connection: 'keep-alive',
    'content-length': '25',
  });
  expect(answer).toEqual({
    status: 200,
    headers: {
      'Content-Type': 'application/vnd.kafka.v2+json',
      'X-Own': '1',
      'x-amzn-Remapped-Server': 'Jetty',
      'x-amzn-Remapped-Date': 'today',
      'x-amzn-RequestId': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      'x-amz-apigw-id': expect.stringMatching(/^[\w-]{15}=$/),
    },
    body: '{"offsets":[]}',
  });
  expect(given.calls).toEqual([
    {
      method: 'POST',
      path: '/topics/pin',
      query: '',
      headers: {
        accept: '*/*',
        'content-type': 'application/vnd.kafka.json.v2+json',
        'user-agent': 'AmazonAPIGateway_Api',
        'x-amzn-apigateway-api-id': 'Api',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      },
      body: Buffer.from('{"records":[{"value":1}]}'),
    },
  ]);
});

test('with the stage left in the path, as behind a private link, the proxy gets it in front; without a link it never does', async () => {
  const sending = (connection: object) =>
    givenGateway(
      { methods: { '/{proxy+}': { ANY: { ...PROXY, Integration: { ...PROXY.Integration, ...connection } } } } },
      { stagePath: 'sent' },
    );
  const linked = sending({ ConnectionType: 'VPC_LINK' });
  await linked.send('POST /test/topics/pin?x=1');
  expect(linked.calls).toMatchObject([{ path: '/test/topics/pin', query: 'x=1' }]);
  const direct = sending({ ConnectionType: 'INTERNET' });
  await direct.send('POST /test/topics/pin?x=1');
  expect(direct.calls).toMatchObject([{ path: '/topics/pin', query: 'x=1' }]);
});

test('G2 the root is not matched by {proxy+}', async () => {
  const given = proxyOnly();
  for (const line of ['GET /test/', 'GET /test']) {
    const { status, headers, body } = await given.send(line);
    expect([status, body]).toEqual([403, '{"message":"Missing Authentication Token"}']);
    expect(headers['x-amzn-ErrorType']).toBe('MissingAuthenticationTokenException');
    expect(headers['content-type']).toBe('application/json');
  }
  expect(given.calls).toEqual([]);
});

test('G3 a literal resource beats {proxy+}', async () => {
  const given = withStreams();
  await given.send('GET /test/streams');
  expect(given.calls).toMatchObject([{ service: 'kinesis', action: 'ListStreams' }]);
});

test.each(['POST /test/streams', 'PATCH /test/streams/pins', 'GET /test/streams/pins/shards'])(
  'G4 where the specific resource lacks the verb or the child, {proxy+} serves: %s',
  async (line) => {
    const given = withStreams();
    await given.send(line);
    expect(given.calls).toMatchObject([
      { method: line.split(' ')[0], path: line.split(' ')[1]?.slice('/test'.length) },
    ]);
  },
);

test('G5 a slash at the end does not count', async () => {
  const given = withStreams('{"StreamName":"$input.params(\'stream-name\')"}');
  await given.send('GET /test/streams/pins/');
  expect(given.calls).toMatchObject([{ action: 'DescribeStream' }]);
  expect(bodyOf(given)).toBe('{"StreamName":"pins"}');
});

test('G6 a proxied path stays percent-encoded, and its query string is passed on as sent', async () => {
  const given = proxyOnly();
  await given.send('GET /test/topics/a%2Fb?x=%20&x=2&y');
  expect(given.calls).toMatchObject([{ path: '/topics/a%2Fb', query: 'x=%20&x=2&y' }]);
});

test.each([
  '{"Data":1}',
  '{"Data":1,"PartitionKey":""}',
  '{"Data":1,"PartitionKey":"a","More":1}',
  '[]',
  '"x"',
  '{',
  '{"Data":1,}',
])('G7 a body that violates the model is refused: %s', async (body) => {
  const given = validated();
  const answer = await given.send('PUT /test/record', body);
  expect([answer.status, answer.body]).toEqual([400, '{"message":"Invalid request body"}']);
  expect(answer.headers['x-amzn-ErrorType']).toBe('BadRequestException');
  expect(given.calls).toEqual([]);
});

test('G8 an empty body is judged as {}', async () => {
  expect((await validated().send('PUT /test/record')).body).toBe('{"message":"Invalid request body"}');
});

test('an empty body fits a model that demands nothing', async () => {
  const given = givenGateway({
    methods: { '/record': { PUT: kinesis('PutRecord', "$input.json('$')", {}, VALIDATED) } },
    resources: { Model: { ...MODEL, Properties: { Schema: { type: 'object' } } }, Validator: VALIDATOR },
  });
  expect((await given.send('PUT /test/record')).status).toBe(200);
  expect(bodyOf(given)).toBe('{}');
});

test('G9 with WHEN_NO_MATCH a body of another type is neither checked nor mapped', async () => {
  const given = validated({ PassthroughBehavior: 'WHEN_NO_MATCH' });
  const answer = await given.send('PUT /test/record', '{"Data":1}', { 'content-type': 'text/plain' });
  expect(answer.status).toBe(200);
  expect(bodyOf(given)).toBe('{"Data":1}');
});

test('G10 with NEVER a body of another type is 415', async () => {
  const answer = await validated().send('PUT /test/record', '{"Data":1}', { 'content-type': 'text/plain' });
  expect([answer.status, answer.body]).toEqual([415, '{"message":"Unsupported Media Type"}']);
  expect(answer.headers['x-amzn-ErrorType']).toBe('BadRequestException');
});

test('a type is read without its parameters and in any case', async () => {
  const given = validated();
  const answer = await given.send('PUT /test/record', '{"Data":1,"PartitionKey":"a"}', {
    'content-type': 'Application/JSON; charset=utf-8',
  });
  expect(answer.status).toBe(200);
});

test.each([
  ['WHEN_NO_TEMPLATES', { 'application/json': '{}' }, 415],
  ['WHEN_NO_TEMPLATES', {}, 200],
  ['WHEN_NO_MATCH', {}, 200],
  ['NEVER', {}, 415],
  ['NEVER', { $default: '{}' }, 200],
])(
  'passthrough %s with templates %j: a text body is answered %d',
  async (PassthroughBehavior, RequestTemplates, status) => {
    const given = givenGateway({
      methods: { '/r': { PUT: kinesis('PutRecord', '', { PassthroughBehavior, RequestTemplates }) } },
    });
    expect((await given.send('PUT /test/r', 'x', { 'content-type': 'text/plain' })).status).toBe(status);
  },
);

test('G11 required parameters that are missing or blank are listed: header, path, query string', async () => {
  const given = givenGateway({
    methods: {
      '/{id}/x': {
        GET: kinesis(
          'ListStreams',
          '{}',
          {},
          {
            RequestValidatorId: { Ref: 'Validator' },
            RequestParameters: {
              'method.request.querystring.q': true,
              'method.request.path.id': true,
              'method.request.header.x-h': true,
              'method.request.header.optional': false,
            },
          },
        ),
      },
    },
    resources: { Validator: VALIDATOR },
  });
  const missing = 'Missing required request parameters: ';
  expect((await given.send('GET /test/%20/x?q=+', '', { 'x-h': ' ' })).body).toBe(
    `{"message":"${missing}[x-h, id, q]"}`,
  );
  expect((await given.send('GET /test/1/x?q=1')).body).toBe(`{"message":"${missing}[x-h]"}`);
  expect((await given.send('GET /test/1/x?q=1', '', { 'x-h': '1' })).status).toBe(200);
});

test('G12 G13 Data is the base64 of its JSON text: an object compact, a string with its quotes', async () => {
  const data = async (body: string) => {
    const given = validated();
    await given.send('PUT /test/record', body);
    return Buffer.from((JSON.parse(bodyOf(given)) as { Data: string }).Data, 'base64').toString();
  };
  expect(await data('{"Data":{"i":1},"PartitionKey":"a"}')).toBe('{"i":1}');
  expect(await data('{ "PartitionKey":"a", "Data": { "b" : [1, 2.50],\n "a":"é📌" } }')).toBe(
    '{"b":[1,2.50],"a":"é📌"}',
  );
  expect(await data('{"Data":"x","PartitionKey":"a"}')).toBe('"x"');
  expect(await data('{"Data":9007199254740993,"PartitionKey":"a"}')).toBe('9007199254740993');
});

test('a Kinesis action gets exactly the rendered bytes, and the mapped headers', async () => {
  const given = validated();
  await given.send('PUT /test/record', '{"Data":"é","PartitionKey":"📌"}', {
    'content-type': 'application/json; charset=utf-8',
    cookie: 'secret',
  });
  expect(given.calls).toEqual([
    {
      service: 'kinesis',
      action: 'PutRecord',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-amz-json-1.1',
        'user-agent': 'AmazonAPIGateway_Api',
        'x-amzn-apigateway-api-id': 'Api',
        'x-amzn-trace-id': expect.any(String),
      },
      body: Buffer.from('{"Data":"IsOpIg==","PartitionKey":"📌"}'),
    },
  ]);
});

const TUTORIAL_RECORDS =
  '{"Records":[#foreach($elem in $input.path(\'$.records\')){"Data":"$util.base64Encode($elem.data)","PartitionKey":"$elem.partition-key"}#if($foreach.hasNext),#end#end]}';
const RECORDS =
  '{"Records":[#foreach($elem in $input.path(\'$.records\')){"Data":"$util.base64Encode($input.json("$.records[$foreach.index].data"))","PartitionKey":"$elem.partition-key"}#if($foreach.hasNext),#end#end]}';

test('G14 the tutorial’s template encodes an object as Java prints it, ours as JSON', async () => {
  const body = '{"records":[{"data":{"i":1},"partition-key":"a"}]}';
  const dataOf = (text: string) =>
    Buffer.from((JSON.parse(text) as { Records: { Data: string }[] }).Records[0]?.Data ?? '', 'base64').toString();
  expect(dataOf(await rendered(TUTORIAL_RECORDS, body))).toBe('{i=1}');
  expect(dataOf(await rendered(RECORDS, body))).toBe('{"i":1}');
});

test('G15 records are joined by commas, with none behind the last', async () => {
  expect(await rendered(RECORDS, '{"records":[{"data":1,"partition-key":"a"},{"data":2,"partition-key":"b"}]}')).toBe(
    '{"Records":[{"Data":"MQ==","PartitionKey":"a"},{"Data":"Mg==","PartitionKey":"b"}]}',
  );
});

test('G16 a missing ShardCount takes the default branch', async () => {
  const template =
    "{\"ShardCount\": #if($input.path('$.ShardCount') == '') 5 #else $input.path('$.ShardCount') #end, \"StreamName\": \"$input.params('name')\"}";
  expect(JSON.parse(await rendered(template, '{}'))).toEqual({ ShardCount: 5, StreamName: 'pins' });
  expect(JSON.parse(await rendered(template, '{"ShardCount":null}'))).toEqual({ ShardCount: 5, StreamName: 'pins' });
  expect(JSON.parse(await rendered(template, '{"ShardCount":3}'))).toEqual({ ShardCount: 3, StreamName: 'pins' });
});

const REFUSAL = { status: 400, headers: {}, body: '{"__type":"ResourceNotFoundException","message":"x"}' };

test('G17 an error of Kinesis under a lone default response becomes 200', async () => {
  const given = givenGateway(
    { methods: { '/r': { PUT: kinesis('PutRecord', '{}') } } },
    { bindings: { aws: async () => REFUSAL } },
  );
  const answer = await given.send('PUT /test/r', '{}');
  expect([answer.status, answer.body]).toEqual([200, REFUSAL.body]);
  expect(answer.headers['content-type']).toBe('application/json');
});

test('G18 a selection pattern on the status makes it 400 again', async () => {
  const IntegrationResponses = [{ StatusCode: '200' }, { StatusCode: '400', SelectionPattern: '4\\d{2}' }];
  const given = givenGateway(
    { methods: { '/r': { PUT: kinesis('PutRecord', '{}', { IntegrationResponses }) } } },
    { bindings: { aws: async () => REFUSAL } },
  );
  const answer = await given.send('PUT /test/r', '{}');
  expect([answer.status, answer.body]).toEqual([400, REFUSAL.body]);
});

test.each([
  [
    'no response for the status',
    [{ StatusCode: '200', SelectionPattern: '2\\d{2}' }],
    'the method has no integration response for status 400',
  ],
  [
    'a pattern that fits the beginning only',
    [{ StatusCode: '200', SelectionPattern: '40' }],
    'the method has no integration response for status 400',
  ],
  [
    'a status that the method does not declare',
    [{ StatusCode: '418' }],
    'the method declares no response with status 418',
  ],
])('%s is an internal error, and logged', async (_, IntegrationResponses, logged) => {
  const given = givenGateway(
    { methods: { '/r': { PUT: kinesis('PutRecord', '{}', { IntegrationResponses }) } } },
    { bindings: { aws: async () => REFUSAL } },
  );
  const answer = await given.send('PUT /test/r', '{}');
  expect([answer.status, answer.body]).toEqual([500, '{"message":"Internal server error"}']);
  expect(given.logged).toEqual([`PUT/r: ${logged}`]);
});

test('G19 a variable set to a missing node prints nothing', async () => {
  expect(await rendered("#set($m = $input.path('$.missing'))[$m]", '{}')).toBe('[]');
});

test('G20 zero equals zero and is true', async () => {
  const template = "#if($input.path('$.n') == 0)zero#end#if($input.path('$.n'))t#end";
  expect(await rendered(template, '{"n":0}')).toBe('zerot');
});

test('G21 digits beyond 2^53 survive', async () => {
  expect(await rendered("$input.path('$.n') $input.json('$.n')", '{"n":9007199254740993}')).toBe(
    '9007199254740993 9007199254740993',
  );
});

test('G22 methods of strings are Java’s', async () => {
  const template =
    '#set($s = $input.path("$.s"))$s.length() $s.replaceAll("a+","b") #foreach($p in $s.split("\\|"))<$p>#end';
  expect(await rendered(template, '{"s":"aa|caa||"}')).toBe('8 b|cb|| <aa><caa>');
});

test('G23 a loop ends after 1000 turns and says so in the log', async () => {
  const given = givenGateway({
    methods: {
      '/r': { PUT: kinesis('PutRecord', "#foreach($i in $input.path('$'))$i#if($foreach.hasNext),#end#end") },
    },
  });
  const numbers = (count: number) => JSON.stringify(Array.from({ length: count }, () => 7));
  await given.send('PUT /test/r', numbers(1000));
  expect(given.logged).toEqual([]);
  await given.send('PUT /test/r', numbers(1001));
  expect(bodyOf(given)).toBe(`${'7,'.repeat(999)}7`);
  expect(given.logged).toEqual(['PUT/r: #foreach over 1001 items stopped after 1000, the limit of API Gateway']);
});

const CORS: MethodProperties = {
  MethodResponses: [
    {
      StatusCode: '204',
      ResponseParameters: {
        'method.response.header.Access-Control-Allow-Headers': true,
        'method.response.header.Access-Control-Allow-Origin': true,
        'method.response.header.Access-Control-Allow-Methods': true,
      },
    },
  ],
  Integration: {
    Type: 'MOCK',
    RequestTemplates: { 'application/json': '{ statusCode: 200 }' },
    IntegrationResponses: [
      {
        StatusCode: '204',
        ResponseParameters: {
          'method.response.header.Access-Control-Allow-Headers': "'Content-Type,X-Amz-Date'",
          'method.response.header.Access-Control-Allow-Origin': "'*'",
          'method.response.header.Access-Control-Allow-Methods': "'OPTIONS,GET'",
        },
      },
    ],
  },
};

test('G24 CDK’s OPTIONS method answers 204 with its three headers and no body', async () => {
  const answer = await givenGateway({ methods: { '/a': { OPTIONS: CORS } } }).send('OPTIONS /test/a');
  expect(answer).toMatchObject({
    status: 204,
    headers: {
      'Access-Control-Allow-Headers': 'Content-Type,X-Amz-Date',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'OPTIONS,GET',
    },
    body: '',
  });
});

test.each([
  ['{ statusCode: 200 }', 200],
  ['{"statusCode": 200}', 200],
  ['{\n  "message": "hi", "statusCode": 200\n}', 200],
  ['{"statusCode":"200"}', 500],
  ['{}', 500],
  ['200', 500],
  ['', 500],
])('G25 a MOCK template that prints %j answers %d', async (template, status) => {
  const given = givenGateway({
    methods: {
      '/a': {
        GET: {
          MethodResponses: [{ StatusCode: '200' }],
          Integration: {
            Type: 'MOCK',
            RequestTemplates: { 'application/json': template },
            IntegrationResponses: [{ StatusCode: '200' }],
          },
        },
      },
    },
  });
  expect((await given.send('GET /test/a')).status).toBe(status);
});

describe('G26 a method that needs an API key', () => {
  const key = (Value: string, more: object = {}) => ({
    Type: 'AWS::ApiGateway::ApiKey',
    Properties: { Value, ...more },
  });
  const join = (KeyId: string) => ({
    Type: 'AWS::ApiGateway::UsagePlanKey',
    Properties: { KeyId: { Ref: KeyId }, KeyType: 'API_KEY', UsagePlanId: { Ref: 'Plan' } },
  });
  const given = givenGateway({
    methods: { '/a': { GET: kinesis('ListStreams', '{}', {}, { ApiKeyRequired: true }) } },
    resources: {
      Good: key('good-key'),
      Disabled: key('disabled-key', { Enabled: false }),
      Alone: key('alone-key'),
      Plan: {
        Type: 'AWS::ApiGateway::UsagePlan',
        Properties: { ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: { Ref: 'Stage' } }] },
      },
      GoodJoin: join('Good'),
      DisabledJoin: join('Disabled'),
    },
  });
  test.each([undefined, 'wrong', 'disabled-key', 'alone-key'])('refuses %s', async (value) => {
    const answer = await given.send('GET /test/a', '', value === undefined ? {} : { 'x-api-key': value });
    expect([answer.status, answer.body]).toEqual([403, '{"message":"Forbidden"}']);
    expect(answer.headers['x-amzn-ErrorType']).toBe('ForbiddenException');
  });
  test('takes a key that is enabled and joined to the stage', async () => {
    expect((await given.send('GET /test/a', '', { 'x-api-key': 'good-key' })).status).toBe(200);
  });
});

test('G27 an unsigned request to an IAM method looks like a wrong path; without --auth iam it passes', async () => {
  const api = { methods: { '/a': { GET: kinesis('ListStreams', '{}', {}, { AuthorizationType: 'AWS_IAM' }) } } };
  const answer = await givenGateway(api, { auth: { keys: { AKID: 'secret' } } }).send('GET /test/a');
  expect([answer.status, answer.body]).toEqual([403, '{"message":"Missing Authentication Token"}']);
  expect((await givenGateway(api).send('GET /test/a')).status).toBe(200);
});

describe('G28 the stage’s throttle', () => {
  const api = {
    methods: { '/a': { GET: kinesis('ListStreams', '{}') }, '/b': { GET: kinesis('ListStreams', '{}') } },
    stage: {
      MethodSettings: [
        { ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 10, ThrottlingBurstLimit: 2 },
        { ResourcePath: '/~1b', HttpMethod: 'GET', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 },
      ],
    },
  };

  test('lets the burst through, then as many as the rate', async () => {
    let now = 1_700_000_000_000;
    const given = givenGateway(api, { limits: 'aws', now: () => now });
    const statuses = async (path: string, count: number) => {
      const got: number[] = [];
      for (let request = 0; request < count; request++) got.push((await given.send(`GET /test/${path}`)).status);
      return got;
    };
    expect(await statuses('a', 3)).toEqual([200, 200, 429]);
    now += 100;
    expect(await statuses('a', 2)).toEqual([200, 429]);
    expect(await statuses('b', 2)).toEqual([200, 429]);
    const answer = await given.send('GET /test/a');
    expect(answer.body).toBe('{"message":"Too Many Requests"}');
    expect(answer.headers['x-amzn-ErrorType']).toBe('TooManyRequestsException');
  });

  test('does nothing with limits off', async () => {
    const given = givenGateway(api);
    for (let request = 0; request < 5; request++) expect((await given.send('GET /test/a')).status).toBe(200);
  });
});

test('G29 a body over 10 MiB is refused in plain text', async () => {
  const given = proxyOnly();
  expect((await given.send('POST /test/topics/pin', Buffer.alloc(10_485_760))).status).toBe(200);
  expect(await given.send('POST /test/topics/pin', Buffer.alloc(10_485_761))).toEqual({
    status: 413,
    headers: { 'content-type': 'text; charset=utf-8' },
    body: 'HTTP content length exceeded 10485760 bytes.',
  });
});

test('G30 a backend slower than TimeoutInMillis is given up', async () => {
  const slow = new Promise<never>(() => {});
  const given = givenGateway(
    { methods: { '/a': { GET: kinesis('ListStreams', '{}', { TimeoutInMillis: 50 }) } } },
    { bindings: { aws: () => slow } },
  );
  const answer = await given.send('GET /test/a');
  expect([answer.status, answer.body]).toEqual([504, '{"message":"Endpoint request timed out"}']);
});

test('G31 a proxied error comes back as it is', async () => {
  const body = '{"error_code":422,"message":"Unrecognized field: receiver"}';
  const given = givenGateway(
    { methods: { '/{proxy+}': { ANY: PROXY } } },
    { bindings: { http: async () => ({ status: 422, headers: {}, body }) } },
  );
  const answer = await given.send('POST /test/topics/pin', '{}');
  expect([answer.status, answer.body, answer.headers['content-type']]).toEqual([422, body, 'application/json']);
});

test.each(['{}', '{"x":null}'])(
  'G32 a property of a missing node prints nothing and equals "" and $null: %s',
  async (body) => {
    expect(await rendered(`"$input.path('$.x').y"`, body)).toBe('""');
    expect(await rendered(`#if($input.path('$.x') == "")a#end#if($input.path('$.x') == $null)b#end`, body)).toBe('ab');
  },
);

test('G33 a map prints as Java does, a list as JSON', async () => {
  expect(await rendered("$input.path('$')", '{"a":[{"b":1}]}')).toBe('{a=[{"b":1}]}');
  expect(await rendered("$input.path('$')", '[]')).toBe('[]');
  expect(await rendered("$input.path('$')", '{"foo":"bar","to":"test"}')).toBe('{foo=bar, to=test}');
  expect(await rendered("$input.path('$')", '[{"foo": "bar"}, null, "é"]')).toBe('[{"foo":"bar"},null,"é"]');
});
