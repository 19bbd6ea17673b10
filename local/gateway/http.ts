/** One HTTP request, already read. */
export interface HttpRequest {
  readonly method: string;
  /** Raw path, percent-encoded as sent, without the query string. */
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
