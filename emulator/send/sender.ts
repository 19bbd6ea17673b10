import { NoCredentials } from '@pipeline/cli/credentials';
import { type Outcome, readRefusal } from './outcome';
import { type Clock, retryAfterMs } from './retry';
import type { Route } from './route';
import type { Signer } from './sigv4';
import type { Connection } from './transport';

/** Sends the requests of one lane, and reads what became of their records. */
export class Sender {
  private readonly path: string;
  /** Names the request in reasons. */
  private readonly request: string;
  private readonly headers: Readonly<Record<string, string>>;

  /** @param sign left out when the API takes unsigned requests */
  constructor(
    private readonly route: Route,
    apiUrl: URL,
    private readonly connection: Connection,
    private readonly sign: Signer | undefined,
    private readonly clock: Clock,
  ) {
    const { method, contentType, accept } = route.protocol;
    this.path = `${apiUrl.pathname.replace(/\/?$/, '/')}${route.path}`;
    this.request = `${method} ${apiUrl.origin}${this.path}`;
    this.headers = { 'content-type': contentType, accept, 'user-agent': USER_AGENT };
  }

  /** Never rejects: a network error is an answer too. `count` is the number of records in `body`. */
  async send(body: string, count: number): Promise<Outcome> {
    const { route, request, path } = this;
    const { method } = route.protocol;
    try {
      const headers =
        this.sign === undefined ? this.headers : await this.sign({ method, path, headers: this.headers, body });
      const response = await this.connection.send({ method, path, headers, body });
      if (response.status >= 200 && response.status < 300)
        return route.protocol.readOutcome(request, response.body, count);
      const after = retryAfterMs(first(response.headers['retry-after']), this.clock.now());
      return readRefusal(request, response.status, response.body, after);
    } catch (error) {
      if (error instanceof NoCredentials) return { kind: 'refused', because: 'target', reason: error.message };
      return {
        kind: 'failed',
        reason: `${request} failed: ${networkReason(error)}`,
        isUnreachable: UNREACHABLE.test(networkCode(error)),
      };
    }
  }
}

/** Says who asks: AWS's common firewall rules turn away whoever does not. */
export const USER_AGENT = 'pinterest-pipeline-emulator/0.1.0';

/** Names of errors that mean: there is no such host, nobody listens, or whoever listens is somebody else. */
const UNREACHABLE =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT|CERT|ERR_TLS|ERR_SSL|EPROTO/;

function networkCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return networkCode(error.errors[0]);
  return (error as { code?: string }).code ?? '';
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
