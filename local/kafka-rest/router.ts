import type { HttpRequest, HttpResponse } from '../wire/http';
import { errorResponse, httpError, RestError } from './errors';
import { mediaTypeOf, namedIn, negotiate, type Offered, V2_JSON } from './media-types';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `{name}` for a segment that is handed to `handle`, decoded. */
  readonly path: string;
  /** Content types it takes. A request without one is taken. @default any */
  readonly consumes?: readonly string[];
  readonly produces: Offered;
  /** `accepted` is the type of `produces` that the sender likes best. */
  handle(
    request: HttpRequest,
    parameters: Readonly<Record<string, string>>,
    accepted: string,
  ): HttpResponse | Promise<HttpResponse>;
}

interface Compiled extends Route {
  readonly pattern: RegExp;
}

const UNSUPPORTED_TYPES = ['application/json', V2_JSON];

/** Picks an endpoint in the order of Jersey: path, method, content type, accepted type. */
export class Router {
  private readonly routes: readonly Compiled[];

  constructor(routes: readonly Route[]) {
    this.routes = routes.map((route) => ({ ...route, pattern: patternOf(route.path) }));
  }

  async handle(request: HttpRequest): Promise<HttpResponse> {
    const isHead = request.method === 'HEAD';
    const wanted = isHead ? 'GET' : request.method;
    const route = this.routes.find(({ method, pattern }) => method === wanted && pattern.test(request.path));
    if (route === undefined) return this.withoutMethod(request);
    const answer = await this.answer(route, request);
    return isHead ? { ...answer, body: '' } : answer;
  }

  /** The answer to a request whose path, if it is known, has no endpoint for its method. */
  private withoutMethod({ method, path }: HttpRequest): HttpResponse {
    const atPath = this.routes.filter(({ pattern }) => pattern.test(path));
    if (atPath.length === 0) return errorResponse(httpError(404, 'Not Found'), undefined);
    const headers = { allow: allowed(atPath) };
    if (method === 'OPTIONS') return { status: 200, headers, body: '' };
    return { ...errorResponse(httpError(405, 'Method Not Allowed'), undefined), headers };
  }

  /** The answer to a request that failed in an endpoint. */
  failed(error: RestError): HttpResponse {
    return errorResponse(error, V2_JSON);
  }

  private async answer(route: Compiled, request: HttpRequest): Promise<HttpResponse> {
    const { 'content-type': contentType, accept } = request.headers;
    const mediaType = mediaTypeOf(contentType);
    if (route.consumes !== undefined && mediaType !== undefined && !route.consumes.includes(mediaType)) {
      const type = namedIn(accept, UNSUPPORTED_TYPES) ?? 'application/json';
      return errorResponse(httpError(415, 'Unsupported Media Type'), type);
    }
    const accepted = negotiate(accept, route.produces);
    if (accepted === undefined) return errorResponse(httpError(406, 'Not Acceptable'), undefined);
    const parameters = parametersOf(route, request.path);
    if (parameters === undefined) return errorResponse(httpError(400, 'Bad Request'), undefined);
    try {
      return await route.handle(request, parameters, accepted);
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      const isOfServer = error.errorCode === 404;
      return errorResponse(error, isOfServer ? undefined : accepted);
    }
  }
}

function patternOf(path: string): RegExp {
  const source = path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(path === '/' ? '^/?$' : `^${source}/?$`);
}

/** Undefined when the path is not percent-encoded UTF-8. */
function parametersOf({ pattern }: Compiled, path: string): Record<string, string> | undefined {
  const groups = pattern.exec(path)?.groups ?? {};
  const isPlain = !path.includes('%');
  const parameters: Record<string, string> = {};
  try {
    for (const name in groups) parameters[name] = isPlain ? groups[name]! : decodeURIComponent(groups[name]!);
  } catch {
    return undefined;
  }
  return parameters;
}

function allowed(routes: readonly Route[]): string {
  const methods = new Set<string>(routes.map(({ method }) => method));
  return ['HEAD', 'POST', 'GET', 'DELETE', 'OPTIONS']
    .filter((method) => method === 'OPTIONS' || methods.has(method === 'HEAD' ? 'GET' : method))
    .join(', ');
}
