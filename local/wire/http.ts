import type { Readable } from 'node:stream';

/** One HTTP request with its whole body. */
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

/** One HTTP request whose body has not been read yet. */
export interface StreamedRequest extends Omit<HttpRequest, 'body'> {
  readonly body: Readable;
}

/** One HTTP response. A listener may send a stream as its body; a gateway's response has its whole body. */
export interface HttpResponse<Body extends Buffer | string | Readable = Buffer | string> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** A response that a listener can send. A stream is read as fast as the client reads, and destroyed when the client leaves. */
export type ListenerResponse = HttpResponse<Buffer | string | Readable>;

/** An answer in JSON that no cache may keep. */
export function jsonResponse(status: number, value: unknown): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify(value),
  };
}
