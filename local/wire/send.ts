import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ListenerResponse } from './http';

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/** How long a client may go on sending after an early answer. Without this time it could see a reset in place of the answer. */
const LINGER_MS = 1000;

/** Sends an answer. A stream is read no faster than the client reads, and destroyed when the client leaves. */
export async function send(outgoing: Outgoing, { status, headers, body }: ListenerResponse): Promise<void> {
  const isStream = body instanceof Readable;
  if (outgoing.headersSent || outgoing.destroyed) {
    if (isStream) body.destroy();
    return;
  }
  outgoing.statusCode = status;
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  if (isStream) return sendStream(outgoing, body);
  outgoing.setHeader('content-length', Buffer.byteLength(body));
  if (outgoing.req.complete) outgoing.end(body);
  else await sendEarly(outgoing, body);
}

async function sendStream(outgoing: Outgoing, body: Readable): Promise<void> {
  if (outgoing.req.method === 'HEAD') {
    body.destroy();
    outgoing.end();
    return;
  }
  if ('flushHeaders' in outgoing) outgoing.flushHeaders();
  // When the body fails, the connection is broken, too: the client must not take half of a body for the whole.
  await pipeline(body, outgoing as ServerResponse).catch(() => outgoing.destroy());
}

/** Answers a request whose body was not read to its end, and closes its stream or connection. */
async function sendEarly(outgoing: Outgoing, body: Buffer | string): Promise<void> {
  const incoming: Incoming = outgoing.req;
  if ('stream' in incoming) {
    outgoing.once('finish', () => incoming.stream.close());
    outgoing.end(body);
    return;
  }
  const response = outgoing as ServerResponse;
  response.setHeader('connection', 'close');
  response.flushHeaders();
  if (body.length > 0) response.write(body);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LINGER_MS);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    incoming.once('end', stop).once('close', stop).resume();
  });
  response.end();
}
