import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { MAX_BODY_BYTES, readBody } from './body';
import { type GuardOptions, guard, type Refusal } from './guard';
import type { HttpRequest, ListenerResponse, StreamedRequest } from './http';
import { portError } from './port-error';
import { alsoHttp2, type Handler, http1Server } from './protocols';
import { type Incoming, type Outgoing, send } from './send';

interface CommonOptions extends Partial<GuardOptions> {
  /** TCP port on 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  /** The port's purpose for error messages, e.g. `the API`. */
  readonly purpose: string;
  /** Whether to serve HTTP/2 without an upgrade, too. @default false */
  readonly http2?: boolean;
  /** Makes the answer to a refused or failed request. @default JSON with a message */
  readonly refuse?: (refusal: Refusal) => ListenerResponse;
}

/** The handler gets each request with its whole body. */
export interface ListenOptions extends CommonOptions {
  readonly handle: (request: HttpRequest) => Promise<ListenerResponse>;
  /** A larger body is answered 413. @default 10 MiB */
  readonly maxBodyBytes?: number;
}

/** The handler gets each request before its body is read. The body has no size limit: the handler has to set one. */
export interface StreamOptions extends CommonOptions {
  readonly handleStream: (request: StreamedRequest) => Promise<ListenerResponse>;
}

export interface Listening {
  readonly port: number;
  /** Stops listening. Requests that have begun get one second to end. */
  close(): Promise<void>;
}

const CLOSE_MS = 1000;

/**
 * Serves `handle` on the loopback interface alone, to requests that pass `guard`.
 *
 * @throws PortError when the port cannot be opened.
 */
export async function listen(options: ListenOptions | StreamOptions): Promise<Listening> {
  const handler: Handler = (incoming, outgoing) => void serve(incoming, outgoing, options);
  const server = http1Server(handler);
  const endSessions = options.http2 ? alsoHttp2(server, handler) : () => {};
  const sockets = new Set<Socket>();
  server.prependListener('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await open(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      endSessions();
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, CLOSE_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

function open(server: Server, { port, purpose }: CommonOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(portError(port, purpose, cause)));
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function serve(incoming: Incoming, outgoing: Outgoing, options: ListenOptions | StreamOptions): Promise<void> {
  const { refuse = inJson } = options;
  const { allowedOrigins = () => [], refusesForeignReads = false } = options;
  try {
    const target = guard(incoming, { allowedOrigins, refusesForeignReads });
    if ('status' in target) return await send(outgoing, refuse(target));
    const headers = incoming.headers as Record<string, string>;
    const request = { method: incoming.method ?? 'GET', ...target, headers };
    if ('handleStream' in options)
      return await send(outgoing, await options.handleStream({ ...request, body: incoming }));
    const { maxBodyBytes = MAX_BODY_BYTES } = options;
    const isTold = Number(incoming.headers['content-length']) > maxBodyBytes;
    const body = isTold ? 'too large' : await readBody(incoming, maxBodyBytes);
    if (body === 'broken off') return;
    if (body === 'too large')
      return await send(
        outgoing,
        refuse({ status: 413, message: `HTTP content length exceeded ${maxBodyBytes} bytes.` }),
      );
    await send(outgoing, await options.handle({ ...request, body }));
  } catch (error) {
    process.stderr.write(`${options.purpose}: ${error instanceof Error ? error.message : String(error)}\n`);
    await send(outgoing, refuse({ status: 500, message: 'Internal server error' })).catch(() => outgoing.destroy());
  }
}

/** API Gateway's form of an error: JSON, but plain text for 413. */
function inJson({ status, message }: Refusal): ListenerResponse {
  if (status === 413) return { status, headers: { 'content-type': 'text; charset=utf-8' }, body: message };
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
}
