import type { HttpRequest, HttpResponse } from '../../wire/http';
import type { AwsCall, Bindings, CloudFormationTemplate, Gateway, GatewayOptions } from '..';
import { loadGateway } from '..';

/** Properties of an `AWS::ApiGateway::Method` beyond resource, API and verb. */
export interface MethodProperties {
  readonly Integration: object;
  readonly [property: string]: unknown;
}

export interface GivenApi {
  /** Methods by path in template form, then by verb. Parents are made as needed. */
  readonly methods: Readonly<Record<string, Readonly<Record<string, MethodProperties>>>>;
  /** Further resources: models, validators, gateway responses, keys. */
  readonly resources?: CloudFormationTemplate['Resources'];
  readonly stage?: object;
  readonly sections?: Readonly<Record<string, unknown>>;
}

const API = { Ref: 'Api' };

/** A template as CDK writes it, in miniature: stage `test`, logical ids such as `PUT/streams/{stream-name}/record`. */
export function givenTemplate({
  methods,
  resources = {},
  stage = {},
  sections = {},
}: GivenApi): CloudFormationTemplate {
  const all: Record<string, { Type: string; Properties?: Record<string, unknown> }> = {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'test' } },
    Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: API, StageName: 'test', ...stage } },
    ...(resources as Record<string, { Type: string; Properties?: Record<string, unknown> }>),
  };
  const resourceId = (path: string): unknown => {
    if (path === '/') return { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
    const cut = path.lastIndexOf('/');
    all[path] ??= {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: API, ParentId: resourceId(path.slice(0, cut) || '/'), PathPart: path.slice(cut + 1) },
    };
    return { Ref: path };
  };
  for (const [path, verbs] of Object.entries(methods))
    for (const [HttpMethod, properties] of Object.entries(verbs))
      all[`${HttpMethod}${path}`] = {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          AuthorizationType: 'NONE',
          RestApiId: API,
          ResourceId: resourceId(path),
          HttpMethod,
          ...properties,
        },
      };
  return { Resources: all, ...sections };
}

/** `{proxy+}` to an HTTP address behind a load balancer, as CDK writes it. */
export const PROXY: MethodProperties = {
  RequestParameters: { 'method.request.path.proxy': true },
  Integration: {
    Type: 'HTTP_PROXY',
    IntegrationHttpMethod: 'ANY',
    ConnectionType: 'VPC_LINK',
    RequestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
    Uri: 'http://proxy.internal:8082/{proxy}',
  },
};

/** An integration with a Kinesis action. `integration` adds to it or replaces parts. */
export function kinesis(
  action: string,
  template: string,
  integration: object = {},
  method: object = {},
): MethodProperties {
  return {
    MethodResponses: [{ StatusCode: '200' }, { StatusCode: '400' }],
    Integration: {
      Type: 'AWS',
      IntegrationHttpMethod: 'POST',
      PassthroughBehavior: 'NEVER',
      Uri: {
        'Fn::Join': [
          '',
          ['arn:', { Ref: 'AWS::Partition' }, ':apigateway:', { Ref: 'AWS::Region' }, `:kinesis:action/${action}`],
        ],
      },
      RequestParameters: { 'integration.request.header.Content-Type': "'application/x-amz-json-1.1'" },
      RequestTemplates: { 'application/json': template },
      IntegrationResponses: [{ StatusCode: '200' }],
      ...integration,
    },
    ...method,
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface GivenGateway {
  readonly gateway: Gateway;
  /** All calls of the bindings, in order. */
  readonly calls: (HttpRequest | AwsCall)[];
  /** Lines of the error log. */
  readonly logged: string[];
  send(line: string, body?: string | Buffer, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface GivenOptions extends Partial<Omit<GatewayOptions, 'bindings' | 'templates'>> {
  readonly bindings?: Partial<Bindings>;
}

const OK: HttpResponse = { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };

/** The gateway over one template, with bindings that record their calls and answer 200. `send('PUT /test/a?b=c')`. */
export function givenGateway(api: GivenApi | CloudFormationTemplate, options: GivenOptions = {}): GivenGateway {
  const calls: (HttpRequest | AwsCall)[] = [];
  const logged: string[] = [];
  const template = 'Resources' in api ? (api as CloudFormationTemplate) : givenTemplate(api as GivenApi);
  const gateway = loadGateway({
    auth: 'none',
    limits: 'off',
    stagePath: 'stripped',
    log: (line) => logged.push(line),
    ...options,
    templates: { Stack: template },
    bindings: {
      http: async (request) => {
        calls.push(request);
        return (await options.bindings?.http?.(request)) ?? OK;
      },
      aws: async (call) => {
        calls.push(call);
        return (await options.bindings?.aws?.(call)) ?? OK;
      },
      s3: options.bindings?.s3,
    },
  });
  const send: GivenGateway['send'] = async (line, body = '', headers = {}) => {
    const [method = '', url = ''] = line.split(' ');
    const mark = url.indexOf('?');
    const response = await gateway.handle({
      method,
      path: mark < 0 ? url : url.slice(0, mark),
      query: mark < 0 ? '' : url.slice(mark + 1),
      headers: { host: '127.0.0.1:8000', accept: '*/*', ...headers },
      body: Buffer.from(body),
    });
    return { status: response.status, headers: response.headers, body: response.body.toString() };
  };
  return { gateway, calls, logged, send };
}

/** The body of the last call of a backend. */
export function bodyOf({ calls }: GivenGateway): string {
  const last = calls.at(-1);
  if (last === undefined) throw new Error('no backend was called');
  return last.body.toString();
}

/** The output of a template for a body, through the whole gateway: PUT to `/{name}/records`. */
export async function rendered(
  template: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const given = givenGateway({ methods: { '/{name}/records': { PUT: kinesis('PutRecords', template) } } });
  const answer = await given.send('PUT /test/pins/records?limit=5', body, headers);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body}: ${given.logged.join('; ')}`);
  return bodyOf(given);
}
