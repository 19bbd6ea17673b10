import { type CloudFormationTemplate, loadGateway } from '.';
import { type GivenApi, givenGateway, givenTemplate, kinesis, PROXY } from './testing/gateway';

const OK = async () => ({ status: 200, headers: {}, body: '' });
const load = (templates: Record<string, CloudFormationTemplate>) =>
  loadGateway({ templates, bindings: { http: OK, aws: OK }, auth: 'none', limits: 'off' });
const loadOne = (api: GivenApi) => () => load({ Stack: givenTemplate(api) });

const aws = (integration: object, method: object = {}) => ({
  methods: { '/a': { PUT: kinesis('PutRecord', '{}', integration, method) } },
});

test('tells its routes and what they are bound to', () => {
  const { gateway } = givenGateway({
    methods: {
      '/{proxy+}': { ANY: PROXY },
      '/streams/{stream-name}': { GET: kinesis('DescribeStream', '{}', {}, { AuthorizationType: 'AWS_IAM' }) },
    },
  });
  expect(gateway.stage).toBe('test');
  expect(gateway.routes()).toEqual([
    {
      verb: 'ANY',
      path: '/{proxy+}',
      integration: 'HTTP_PROXY http://proxy.internal:8082/{proxy}',
      authorization: 'NONE',
      logicalId: 'ANY/{proxy+}',
    },
    {
      verb: 'GET',
      path: '/streams/{stream-name}',
      integration: 'AWS kinesis:DescribeStream',
      authorization: 'AWS_IAM',
      logicalId: 'GET/streams/{stream-name}',
    },
  ]);
});

test.each<[string, GivenApi, string]>([
  [
    'another service',
    aws({ Uri: 'arn:aws:apigateway:us-east-1:dynamodb:action/PutItem' }),
    'Stack/PUT/a: the laptop has no backend for its integration arn:aws:apigateway:us-east-1:dynamodb:action/PutItem',
  ],
  [
    'a path of a service',
    aws({ Uri: 'arn:aws:apigateway:us-east-1:kinesis:path/x' }),
    'Stack/PUT/a: the laptop has no backend for its integration',
  ],
  [
    'a Lambda function',
    aws({ Type: 'AWS_PROXY' }),
    'Stack/PUT/a: the laptop has no backend for an integration of type AWS_PROXY',
  ],
  [
    'another verb',
    aws({ IntegrationHttpMethod: 'PUT' }),
    'Stack/PUT/a: IntegrationHttpMethod of an AWS action must be POST, got PUT',
  ],
  [
    'a mapped Authorization',
    aws({ RequestParameters: { 'integration.request.header.Authorization': "'x'" } }),
    'Stack/PUT/a: an AWS integration must not map the header Authorization',
  ],
  [
    'an undeclared parameter',
    aws({ RequestParameters: { 'integration.request.header.X': 'method.request.querystring.x' } }),
    "Stack/PUT/a: integration.request.header.X maps method.request.querystring.x, which the method's RequestParameters do not declare",
  ],
  [
    'an unknown mapping',
    aws({ RequestParameters: { 'integration.request.header.X': 'method.request.cookie.x' } }),
    'Stack/PUT/a: integration.request.header.X maps method.request.cookie.x',
  ],
  [
    'a template that does not parse',
    aws({ RequestTemplates: { 'application/json': '{\n#if($x)' } }),
    'Stack/PUT/a: RequestTemplates of application/json: line 2, column 8: this block has no #end',
  ],
  [
    'a response header not declared',
    aws({ IntegrationResponses: [{ StatusCode: '200', ResponseParameters: { 'method.response.header.X': "'1'" } }] }),
    'Stack/PUT/a: method.response.header.X is set but not declared by the method response',
  ],
  [
    'a pattern that is none',
    aws({ IntegrationResponses: [{ StatusCode: '200', SelectionPattern: '4(' }] }),
    'Stack/PUT/a: the regular expression "4(" cannot be read',
  ],
  ['a passthrough that is none', aws({ PassthroughBehavior: 'SOMETIMES' }), 'Stack/PUT/a: PassthroughBehavior must be'],
  [
    'another authorization',
    aws({}, { AuthorizationType: 'CUSTOM' }),
    'Stack/PUT/a: authorization by CUSTOM is not supported',
  ],
  [
    'a missing validator',
    aws({}, { RequestValidatorId: 'Nobody' }),
    'Stack/PUT/a: the templates do not have its request validator Nobody',
  ],
  ['content handling', aws({ ContentHandling: 'CONVERT_TO_TEXT' }), 'Stack/PUT/a: ContentHandling is not supported'],
  [
    'no integration',
    { methods: { '/a': { PUT: { Integration: undefined as never } } } },
    'Stack/PUT/a: the method has no Integration',
  ],
  [
    'an address that is none',
    { methods: { '/a': { GET: { Integration: { Type: 'HTTP_PROXY', Uri: 'ftp://x' } } } } },
    'Stack/GET/a: its Uri must be an http or https address',
  ],
  [
    'an address with a variable that nothing fills',
    { methods: { '/{proxy+}': { GET: { Integration: { Type: 'HTTP_PROXY', Uri: 'http://x/{proxy}' } } } } },
    'Stack/GET/{proxy+}: its Uri has {proxy}, which no request parameter fills',
  ],
])('%s is refused with the logical id', (_, api, message) => {
  expect(loadOne(api)).toThrow(message);
});

test('a model that is missing or cannot be used is refused', () => {
  const validated = { RequestValidatorId: 'V', RequestModels: { 'application/json': { Ref: 'M' } } };
  const V = { Type: 'AWS::ApiGateway::RequestValidator', Properties: { ValidateRequestBody: true } };
  const model = (Schema: object) => ({ V, M: { Type: 'AWS::ApiGateway::Model', Properties: { Schema } } });
  expect(
    loadOne({ ...aws({}, { ...validated, RequestModels: { 'application/json': 'Nobody' } }), resources: { V } }),
  ).toThrow('Stack/PUT/a: the templates do not have its model Nobody');
  expect(loadOne({ ...aws({}, validated), resources: model({ type: 'objekt' }) })).toThrow(
    'Stack/M: its schema cannot be used',
  );
});

test('exactly one API and one stage are wanted', () => {
  const template = givenTemplate({ methods: { '/a': { GET: PROXY } } });
  expect(() => load({})).toThrow('the templates have no AWS::ApiGateway::RestApi');
  expect(() => load({ One: template, Two: template })).toThrow(
    'Two/Api: the templates have a second AWS::ApiGateway::RestApi, One/Api',
  );
});

test.each([
  ['Body', {}],
  ['BinaryMediaTypes', ['*/*']],
])('an API with %s is refused', (property, value) => {
  const template = givenTemplate({ methods: {}, resources: {} });
  const Api = { Type: 'AWS::ApiGateway::RestApi', Properties: { [property]: value } };
  expect(() => load({ Stack: { Resources: { ...template.Resources, Api } } })).toThrow(
    `Stack/Api: ${property} is not supported`,
  );
});
