import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpRequest, HttpResponse } from './http';

/** API Gateway's cap on a request body, in bytes (wire answer 413 above it). */
export const MAX_BODY_BYTES = 10_485_760;

export interface ListenOptions {
  /** TCP port on 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  /** What the port is for, in the words of an error message, e.g. `the API`. */
  readonly purpose: string;
  readonly handle: (request: HttpRequest) => Promise<HttpResponse>;
  /** Origins whose pages may write; the environment's `corsOrigins`. */
  readonly allowedOrigins?: readonly string[];
}

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** The port is taken or may not be opened. */
export class PortError extends Error {
  override name = 'PortError';
}

/**
 * Serves `handle` on the loopback interface alone.
 *
 * Refuses what a browser could be tricked into: a foreign `Host` (DNS rebinding) and a write from a page of another origin.
 *
 * @throws PortError when the port cannot be opened.
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing, options));
  server.requestTimeout = 60_000;
  server.headersTimeout = 20_000;
  server.keepAliveTimeout = 65_000;
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  await open(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 1_000).unref();
      }),
  };
}

function open(server: Server, { port, purpose }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${error.code})`;
      reject(
        new PortError(`port ${port} for ${purpose} ${why}; pass --port with another one, or --port 0 for a free one`),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, options: ListenOptions): Promise<void> {
  try {
    const refused = refusal(incoming, options.allowedOrigins ?? []);
    if (refused) {
      incoming.resume();
      return send(outgoing, refused);
    }
    const body = await readBody(incoming);
    if (body === undefined) {
      return send(outgoing, {
        status: 413,
        headers: { 'content-type': 'text; charset=utf-8', connection: 'close' },
        body: `HTTP content length exceeded ${MAX_BODY_BYTES} bytes.`,
      });
    }
    const url = incoming.url ?? '/';
    const mark = url.indexOf('?');
    const response = await options.handle({
      method: incoming.method ?? 'GET',
      path: mark < 0 ? url : url.slice(0, mark),
      query: mark < 0 ? '' : url.slice(mark + 1),
      headers: incoming.headers as Record<string, string>,
      body,
    });
    send(outgoing, response);
  } catch (error) {
    if (incoming.destroyed && !incoming.complete) return; // The client left in mid-request: nobody to answer.
    process.stderr.write(`${options.purpose}: ${error instanceof Error ? error.message : String(error)}\n`);
    send(outgoing, {
      status: 500,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"Internal server error"}',
    });
  }
}

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

function refusal({ headers, method }: IncomingMessage, allowedOrigins: readonly string[]): HttpResponse | undefined {
  if (!LOOPBACK_HOST.test(headers.host ?? '')) return forbidden('the Host header names no loopback address');
  const origin = headers.origin;
  if (origin === undefined || method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return undefined;
  if (origin === `http://${headers.host}` || allowedOrigins.includes(origin) || allowedOrigins.includes('*')) {
    return undefined;
  }
  return forbidden(
    `a page of ${JSON.stringify(origin)} may not write here; allow it by corsOrigins in the environment's file`,
  );
}

function forbidden(message: string): HttpResponse {
  return { status: 403, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}

/** The whole body, or undefined when it is over the cap. Rejects when the client breaks off. */
function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) {
        incoming.removeAllListeners('data');
        incoming.resume();
        resolve(undefined);
        return;
      }
      chunks.push(chunk);
    });
    incoming.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    incoming.on('error', reject);
    incoming.on('aborted', () => reject(new Error('the client broke off')));
  });
}

function send(outgoing: ServerResponse, { status, headers, body }: HttpResponse): void {
  if (outgoing.headersSent || outgoing.destroyed) return;
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  outgoing.end(body);
}
