import { type GivenGateway, givenGateway, kinesis, PROXY } from './testing/gateway';

const DECLARED = {
  'method.request.path.id': true,
  'method.request.header.X-In': false,
  'method.request.querystring.q': false,
  'method.request.multivaluequerystring.q': false,
};

/** `GET /things/{id}` on an HTTP integration that is no proxy. */
const mapped = (RequestParameters: object, integration: object = {}): GivenGateway =>
  givenGateway(
    {
      methods: {
        '/things/{id}': {
          PUT: {
            RequestParameters: DECLARED,
            MethodResponses: [
              {
                StatusCode: '200',
                ResponseParameters: Object.fromEntries(HEADERS.map((name) => [`method.response.header.${name}`, true])),
              },
            ],
            Integration: {
              Type: 'HTTP',
              IntegrationHttpMethod: 'POST',
              Uri: 'https://backend.internal/v1/{id}/x',
              RequestParameters: { 'integration.request.path.id': 'method.request.path.id', ...RequestParameters },
              IntegrationResponses: [{ StatusCode: '200' }],
              ...integration,
            },
          },
        },
      },
      stage: { Variables: { colour: 'blue' } },
    },
    {
      bindings: {
        http: async () => ({ status: 200, headers: { 'X-Back': 'b' }, body: '{"a":{"b":"deep"},"n":1.50,"z":null}' }),
      },
    },
  );
const HEADERS = [
  'X-Literal',
  'X-Header',
  'X-Body',
  'X-Number',
  'X-Null',
  'X-Missing',
  'X-Stage',
  'X-Context',
  'Content-Type',
];

test('an HTTP integration sends what is mapped and nothing else of the client', async () => {
  const given = mapped({
    'integration.request.header.X-Out': 'method.request.header.X-In',
    'integration.request.header.X-Literal': "'it is'",
    'integration.request.header.X-Body': 'method.request.body.a[0].b',
    'integration.request.header.X-None': 'method.request.body.none',
    'integration.request.querystring.last': 'method.request.querystring.q',
    'integration.request.querystring.all': 'method.request.multivaluequerystring.q',
    'integration.request.querystring.stage': 'context.stage',
    'integration.request.querystring.colour': 'stageVariables.colour',
    'integration.request.querystring.ip': 'context.identity.sourceIp',
  });
  await given.send('PUT /test/things/a%2Fb?q=1&q=%C3%A9', '{"a":[{"b":"é"}]}', {
    'x-in': 'yes',
    'x-other': 'no',
    cookie: 'no',
  });
  expect(given.calls).toEqual([
    {
      method: 'POST',
      path: '/v1/a%2Fb/x',
      query: 'last=%C3%A9&all=1&all=%C3%A9&stage=test&colour=blue&ip=127.0.0.1',
      headers: {
        accept: 'application/json',
        'user-agent': 'AmazonAPIGateway_Api',
        'x-amzn-apigateway-api-id': 'Api',
        'x-amzn-trace-id': expect.any(String),
        'x-body': 'é',
        'x-literal': 'it is',
        'x-out': 'yes',
      },
      body: Buffer.from('{"a":[{"b":"é"}]}'),
    },
  ]);
});

test('a proxy integration adds mapped headers and query parameters to the client’s own', async () => {
  const given = givenGateway({
    methods: {
      '/{proxy+}': {
        ANY: {
          ...PROXY,
          Integration: {
            ...PROXY.Integration,
            RequestParameters: {
              'integration.request.path.proxy': 'method.request.path.proxy',
              'integration.request.header.X-Stage': 'context.stage',
              'integration.request.querystring.q': "'new'",
            },
          },
        },
      },
    },
  });
  await given.send('GET /test/topics?q=old&x=1', '', { 'x-own': '1' });
  expect(given.calls).toMatchObject([{ query: 'x=1&q=new', headers: { 'x-stage': 'test', 'x-own': '1' } }]);
});

test('a proxy integration calls by its own verb unless that is ANY', async () => {
  const given = givenGateway({
    methods: {
      '/a': { ANY: { Integration: { Type: 'HTTP_PROXY', IntegrationHttpMethod: 'GET', Uri: 'http://x/fixed' } } },
    },
  });
  await given.send('POST /test/a');
  expect(given.calls).toMatchObject([{ method: 'GET', path: '/fixed' }]);
});

test('response headers come from literals, the backend’s headers and body, the stage and the context', async () => {
  const given = mapped(
    {},
    {
      IntegrationResponses: [
        {
          StatusCode: '200',
          ResponseParameters: {
            'method.response.header.X-Literal': "'l'",
            'method.response.header.X-Header': 'integration.response.header.x-back',
            'method.response.header.X-Body': 'integration.response.body.a.b',
            'method.response.header.X-Number': 'integration.response.body.n',
            'method.response.header.X-Null': 'integration.response.body.z',
            'method.response.header.X-Missing': 'integration.response.header.None',
            'method.response.header.X-Stage': 'stageVariables.colour',
            'method.response.header.X-Context': 'context.httpMethod',
            'method.response.header.Content-Type': "'text/x'",
          },
        },
      ],
    },
  );
  const { headers } = await given.send('PUT /test/things/1', '{}');
  expect(headers).toEqual({
    'content-type': 'text/x',
    'X-Literal': 'l',
    'X-Header': 'b',
    'X-Body': 'deep',
    'X-Number': '1.50',
    'X-Stage': 'blue',
    'X-Context': 'PUT',
    'x-amzn-RequestId': expect.any(String),
    'x-amz-apigw-id': expect.any(String),
  });
});

test.each([
  ['text/x', 'text', 'text/x'],
  ['text/html, text/x;q=0.5', 'text', 'text/x'],
  ['*/*', 'json', 'application/json'],
  ['text/none', 'json', 'application/json'],
])('the template of an answer is chosen by Accept %s', async (accept, body, type) => {
  const given = mapped(
    {},
    {
      IntegrationResponses: [
        { StatusCode: '200', ResponseTemplates: { 'text/x': 'text', 'application/json': 'json' } },
      ],
    },
  );
  const answer = await given.send('PUT /test/things/1', '{}', { accept });
  expect([answer.body, answer.headers['content-type']]).toEqual([body, type]);
});

test('without a template for JSON the first one answers', async () => {
  const given = mapped(
    {},
    { IntegrationResponses: [{ StatusCode: '200', ResponseTemplates: { 'text/x': "$input.path('$.a.b')" } }] },
  );
  expect((await given.send('PUT /test/things/1', '{}')).body).toBe('deep');
});

test('a required header is found in any case, and its absence is not checked without a validator', async () => {
  const given = givenGateway({
    methods: {
      '/a': { GET: kinesis('ListStreams', '{}', {}, { RequestParameters: { 'method.request.header.X-Need': true } }) },
    },
  });
  expect((await given.send('GET /test/a')).status).toBe(200);
});
