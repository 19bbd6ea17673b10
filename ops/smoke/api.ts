import { setTimeout as pause } from 'node:timers/promises';
import type { Outputs } from '@pipeline/cli/outputs';
import { requestSigner, type Signer } from '@pipeline/emulator/sigv4';

/** API Gateway itself gives up after 29 s. */
const TIMEOUT_MS = 35_000;
const ATTEMPTS = 4;

/** Asks an environment's API as its users do: signed where it wants that. */
export class Api {
  private readonly url: URL;
  private readonly sign: Signer | undefined;

  constructor({ apiUrl, region, auth }: Pick<Outputs, 'apiUrl' | 'region' | 'auth'>) {
    this.url = new URL(apiUrl);
    this.sign = auth === 'iam' ? requestSigner(this.url, region) : undefined;
  }

  /**
   * The JSON that the Kafka REST proxy answers to a GET of a path below the API's URL. Throttling and failures of the
   * gateway are asked again, up to four times in all.
   *
   * @throws Error that names request and answer
   */
  async get(path: string): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const { status, text } = await this.send(path);
      if (status === 200) return JSON.parse(text);
      if (attempt === ATTEMPTS || (status !== 429 && status < 500)) {
        throw new Error(`GET ${this.url}${path} answered ${status}: ${text.slice(0, 200)}`);
      }
      await pause(250 * 2 ** attempt);
    }
  }

  /** The same, or undefined where the API says that there is no such thing. */
  async find(path: string): Promise<unknown> {
    try {
      return await this.get(path);
    } catch (error) {
      if (/ answered 404: /.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  private async send(path: string): Promise<{ status: number; text: string }> {
    const url = new URL(path, this.url);
    const unsigned = { accept: 'application/vnd.kafka.v2+json', 'user-agent': 'pinterest-pipeline-smoke/0.1.0' };
    const signed = await this.sign?.({ method: 'GET', path: url.pathname, headers: unsigned, body: '' });
    try {
      const response = await fetch(url, { headers: signed ?? unsigned, signal: AbortSignal.timeout(TIMEOUT_MS) });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      const { message, cause } = error as Error & { cause?: Error & { code?: string } };
      throw new Error(`GET ${url} failed: ${cause?.code ?? cause?.message ?? message}`, { cause: error });
    }
  }
}
