import { setTimeout as pause } from 'node:timers/promises';
import type { Outputs } from '@pipeline/cli/outputs';
import { requestSigner, type Signer } from '@pipeline/emulator/sigv4';

/** API Gateway itself gives up after 29 s. */
const TIMEOUT_MS = 35_000;
const ATTEMPTS = 4;

/** The API answered, and not with 200. */
export class ApiRefused extends Error {
  override readonly name = 'ApiRefused';

  /** @param said the answer's own sentence, where it has one */
  constructor(
    message: string,
    readonly status: number,
    readonly said: string | undefined,
  ) {
    super(message);
  }
}

/** Asks an environment's API as its users do: signed where it wants that. */
export class Api {
  private readonly url: URL;
  private readonly sign: Signer | undefined;

  constructor({ apiUrl, region, auth }: Pick<Outputs, 'apiUrl' | 'region' | 'auth'>) {
    this.url = new URL(apiUrl);
    this.sign = auth === 'iam' ? requestSigner(this.url, region) : undefined;
  }

  /**
   * The JSON that is answered to a GET of a path below the API's URL, with its query. Throttling and failures of the
   * gateway are asked again, up to four times in all.
   *
   * @throws ApiRefused, or Error when nobody answers; the message names request and answer
   */
  async get(path: string): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const { status, text } = await this.send(path);
      if (status === 200) return JSON.parse(text);
      if (attempt === ATTEMPTS || (status !== 429 && status < 500)) {
        throw new ApiRefused(`GET ${this.url}${path} answered ${status}: ${text.slice(0, 200)}`, status, saidIn(text));
      }
      await pause(250 * 2 ** attempt);
    }
  }

  /** The same, or undefined where the API says that there is no such thing. */
  async find(path: string): Promise<unknown> {
    try {
      return await this.get(path);
    } catch (error) {
      if (error instanceof ApiRefused && error.status === 404) return undefined;
      throw error;
    }
  }

  private async send(path: string): Promise<{ status: number; text: string }> {
    const url = new URL(path, this.url);
    const unsigned = { accept: 'application/vnd.kafka.v2+json', 'user-agent': 'pinterest-pipeline-smoke/0.1.0' };
    const query = Object.fromEntries(url.searchParams);
    const signed = await this.sign?.({ method: 'GET', path: url.pathname, query, headers: unsigned, body: '' });
    try {
      const response = await fetch(url, { headers: signed ?? unsigned, signal: AbortSignal.timeout(TIMEOUT_MS) });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      const { message, cause } = error as Error & { cause?: Error & { code?: string } };
      throw new Error(`GET ${url} failed: ${cause?.code ?? cause?.message ?? message}`, { cause: error });
    }
  }
}

function saidIn(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
