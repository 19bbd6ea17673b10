import { DatabricksError, readError } from './api-error';

/** Content of the secret: a personal access token, or a service principal. */
export type WorkspaceCredentials =
  | { readonly token: string }
  | { readonly client_id: string; readonly client_secret: string };

export interface ClientOptions {
  /** Address of the workspace, without a slash at the end. */
  readonly url: string;
  readonly credentials: WorkspaceCredentials;
  /** Waits between tries. @default setTimeout */
  readonly sleep?: (ms: number) => Promise<void>;
  /** Most tries of one call. @default 6 */
  readonly tries?: number;
}

/** Ids are int64, which JavaScript would round, so this client keeps them as text. */
const ID_FIELDS = 'job_id|run_id';
const REQUEST_TIMEOUT_MS = 60_000;

/** Calls one workspace's REST API. Signs in, retries when the workspace is busy, and checks each answer. */
export class DatabricksClient {
  private token?: Promise<string>;
  private readonly sleep: (ms: number) => Promise<void>;
  private readonly tries: number;

  constructor(private readonly options: ClientOptions) {
    this.sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    this.tries = options.tries ?? 6;
  }

  /** @throws DatabricksError */
  get(path: string, query: Record<string, string> = {}): Promise<Record<string, unknown>> {
    const search = new URLSearchParams(query).toString();
    return this.repeat(() => this.send('GET', search ? `${path}?${search}` : path));
  }

  /**
   * A call that may be repeated, because a second call changes nothing.
   *
   * @throws DatabricksError
   */
  post(path: string, body: object): Promise<Record<string, unknown>> {
    return this.repeat(() => this.send('POST', path, body));
  }

  /**
   * A call that must not be repeated, such as creating a job. It is retried only after an answer that says that nothing was done.
   *
   * @throws DatabricksError; another error when it is unknown whether the call was done
   */
  postOnce(path: string, body: object): Promise<Record<string, unknown>> {
    return this.send('POST', path, body);
  }

  private async repeat<T>(call: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        return await call();
      } catch (error) {
        const passing = error instanceof DatabricksError ? error.isBusy || error.status >= 500 : true;
        if (!passing || tried === this.tries) throw error;
        await this.sleep(waitOf(error) ?? Math.min(30_000, 500 * 2 ** tried));
      }
    }
  }

  private async send(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const call = `${method} ${path.split('?')[0]}`;
    const response = await fetch(`${this.options.url}${path}`, {
      method,
      // Not followed: a redirect leads to the sign-in page.
      redirect: 'manual',
      headers: { authorization: `Bearer ${await this.signIn()}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body).replaceAll(new RegExp(`"(${ID_FIELDS})":"(\\d+)"`, 'g'), '"$1":$2'),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw refusal(call, response, text);
    const quoted = text.replaceAll(new RegExp(`"(${ID_FIELDS})"\\s*:\\s*(\\d+)`, 'g'), '"$1":"$2"');
    try {
      return JSON.parse(quoted || '{}');
    } catch {
      throw new DatabricksError(
        call,
        response.status,
        '',
        `no JSON but ${readError(text).reason}; is ${this.options.url} a workspace?`,
      );
    }
  }

  private signIn(): Promise<string> {
    const { credentials } = this.options;
    if ('token' in credentials) return Promise.resolve(credentials.token);
    this.token ??= this.repeat(() => this.askForToken(credentials.client_id, credentials.client_secret));
    return this.token;
  }

  private async askForToken(id: string, secret: string): Promise<string> {
    const response = await fetch(`${this.options.url}/oidc/v1/token`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials&scope=all-apis',
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw refusal('POST /oidc/v1/token', response, text);
    return (JSON.parse(text) as { access_token: string }).access_token;
  }
}

const RETRY_AFTER = Symbol('retry-after');

function refusal(call: string, response: Response, text: string): DatabricksError {
  const redirected = response.status >= 300 && response.status < 400;
  const { code, reason } = redirected
    ? { code: '', reason: `a redirect to ${response.headers.get('location') ?? 'nowhere'}, not JSON` }
    : readError(text);
  const error = new DatabricksError(call, response.status, code, reason);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  if (Number.isFinite(seconds)) Object.assign(error, { [RETRY_AFTER]: Math.min(60, seconds) * 1000 });
  return error;
}

/** Wait in ms that the service asks for by Retry-After; undefined without one. */
function waitOf(error: unknown): number | undefined {
  return (error as { [RETRY_AFTER]?: number })[RETRY_AFTER];
}
