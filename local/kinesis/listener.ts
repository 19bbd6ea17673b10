import { createServer as createHttp1, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { HttpRequest, HttpResponse } from './http';
import { REQUEST_LIMITS } from './limits';

export interface ListenOptions {
  /** TCP port; 0 picks a free one. */
  readonly port: number;
  readonly host?: '127.0.0.1';
}

export interface KinesisListener {
  readonly port: number;
  /** Stops listening; requests under way have a second to end. */
  close(): Promise<void>;
}

/** The port is taken or may not be opened. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

type Incoming = IncomingMessage | Http2ServerRequest;
type Outgoing = ServerResponse | Http2ServerResponse;
type Handler = (incoming: Incoming, outgoing: Outgoing) => void;

const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0');
const FIRST_BYTES_MS = 20_000;
const REQUEST_MS = 60_000;
const IDLE_MS = 120_000;
const CLOSE_MS = 1000;
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * Serves an endpoint on one port of the loopback interface, to clients of HTTP/1.1 and to those that open with HTTP/2 at once (the AWS
 * SDK for JavaScript, Java's asynchronous one): the first bytes of a connection tell which.
 *
 * @throws PortError when the port cannot be opened.
 */
export async function listenKinesis(
  endpoint: { handle(request: HttpRequest): Promise<HttpResponse> },
  { port, host = '127.0.0.1' }: ListenOptions,
): Promise<KinesisListener> {
  const handler: Handler = (incoming, outgoing) =>
    void serve(incoming, outgoing, (request) => endpoint.handle(request));
  const http1 = http1Server(handler);
  const http2 = http2Server(handler);
  const [onHttp1] = http1.listeners('connection') as ((socket: Socket) => void)[];
  const sockets = new Set<Socket>();
  http1.removeAllListeners('connection');
  http1.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    sniff(socket, (isHttp2) => (isHttp2 ? http2.emit('connection', socket) : onHttp1!.call(http1, socket)));
  });
  const sessions = new Set<ServerHttp2Session>();
  http2.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setTimeout(IDLE_MS, () => session.close());
  });
  await open(http1, port, host);
  return {
    port: (http1.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => http1.close(() => resolve()));
      http1.closeIdleConnections();
      for (const session of sessions) session.close();
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, CLOSE_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

function http1Server(handler: Handler): Server {
  const server = createHttp1(handler);
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = FIRST_BYTES_MS;
  server.keepAliveTimeout = IDLE_MS;
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

function http2Server(handler: Handler): Http2Server {
  const server = createHttp2(handler);
  server.on('sessionError', (_error, session) => session.destroy());
  return server;
}

/** Waits for as many first bytes as it takes to tell HTTP/2's preface from anything else, and puts them back. */
function sniff(socket: Socket, decide: (isHttp2: boolean) => void): void {
  let first: Buffer = Buffer.alloc(0);
  const onReadable = () => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    first = first.length === 0 ? chunk : Buffer.concat([first, chunk]);
    const length = Math.min(first.length, HTTP2_PREFACE.length);
    const isLikeHttp2 = first.compare(HTTP2_PREFACE, 0, length, 0, length) === 0;
    if (isLikeHttp2 && length < HTTP2_PREFACE.length) return;
    stop();
    socket.unshift(first);
    decide(isLikeHttp2);
  };
  const giveUp = () => socket.destroy();
  const stop = () => {
    socket.setTimeout(0);
    socket.off('timeout', giveUp).off('readable', onReadable).off('end', giveUp).off('error', giveUp);
  };
  socket.setTimeout(FIRST_BYTES_MS);
  socket.on('timeout', giveUp).on('readable', onReadable).on('end', giveUp).on('error', giveUp);
}

function open(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${error.code})`;
      const advice = 'pass --port with another one, or --port 0 for a free one';
      reject(new PortError(`port ${port} for the Kinesis endpoint ${why}; ${advice}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

async function serve(
  incoming: Incoming,
  outgoing: Outgoing,
  handle: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<void> {
  const refused = refusal(incoming);
  if (refused !== undefined) return send(outgoing, refused);
  const body = await readBody(incoming);
  if (body === 'broken off') return;
  if (body === 'too large') return send(outgoing, { status: 413, headers: {}, body: '' });
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  const response = await handle({
    method: incoming.method ?? '',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: incoming.headers as Record<string, string>,
    body,
  });
  send(outgoing, response);
}

/** Refuses what a browser can be tricked into: a foreign name that resolves to this machine, and a page of another origin. */
function refusal({ headers }: Incoming): HttpResponse | undefined {
  const host = headers.host ?? headers[':authority'];
  const isLocal = typeof host === 'string' && LOOPBACK_HOST.test(host);
  if (isLocal && (headers.origin === undefined || headers.origin === `http://${host}`)) return undefined;
  const why = isLocal
    ? 'Pages of another origin may not call this endpoint'
    : 'The Host header names no loopback address';
  return {
    status: 403,
    headers: { 'Content-Type': 'application/xml' },
    body: `<AccessDeniedException>\n  <Message>${why}</Message>\n</AccessDeniedException>\n`,
  };
}

function readBody(incoming: Incoming): Promise<Buffer | 'too large' | 'broken off'> {
  if (Number(incoming.headers['content-length']) > REQUEST_LIMITS.bodyBytes) return Promise.resolve('too large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > REQUEST_LIMITS.bodyBytes) resolve('too large');
      else chunks.push(chunk);
    });
    incoming.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length)));
    incoming.on('error', () => resolve('broken off'));
    incoming.on('close', () => resolve('broken off'));
  });
}

/** Sends an answer; when the request has not been read to its end, gives up its stream or connection. */
function send(outgoing: Outgoing, { status, headers, body }: HttpResponse): void {
  const incoming: Incoming = outgoing.req;
  if (outgoing.destroyed) return;
  outgoing.statusCode = status;
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  outgoing.setHeader('Content-Length', Buffer.byteLength(body));
  if (!incoming.complete) {
    if ('stream' in incoming) outgoing.once('finish', () => incoming.stream.close());
    else {
      outgoing.setHeader('Connection', 'close');
      outgoing.once('finish', () => incoming.socket.destroySoon());
    }
  }
  outgoing.end(body);
}
