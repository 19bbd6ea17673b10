import type { HttpResponse } from '../wire/http';
import { GatewayError } from './errors';
import { type Exchange, mimeTypeOf, percentDecoded } from './exchange';
import type { GatewayOptions, GatewayRoute } from './gateway';
import { loadIntegration } from './integration';
import { isProperties, type Resource, type Stacks } from './template';
import type { BodyCheck, Models } from './validator';

/** One verb on one resource, ready to serve. */
export interface Method {
  readonly route: GatewayRoute;
  readonly resourceId: string;
  readonly needsApiKey: boolean;
  /** Throws a `GatewayError` if a required parameter is missing or blank. */
  checkParameters(exchange: Exchange): void;
  /** Throws a `GatewayError` if the body does not fit the model for its type. */
  checkBody(exchange: Exchange): void;
  integrate(exchange: Exchange): Promise<HttpResponse>;
}

export interface MethodSurroundings {
  readonly stacks: Stacks;
  readonly models: Models;
  /** Path of the method's resource in template form. */
  readonly path: string;
  readonly options: Required<GatewayOptions>;
}

export function loadMethod(method: Resource, { stacks, models, path, options }: MethodSurroundings): Method {
  const authorization = method.text('AuthorizationType') ?? 'NONE';
  if (authorization !== 'NONE' && authorization !== 'AWS_IAM')
    throw method.error(`authorization by ${authorization} is not supported; NONE and AWS_IAM are`);
  const validator = validatorOf(method, stacks);
  const { serve, timeoutMs } = loadIntegration(method, options);
  return {
    route: {
      verb: method.text('HttpMethod') ?? '',
      path,
      integration: describeIntegration(method),
      authorization,
      logicalId: method.logicalId,
    },
    resourceId: method.text('ResourceId') ?? '',
    needsApiKey: method.property('ApiKeyRequired') === true,
    checkParameters: validator?.property('ValidateRequestParameters') === true ? parameterCheck(method) : () => {},
    checkBody: validator?.property('ValidateRequestBody') === true ? bodyCheck(method, models) : () => {},
    integrate: (exchange) => withTimeout(serve(exchange), timeoutMs),
  };
}

function validatorOf(method: Resource, stacks: Stacks): Resource | undefined {
  const id = method.text('RequestValidatorId');
  if (id === undefined) return undefined;
  const validator = stacks.ofType('AWS::ApiGateway::RequestValidator').find(({ logicalId }) => logicalId === id);
  if (!validator) throw method.error(`the templates do not have its request validator ${id}`);
  return validator;
}

/** Type of the integration and its backend, such as `AWS kinesis:PutRecord`. */
export function describeIntegration(method: Resource): string {
  const integration = method.property('Integration');
  const { Type, Uri } = isProperties(integration) ? integration : {};
  const action = /:([^:]+):action\/(.+)$/.exec(String(Uri));
  return [Type, action ? `${action[1]}:${action[2]}` : Uri].filter((part) => part !== undefined).join(' ');
}

type Presence = (exchange: Exchange) => string | undefined;

/** Parameters that a request must have, in the order in which an error names them: header, path, query string. */
export function requiredParameters(method: Resource): { readonly place: string; readonly name: string }[] {
  const declared = method.property('RequestParameters');
  const required = Object.entries(isProperties(declared) ? declared : {})
    .filter(([, isRequired]) => isRequired === true)
    .map(([parameter]) => /^method\.request\.(header|path|querystring)\.(.+)$/.exec(parameter))
    .filter((match) => match !== null)
    .map(([, place = '', name = '']) => ({ place, name }));
  return ['header', 'path', 'querystring'].flatMap((place) => required.filter((each) => each.place === place));
}

function parameterCheck(method: Resource): (exchange: Exchange) => void {
  const checks = requiredParameters(method).map(({ place, name }): { name: string; value: Presence } => {
    if (place === 'header') return { name, value: ({ request }) => request.headers[name.toLowerCase()] };
    if (place === 'path') return { name, value: ({ pathParameters }) => percentDecoded(pathParameters[name] ?? '') };
    return { name, value: ({ query }) => query.get(name)?.at(-1) };
  });
  return (exchange) => {
    const missing = checks.filter(({ value }) => (value(exchange) ?? '').trim() === '');
    if (missing.length === 0) return;
    throw new GatewayError('BAD_REQUEST_PARAMETERS', {
      message: `Missing required request parameters: [${missing.map(({ name }) => name).join(', ')}]`,
    });
  };
}

/** The model is chosen by the body's type, then `$default`; a body of any other type is not checked. */
function bodyCheck(method: Resource, models: Models): (exchange: Exchange) => void {
  const declared = method.property('RequestModels');
  const checks = new Map<string, BodyCheck>();
  for (const [type, model] of Object.entries(isProperties(declared) ? declared : {})) {
    const check = models.check(String(model));
    if (check === undefined) throw method.error(`the templates do not have its model ${model}`);
    checks.set(type === '$default' ? type : (mimeTypeOf(type) ?? type), check);
  }
  if (checks.size === 0) return () => {};
  return (exchange) => {
    const check = checks.get(exchange.contentType) ?? checks.get('$default');
    const validation = check?.(exchange.body);
    if (validation !== undefined) throw new GatewayError('BAD_REQUEST_BODY', { validation });
  };
}

function withTimeout(response: Promise<HttpResponse>, timeoutMs: number): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new GatewayError('INTEGRATION_TIMEOUT')), timeoutMs);
    response.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
