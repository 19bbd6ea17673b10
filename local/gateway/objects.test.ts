import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpResponse } from '../wire/http';
import type { ObjectRequest } from '.';
import { givenGateway, type MethodProperties } from './testing/gateway';

const OBJECTS: Readonly<Record<string, string>> = {
  'answers/serving/top.json': '{"rows":[1]}',
  'answers/speed/top.json': '{"rows":[2]}',
};
const ETAG = '"0123456789abcdef0123456789abcdef"';

/** `GET /views/{view}` over S3, as the API stack declares it, in miniature. */
function route(change: object = {}): MethodProperties {
  const template = (name: string) =>
    readFileSync(join(__dirname, '../../lib/constructs/templates', `${name}.vtl`), 'utf8')
      .replace('@known@', "'top', 'last'")
      .replace('@names@', 'top, last')
      .replace('@none-yet@', 'no answers yet');
  const header = (name: string) => ({ [`method.response.header.${name}`]: `integration.response.header.${name}` });
  return {
    RequestParameters: {
      'method.request.path.view': true,
      'method.request.querystring.layer': false,
      'method.request.header.If-None-Match': false,
    },
    MethodResponses: [
      {
        StatusCode: '200',
        ResponseParameters: { 'method.response.header.Content-Type': true, 'method.response.header.ETag': true },
      },
      { StatusCode: '304', ResponseParameters: { 'method.response.header.ETag': true } },
      { StatusCode: '400' },
      { StatusCode: '404' },
    ],
    Integration: {
      Type: 'AWS',
      IntegrationHttpMethod: 'GET',
      PassthroughBehavior: 'NEVER',
      Uri: {
        'Fn::Join': ['', ['arn:aws:apigateway:us-east-1:s3:path/', { Ref: 'Bucket' }, '/answers/{layer}/{view}.json']],
      },
      RequestParameters: {
        'integration.request.path.view': 'method.request.path.view',
        'integration.request.path.layer': "'serving'",
        'integration.request.header.If-None-Match': 'method.request.header.If-None-Match',
      },
      RequestTemplates: { 'application/json': template('view-request') },
      IntegrationResponses: [
        {
          StatusCode: '200',
          SelectionPattern: '200',
          ResponseParameters: { ...header('Content-Type'), ...header('ETag') },
        },
        { StatusCode: '304', SelectionPattern: '304', ResponseParameters: header('ETag') },
        {
          StatusCode: '404',
          SelectionPattern: '403|404',
          ResponseTemplates: { 'application/json': template('view-missing') },
        },
      ],
      ...change,
    },
  };
}

function given(change: object = {}) {
  const asked: ObjectRequest[] = [];
  const s3 = async (request: ObjectRequest): Promise<HttpResponse> => {
    asked.push(request);
    const body = OBJECTS[request.key];
    if (body === undefined) return { status: 403, headers: { 'content-type': 'application/xml' }, body: '<Error/>' };
    if (request.headers['if-none-match'] === ETAG) return { status: 304, headers: { etag: ETAG }, body: '' };
    return { status: 200, headers: { 'content-type': 'application/json', etag: ETAG }, body };
  };
  const api = {
    methods: { '/views/{view}': { GET: route(change) } },
    resources: { Bucket: { Type: 'AWS::S3::Bucket' } },
  };
  return { asked, ...givenGateway(api, { bindings: { s3 } }) };
}

test('G34: an integration with a path of S3 gives the object, with its type and its ETag', async () => {
  const { asked, send } = given();
  const { status, headers, body } = await send('GET /test/views/top');
  expect([status, headers['Content-Type'] ?? headers['content-type'], headers.ETag, body]).toEqual([
    200,
    'application/json',
    ETAG,
    '{"rows":[1]}',
  ]);
  expect(asked.map(({ method, bucket, key }) => [method, bucket, key])).toEqual([
    ['GET', 'Bucket', 'answers/serving/top.json'],
  ]);
});

test('G35: the ETag in If-None-Match gets 304 without a body', async () => {
  const { status, headers, body } = await given().send('GET /test/views/top', '', { 'if-none-match': ETAG });
  expect([status, headers.ETag, body]).toEqual([304, ETAG, '']);
});

test('G36: a request template that overrides a part of the path gets another object', async () => {
  expect((await given().send('GET /test/views/top?layer=speed')).body).toBe('{"rows":[2]}');
  expect((await given().send('GET /test/views/top?layer=serving')).body).toBe('{"rows":[1]}');
});

test('G37: where there is no object the template tells why, and overrides the status', async () => {
  const { send } = given();
  const said = async (line: string) => {
    const { status, body } = await send(line);
    return [status, JSON.parse(body).message];
  };
  expect(await said('GET /test/views/last')).toEqual([404, 'no answers yet']);
  expect(await said('GET /test/views/toast')).toEqual([404, "no view 'toast' (known: top, last)"]);
  expect(await said('GET /test/views/top?layer=none')).toEqual([
    400,
    "layer must be one of batch, speed, serving, got 'none'",
  ]);
  expect(await said(`GET /test/views/toast?layer=${encodeURIComponent('a\'b"\\')}`)).toEqual([
    400,
    "layer must be one of batch, speed, serving, got 'a'b\"\\'",
  ]);
});

test('a layer that is none asks for no object of a layer that is one', async () => {
  const { asked, send } = given();
  await send('GET /test/views/top?layer=../speed');
  expect(asked.map(({ key }) => key)).toEqual(['answers/none/top.json']);
});

test('objects that nothing is bound to, that are written, or that have no key are refused at load', () => {
  const load =
    (change: object, s3 = true) =>
    () =>
      givenGateway(
        { methods: { '/views/{view}': { GET: route(change) } }, resources: { Bucket: { Type: 'AWS::S3::Bucket' } } },
        s3 ? { bindings: { s3: async () => ({ status: 200, headers: {}, body: '' }) } } : {},
      );
  expect(load({}, false)).toThrow(
    'the laptop has no backend for its integration arn:aws:apigateway:us-east-1:s3:path/Bucket/',
  );
  expect(load({ IntegrationHttpMethod: 'PUT' })).toThrow('IntegrationHttpMethod of an S3 object must be GET, got PUT');
  expect(load({ Uri: 'arn:aws:apigateway:us-east-1:s3:path/bucket' })).toThrow('its Uri must name a bucket and a key');
  expect(load({ RequestParameters: {} })).toThrow('its Uri has {layer}, which no request parameter fills');
});
