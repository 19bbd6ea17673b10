// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how gateway responses write references
import { type GivenApi, givenGateway, kinesis } from './testing/gateway';

const response = (ResponseType: string, properties: object) => ({
  Type: 'AWS::ApiGateway::GatewayResponse',
  Properties: { RestApiId: { Ref: 'Api' }, ResponseType, ...properties },
});

const withResponses = (resources: GivenApi['resources'], stage: object = {}) =>
  givenGateway({
    methods: {
      '/a': {
        PUT: kinesis(
          'PutRecord',
          '{}',
          {},
          {
            RequestValidatorId: 'Validator',
            RequestModels: { 'application/json': 'Model' },
          },
        ),
      },
    },
    resources: {
      Validator: { Type: 'AWS::ApiGateway::RequestValidator', Properties: { ValidateRequestBody: true } },
      Model: { Type: 'AWS::ApiGateway::Model', Properties: { Schema: { type: 'object', required: ['a'] } } },
      ...resources,
    },
    stage,
  });

const CORS = { ResponseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'https://page.example'" } };

test('DEFAULT_4XX and DEFAULT_5XX change the answers of all types that have none of their own', async () => {
  const { send } = withResponses({ Four: response('DEFAULT_4XX', CORS) });
  for (const [line, status] of [
    ['PUT /test/a', 400],
    ['GET /test/none', 403],
  ] as const) {
    const answer = await send(line);
    expect(answer.status).toBe(status);
    expect(answer.headers['Access-Control-Allow-Origin']).toBe('https://page.example');
  }
  const failing = givenGateway(
    {
      methods: { '/a': { GET: kinesis('ListStreams', '{}') } },
      resources: { Five: response('DEFAULT_5XX', CORS), Four: response('DEFAULT_4XX', {}) },
    },
    { bindings: { aws: () => Promise.reject(new Error('down')) } },
  );
  expect((await failing.send('GET /test/a')).headers['Access-Control-Allow-Origin']).toBe('https://page.example');
});

test('a type’s own response beats the default, with its status, headers and body', async () => {
  const { send } = withResponses(
    {
      Four: response('DEFAULT_4XX', CORS),
      Body: response('BAD_REQUEST_BODY', {
        StatusCode: '422',
        ResponseParameters: {
          'gatewayresponse.header.X-Id': 'context.requestId',
          'gatewayresponse.header.X-Asked': 'method.request.header.X-Asked',
          'gatewayresponse.header.X-Colour': 'stageVariables.colour',
        },
        ResponseTemplates: {
          'application/json':
            '{"m":$context.error.messageString,"t":"$context.error.responseType","why":"$context.error.validationErrorString","c":"$stageVariables.colour","d":"$5 #if($x) ${context.stage}"}',
        },
      }),
    },
    { Variables: { colour: 'blue' } },
  );
  const answer = await send('PUT /test/a', '{}', { 'x-asked': 'yes' });
  expect(answer.status).toBe(422);
  expect(JSON.parse(answer.body)).toEqual({
    m: 'Invalid request body',
    t: 'BAD_REQUEST_BODY',
    why: "[/ must have required property 'a']",
    c: 'blue',
    d: '$5 #if($x) test',
  });
  expect(answer.headers).toMatchObject({
    'X-Asked': 'yes',
    'X-Colour': 'blue',
    'X-Id': answer.headers['x-amzn-RequestId'],
  });
  expect(answer.headers['Access-Control-Allow-Origin']).toBeUndefined();
});

test('a response that sets anything but headers is refused', () => {
  expect(() =>
    withResponses({ Four: response('DEFAULT_4XX', { ResponseParameters: { 'gatewayresponse.body.x': "'1'" } }) }),
  ).toThrow('Stack/Four: cannot set gatewayresponse.body.x');
});
