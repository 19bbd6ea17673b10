import { createServer as createHttp1, type Server } from 'node:http';
import { createServer as createHttp2, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Incoming, Outgoing } from './send';

export type Handler = (incoming: Incoming, outgoing: Outgoing) => void;

const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0');
const FIRST_BYTES_MS = 20_000;
const REQUEST_MS = 60_000;
const IDLE_MS = 120_000;

export function http1Server(handler: Handler): Server {
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

/**
 * Lets an HTTP/1.1 server also serve clients that speak HTTP/2 from the first byte (the AWS SDK for JavaScript, Java's async SDK): the
 * first bytes of a connection tell which. The returned function ends the HTTP/2 sessions in good order.
 */
export function alsoHttp2(http1: Server, handler: Handler): () => void {
  const http2 = http2Server(handler);
  const [onHttp1] = http1.listeners('connection') as ((socket: Socket) => void)[];
  http1.removeAllListeners('connection');
  http1.on('connection', (socket: Socket) => {
    sniff(socket, (isHttp2) => (isHttp2 ? http2.emit('connection', socket) : onHttp1!.call(http1, socket)));
  });
  const sessions = new Set<ServerHttp2Session>();
  http2.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setTimeout(IDLE_MS, () => session.close());
  });
  return () => {
    for (const session of sessions) session.close();
  };
}

function http2Server(handler: Handler): Http2Server {
  const server = createHttp2(handler);
  server.on('sessionError', (_error, session) => session.destroy());
  return server;
}

/** Reads as many first bytes as it takes to recognize HTTP/2's preface, and puts them back. */
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
