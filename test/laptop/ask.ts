import { Agent, request } from 'node:http';

const TIMEOUT_MS = 120_000;

export interface Question {
  readonly method: string;
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Asks over connections that are kept and used again; rejects when the connection breaks. */
export class Asker {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  /** @returns the answer's body as JSON; undefined when it is empty. @throws Error for any status but 2xx */
  async json<T>(question: Question): Promise<T> {
    const { status, text } = await this.ask(question);
    if (status < 200 || status > 299) {
      throw new Error(`${question.method} ${question.url} answered ${status}: ${text.slice(0, 500)}`);
    }
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  ask({ method, url, headers, body }: Question): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { method, headers, agent: this.agent, timeout: TIMEOUT_MS }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode!, text: Buffer.concat(chunks).toString('utf8') }),
        );
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${url}: no answer in ${TIMEOUT_MS} ms`)));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
