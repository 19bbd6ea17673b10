import type { Readable } from 'node:stream';
import type { HttpRequest, ListenerResponse } from '../wire/http';
import { ENDPOINTS, type Endpoint, type EndpointName, type Endpoints } from './contract';
import { Problem } from './problem';

/** An answer that is no JSON: text, bytes or a stream, with its headers. */
export class Reply {
  constructor(
    readonly body: Buffer | string | Readable,
    readonly headers: Readonly<Record<string, string>>,
    readonly status = 200,
  ) {}
}

/** What one endpoint is asked. */
export interface Ask<Name extends EndpointName> {
  readonly params: Readonly<Record<keyof Endpoints[Name]['params'], string>>;
  readonly query: Readonly<Partial<Record<string, string>>>;
  /** Parsed, and an object where the endpoint takes a body; what is in it is for the endpoint to check. */
  readonly body: Endpoints[Name]['body'];
}

/** Answers every endpoint but `about`, which is told by who has which. Throws `Problem` for what cannot be answered as asked. */
export type Handlers = {
  readonly [Name in Exclude<EndpointName, 'about'>]: (ask: Ask<Name>) => Promise<Endpoints[Name]['answer'] | Reply>;
};

/** Endpoints that take a body. */
const TAKES_BODY: ReadonlySet<EndpointName> = new Set(['replayLine', 'tryRoute']);

interface Route {
  readonly endpoint: Endpoint;
  readonly segments: readonly string[];
}

const ROUTES: readonly Route[] = ENDPOINTS.map((endpoint) => ({ endpoint, segments: endpoint.path.split('/') })).sort(
  (a, b) => variables(a) - variables(b),
);

/** The endpoint at a path, and what stands in its variables; undefined when there is none. @throws Problem 405 when it takes another method */
export function endpointAt(
  method: string,
  path: string,
): { endpoint: Endpoint; params: Record<string, string> } | undefined {
  const segments = path.split('/');
  const fitting = ROUTES.filter((route) => fits(route, segments));
  if (fitting.length === 0) return undefined;
  const asked = method === 'HEAD' ? 'GET' : method;
  const route = fitting.find(({ endpoint }) => endpoint.method === asked);
  if (route === undefined) {
    // A page may have the path for reading.
    if (asked === 'GET') return undefined;
    throw new Problem(405, `${method} ${path} is not served here; ${fitting[0]!.endpoint.method} is`);
  }
  const params: Record<string, string> = {};
  route.segments.forEach((segment, at) => {
    if (segment.startsWith('{')) params[segment.slice(1, -1)] = decoded(segments[at]!);
  });
  return { endpoint: route.endpoint, params };
}

/** @throws Problem 400 for a query that the endpoint does not know, 415 and 400 for a body that it cannot take */
export function askOf(
  { endpoint, params }: { endpoint: Endpoint; params: Record<string, string> },
  request: HttpRequest,
) {
  const query = Object.fromEntries(new URLSearchParams(request.query));
  const strange = Object.keys(query).find((name) => !endpoint.query.includes(name));
  if (strange !== undefined) {
    const known = endpoint.query.length > 0 ? `known: ${endpoint.query.join(', ')}` : 'it takes none';
    throw new Problem(400, `${endpoint.path} has no parameter '${strange}' (${known})`);
  }
  return { params, query, body: TAKES_BODY.has(endpoint.name) ? bodyOf(request) : undefined };
}

function bodyOf({ headers, body }: HttpRequest): object {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new Problem(415, `a write has content-type application/json, got ${type ?? 'none'}`);
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new Problem(400, `the body is no JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Problem(400, 'the body must be a JSON object');
}

/** A reply as it goes out. */
export function replyResponse({ body, headers, status }: Reply): ListenerResponse {
  return {
    status,
    headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers },
    body,
  };
}

function fits({ segments: pattern }: Route, segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, at) => (part.startsWith('{') ? segments[at] !== '' : part === segments[at]))
  );
}

function variables({ segments }: Route): number {
  return segments.filter((segment) => segment.startsWith('{')).length;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
