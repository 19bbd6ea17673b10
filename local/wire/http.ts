/** One HTTP request as the gateway, the REST proxy and the Kinesis endpoint take it. */
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

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** An answer in JSON that no cache may keep. */
export function jsonResponse(status: number, value: unknown): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify(value),
  };
}
