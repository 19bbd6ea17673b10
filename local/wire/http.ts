import type { Readable } from 'node:stream';

/** One HTTP request, read to its end, whoever received it. */
export interface HttpRequest {
  readonly method: string;
  /** Raw path, still percent-encoded, without the query string. */
  readonly path: string;
  /** Raw query string without its '?'. */
  readonly query: string;
  /** Names in lower case; a repeated header is joined by ', '. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One HTTP request whose body is still to be read. */
export interface StreamedRequest extends Omit<HttpRequest, 'body'> {
  readonly body: Readable;
}

/** One HTTP response. Those that a listener sends may have a stream for a body; what a gateway reads on is whole. */
export interface HttpResponse<Body extends Buffer | string | Readable = Buffer | string> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** What a listener can send: a stream is read as fast as the client reads, and destroyed when it leaves. */
export type ListenerResponse = HttpResponse<Buffer | string | Readable>;

/** An answer in JSON that no cache may keep. */
export function jsonResponse(status: number, value: unknown): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify(value),
  };
}
