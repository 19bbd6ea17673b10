import type { HttpRequest, HttpResponse } from '../wire/http';
import { RequestBody } from './request-body';
import type { ContextValues } from './velocity/context';
import type { TemplateParameters } from './velocity/input';

/** The values of `$context` that are the same for all requests to one API. */
export interface ApiIdentity {
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
}

export interface RequestIds {
  /** `x-amzn-RequestId`: a UUID. */
  readonly requestId: string;
  /** `x-amz-apigw-id`. */
  readonly extendedRequestId: string;
  /** `X-Amzn-Trace-Id`. */
  readonly traceId: string;
}

/** The declared resource and verb that a request was routed to. */
export interface Route {
  readonly resourceId: string;
  /** In template form, such as `/streams/{stream-name}`. */
  readonly resourcePath: string;
}

/** One request to the backend, and the backend's answer. */
export interface BackendExchange {
  /** Body as it was sent. */
  readonly sent: Buffer;
  readonly sentHeaders: Readonly<Record<string, string>>;
  readonly response: HttpResponse;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** One request on its way through the gateway. */
export class Exchange {
  readonly body: RequestBody;
  route: Route = { resourceId: '', resourcePath: '' };
  /** Values of the path's variables, percent-encoded as sent. */
  pathParameters: Readonly<Record<string, string>> = {};
  /** Access key of a request whose signature was verified. */
  accessKey: string | undefined;
  /** The request to the backend and its answer; undefined until the backend has answered. */
  backend: BackendExchange | undefined;
  /** Why the gateway refused the request. */
  refused: string | undefined;
  apiKey: string | undefined;

  private queryParameters: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(
    readonly request: HttpRequest,
    readonly api: ApiIdentity,
    readonly ids: RequestIds,
    readonly timeMs: number,
  ) {
    this.body = new RequestBody(request.body);
  }

  /** The query string decoded, form style; a repeated name has several values. */
  get query(): ReadonlyMap<string, readonly string[]> {
    this.queryParameters ??= parseQuery(this.request.query);
    return this.queryParameters;
  }

  /** MIME type of the body in lower case, without its parameters. */
  get contentType(): string {
    return mimeTypeOf(this.request.headers['content-type']) ?? 'application/json';
  }

  get templateParameters(): TemplateParameters {
    return {
      path: this.decodedPathParameters,
      querystring: Object.fromEntries([...this.query].map(([name, values]) => [name, values.at(-1) ?? ''])),
      header: this.request.headers,
    };
  }

  get decodedPathParameters(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.pathParameters).map(([name, value]) => [name, percentDecoded(value)]),
    );
  }

  /** `$context`. */
  contextValues(): ContextValues {
    const { request, api, ids, route } = this;
    const { headers } = request;
    return {
      accountId: '000000000000',
      apiId: api.apiId,
      awsEndpointRequestId: ids.requestId,
      domainName: headers.host ?? 'localhost',
      domainPrefix: (headers.host ?? 'localhost').split(/[.:]/)[0] ?? '',
      extendedRequestId: ids.extendedRequestId,
      httpMethod: request.method,
      identity: {
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
        ...(this.apiKey && { apiKey: this.apiKey }),
        ...(this.accessKey && {
          accessKey: this.accessKey,
          accountId: '000000000000',
          caller: this.accessKey,
          user: this.accessKey,
          userArn: `arn:aws:iam::000000000000:user/${this.accessKey}`,
        }),
      },
      path: request.path,
      protocol: 'HTTP/1.1',
      requestId: ids.requestId,
      requestTime: requestTime(this.timeMs),
      requestTimeEpoch: this.timeMs,
      resourceId: route.resourceId,
      resourcePath: route.resourcePath,
      stage: api.stage,
    };
  }
}

export function mimeTypeOf(header: string | undefined): string | undefined {
  const type = header?.split(';', 1)[0]?.trim().toLowerCase();
  return type === '' ? undefined : type;
}

/** The text with `%XX` decoded. A text with a wrong code, such as `%ZZ`, is returned unchanged. */
export function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseQuery(query: string): Map<string, string[]> {
  const parameters = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const mark = pair.indexOf('=');
    const name = formDecoded(mark < 0 ? pair : pair.slice(0, mark));
    const values = parameters.get(name) ?? [];
    values.push(mark < 0 ? '' : formDecoded(pair.slice(mark + 1)));
    parameters.set(name, values);
  }
  return parameters;
}

const formDecoded = (text: string): string => percentDecoded(text.replaceAll('+', ' '));

/** As Apache's log writes it: `22/Nov/2026:10:00:00 +0000`. */
function requestTime(timeMs: number): string {
  const time = new Date(timeMs);
  const day = `${two(time.getUTCDate())}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}`;
  return `${day}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`;
}

const two = (number: number): string => String(number).padStart(2, '0');
