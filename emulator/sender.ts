import { type Answer, readRefusal } from './answers';
import { type Clock, retryAfterMs } from './retry';
import type { Route } from './route';
import { NoCredentials, type Signer } from './sigv4';
import type { Transport } from './transport';

/** Sends one request to one environment's API, and reads what became of its records. */
export class Sender {
  private readonly origin: string;
  private readonly basePath: string;

  constructor(
    apiUrl: URL,
    private readonly transport: Transport,
    private readonly sign: Signer | undefined,
    private readonly clock: Clock,
  ) {
    this.origin = apiUrl.origin;
    this.basePath = apiUrl.pathname.endsWith('/') ? apiUrl.pathname : `${apiUrl.pathname}/`;
  }

  /** Never rejects: a network error is an answer too. `count` is the number of records in `body`. */
  async send(route: Route, body: string, count: number, signal: AbortSignal): Promise<Answer> {
    const { method, contentType } = route.protocol;
    const path = this.basePath + route.path;
    const request = `${method} ${this.origin}${path}`;
    try {
      const plain = { 'content-type': contentType };
      const headers = this.sign === undefined ? plain : await this.sign({ method, path, headers: plain, body });
      const response = await this.transport.send({ method, path, headers, body }, signal);
      if (response.status >= 200 && response.status < 300)
        return route.protocol.readAnswer(request, response.body, count);
      const after = response.headers['retry-after'];
      return readRefusal(request, response.status, response.body, retryAfterMs(first(after), this.clock.now()));
    } catch (error) {
      if (error instanceof NoCredentials) return { kind: 'refused', because: 'target', reason: error.message };
      return { kind: 'failed', reason: `${request} failed: ${networkReason(error)}` };
    }
  }
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Errors of sockets often have a code and an empty message; several addresses make an AggregateError. */
function networkReason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return networkReason(error.errors[0]);
  const { code, message } = error as { code?: string; message?: string };
  if (message && code && !message.includes(code)) return `${message} (${code})`;
  return message || code || String(error);
}
