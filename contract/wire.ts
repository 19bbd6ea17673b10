import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';

/** An answer as it came over the wire. Names of headers are in lower case. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON; undefined when it is not JSON. */
  readonly json: unknown;
}

export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

const TIMEOUT_MS = 90_000;
const POOL = { keepAlive: true, maxSockets: 64 };
const PLAIN = { start: plainRequest, agent: new PlainAgent(POOL) };
const TLS = { start: tlsRequest, agent: new TlsAgent(POOL) };

/** AWS's common firewall rules refuse requests without a User-Agent. */
const USER_AGENT = 'pinterest-pipeline-contract/0.1.0';

/** Sends the given headers, a User-Agent and the body. Unlike fetch, it does not add Accept or Content-Type. */
export function send({ method, url, headers, body }: WireRequest): Promise<WireAnswer> {
  const { start, agent } = url.protocol === 'https:' ? TLS : PLAIN;
  return new Promise((resolve, reject) => {
    const outgoing = start(
      url,
      { method, headers: { 'user-agent': USER_AGENT, ...headers }, timeout: TIMEOUT_MS, agent },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: incoming.statusCode!,
            headers: incoming.headers as Record<string, string>,
            text,
            json: parsed(text),
          });
        });
      },
    );
    outgoing.on('timeout', () =>
      outgoing.destroy(new Error(`${method} ${url} was not answered within ${TIMEOUT_MS} ms`)),
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
