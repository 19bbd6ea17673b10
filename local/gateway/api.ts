import { performance } from 'node:perf_hooks';
import { MAX_BODY_BYTES } from '../wire/body';
import type { HttpRequest, HttpResponse } from '../wire/http';
import { GatewayError, GatewayResponses } from './errors';
import { type ApiIdentity, Exchange } from './exchange';
import type { Gateway, GatewayOptions, GatewayRoute } from './gateway';
import { loadMethod, type Method } from './method';
import { Router } from './router';
import { verifySignature } from './sigv4';
import { type Resource, Stacks } from './template';
import { StageThrottle } from './throttle';
import { UsagePlans } from './usage-plans';
import { Models } from './validator';

/** Reads the API, its stage and all of its methods. */
export function loadApi(options: Required<GatewayOptions>): Gateway {
  const stacks = new Stacks(options.templates);
  const api = only(stacks, 'AWS::ApiGateway::RestApi');
  refuseUnsupported(api);
  const stage = only(stacks, 'AWS::ApiGateway::Stage');
  const models = new Models(stacks.ofType('AWS::ApiGateway::Model'));
  const paths = pathsOf(stacks, api);
  const methods = stacks
    .ofType('AWS::ApiGateway::Method')
    .map((method) => loadMethod(method, { stacks, models, path: pathOf(method, paths), options }));
  return new LoadedApi(options, api, stage, stacks, methods);
}

class LoadedApi implements Gateway {
  readonly stage: string;
  private readonly identity: ApiIdentity;
  private readonly router = new Router<Method>();
  private readonly responses: GatewayResponses;
  private readonly usagePlans: UsagePlans;
  private readonly throttle: StageThrottle | undefined;

  constructor(
    private readonly options: Required<GatewayOptions>,
    api: Resource,
    stage: Resource,
    stacks: Stacks,
    private readonly methods: readonly Method[],
  ) {
    this.stage = stage.text('StageName') ?? '';
    const variables = stage.property('Variables');
    this.identity = {
      apiId: api.logicalId,
      stage: this.stage,
      stageVariables: Object.fromEntries(Object.entries(variables ?? {}).map(([name, value]) => [name, String(value)])),
    };
    for (const method of methods) this.router.add(method.route.path, method.route.verb, method);
    this.responses = new GatewayResponses(stacks.ofType('AWS::ApiGateway::GatewayResponse'));
    this.usagePlans = new UsagePlans(stacks, stage, options);
    this.throttle = options.limits === 'aws' ? new StageThrottle(stage, options.now) : undefined;
  }

  routes(): readonly GatewayRoute[] {
    return this.methods.map(({ route }) => route);
  }

  async handle(request: HttpRequest): Promise<HttpResponse> {
    // AWS's network answers this before the API does: without ids, in plain text, and no gateway response can change it.
    if (request.body.length > MAX_BODY_BYTES)
      return {
        status: 413,
        headers: { 'content-type': 'text; charset=utf-8' },
        body: `HTTP content length exceeded ${MAX_BODY_BYTES} bytes.`,
      };
    const nowMs = this.options.now();
    const startedMs = performance.now();
    const exchange = new Exchange(request, this.identity, this.options.newIds(nowMs), nowMs);
    const { status, headers, body } = await this.answer(exchange);
    const { requestId, extendedRequestId } = exchange.ids;
    this.options.observe({
      requestId,
      atMs: nowMs,
      tookMs: performance.now() - startedMs,
      verb: request.method,
      path: request.path,
      route: exchange.route.resourcePath,
      parameters: exchange.decodedPathParameters,
      status,
      refused: exchange.refused,
      backend: exchange.backend,
    });
    return {
      status,
      headers: { ...headers, 'x-amzn-RequestId': requestId, 'x-amz-apigw-id': extendedRequestId },
      body,
    };
  }

  private async answer(exchange: Exchange): Promise<HttpResponse> {
    try {
      return await this.serve(exchange);
    } catch (error) {
      if (error instanceof GatewayError) {
        exchange.refused = error.message;
        this.options.onRefusal(error);
        return this.responses.respond(error, exchange);
      }
      exchange.refused = 'Internal server error';
      const { method, path } = exchange.request;
      const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.options.log(`${method} ${path} failed: ${cause}`);
      return this.responses.respond(new GatewayError('INTEGRATION_FAILURE'), exchange);
    }
  }

  private serve(exchange: Exchange): Promise<HttpResponse> {
    const { request } = exchange;
    const match = this.router.match(request.method, this.pathInStage(request.path));
    if (!match) throw new GatewayError('MISSING_AUTHENTICATION_TOKEN');
    const method = match.endpoint;
    exchange.route = { resourceId: method.resourceId, resourcePath: method.route.path };
    exchange.pathParameters = match.parameters;
    if (method.needsApiKey) this.usagePlans.take(exchange);
    const { auth } = this.options;
    if (auth !== 'none' && method.route.authorization === 'AWS_IAM')
      exchange.accessKey = verifySignature(request, auth.keys, exchange.timeMs);
    if (this.throttle && !this.throttle.take(method.route.path, request.method)) throw new GatewayError('THROTTLED');
    method.checkParameters(exchange);
    method.checkBody(exchange);
    return method.integrate(exchange);
  }

  private pathInStage(path: string): string {
    const trimmed = path.replace(/^\/+/, '/');
    const prefix = `/${this.stage}`;
    if (trimmed === prefix) return '/';
    if (!trimmed.startsWith(`${prefix}/`))
      throw new GatewayError('MISSING_AUTHENTICATION_TOKEN', { message: 'Forbidden', errorType: 'ForbiddenException' });
    return trimmed.slice(prefix.length);
  }
}

/** Refuses an API with a setting that would change every request, such as BinaryMediaTypes. */
function refuseUnsupported(api: Resource): void {
  for (const property of ['Body', 'BodyS3Location', 'BinaryMediaTypes'])
    if (api.property(property) !== undefined) throw api.error(`${property} is not supported`);
  if ((api.text('ApiKeySourceType') ?? 'HEADER') !== 'HEADER')
    throw api.error('API keys from an authorizer are not supported');
}

function only(stacks: Stacks, type: string): Resource {
  const [first, ...others] = stacks.ofType(type);
  if (first === undefined) throw new Error(`the templates have no ${type}`);
  if (others[0] !== undefined)
    throw others[0].error(
      `the templates have a second ${type}, ${first.stack}/${first.logicalId}; the gateway serves one`,
    );
  return first;
}

/** Paths in template form by logical id of the resource. */
export function pathsOf(stacks: Stacks, api: Resource): ReadonlyMap<string, string> {
  const root = `${api.logicalId}.RootResourceId`;
  const paths = new Map<string, string>([[root, '/']]);
  let waiting = stacks.ofType('AWS::ApiGateway::Resource');
  while (waiting.length > 0) {
    const orphans = waiting.filter((resource) => {
      const parent = paths.get(resource.text('ParentId') ?? '');
      if (parent === undefined) return true;
      paths.set(resource.logicalId, `${parent === '/' ? '' : parent}/${resource.text('PathPart')}`);
      return false;
    });
    if (orphans.length === waiting.length)
      throw orphans[0]!.error(`the templates do not have its parent ${orphans[0]!.text('ParentId')}`);
    waiting = orphans;
  }
  return paths;
}

export function pathOf(method: Resource, paths: ReadonlyMap<string, string>): string {
  const resourceId = method.text('ResourceId') ?? '';
  const path = paths.get(resourceId);
  if (path === undefined) throw method.error(`the templates do not have its resource ${resourceId}`);
  return path;
}
