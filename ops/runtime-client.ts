import { UsageError } from '@pipeline/cli/option-values';
import { type Outputs, outputsPath } from '@pipeline/cli/outputs';

/** Asks the endpoints that a laptop's runtime has beside its API. */
export class RuntimeClient {
  private constructor(private readonly root: string) {}

  /** @throws UsageError for an environment that has none */
  static of({ env, viewsUrl }: Outputs, folder: string, what: string): RuntimeClient {
    if (viewsUrl !== undefined) return new RuntimeClient(viewsUrl);
    throw new UsageError(`${outputsPath(env, folder)} names no viewsUrl: only a laptop's runtime ${what}`);
  }

  /** @throws Error with the runtime's own sentence */
  async get<T>(path: string, query: Readonly<Record<string, string | undefined>> = {}): Promise<T> {
    const url = new URL(path, this.root);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    return JSON.parse(await this.text(url)) as T;
  }

  /** An answer that is no JSON, as it is. */
  raw(path: string): Promise<string> {
    return this.text(new URL(path, this.root));
  }

  async post<T>(path: string): Promise<T> {
    return JSON.parse(await this.text(new URL(path, this.root), 'POST')) as T;
  }

  private async text(url: URL, method = 'GET'): Promise<string> {
    const response = await fetch(url, { method }).catch((cause: Error & { cause?: { code?: string } }) => {
      const why = cause.cause?.code ?? cause.message;
      throw new Error(
        `${method} ${url} failed: ${why}; is the pipeline running? npm start or npm run serve starts it`,
        {
          cause,
        },
      );
    });
    const text = await response.text();
    if (response.ok) return text;
    throw new Error(`${method} ${url} answered ${response.status}: ${sentenceIn(text)}`);
  }
}

function sentenceIn(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? text);
  } catch {
    return text.slice(0, 200);
  }
}
