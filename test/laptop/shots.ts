import { request } from 'node:http';
import { connect } from 'node:net';

/** Bytes for one connection, and what may come back. */
export interface Shot {
  /** What it is, in words, to find it again. */
  readonly what: string;
  readonly port: number;
  readonly bytes: readonly Buffer[];
  /** `answer`: it is whole, and must be answered; `any`: it lies or breaks off, and is left alone after a moment. */
  readonly wants: 'answer' | 'any';
  /** Statuses of which one must come; any below 500 when left out. */
  readonly status?: readonly number[];
}

export interface Answered {
  readonly shot: Shot;
  /** Undefined when nothing that begins like an HTTP/1.1 answer came back. */
  readonly status: number | undefined;
  readonly text: string;
}

const ANSWER_MS = 120_000;
/** How long a connection that lies is left open when nothing moves on it. */
const QUIET_MS = 60;
const MAX_KEPT = 64 * 1024;

/** Opens a connection, writes the bytes and reads until the other side closes, or for a moment if nothing is owed. */
export function fire(shot: Shot): Promise<Answered> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(shot.port, '127.0.0.1');
    const end = () => {
      socket.destroy();
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
      resolve({ shot, status: status === undefined ? undefined : Number(status), text });
    };
    socket.setNoDelay(true);
    socket.setTimeout(shot.wants === 'answer' ? ANSWER_MS : QUIET_MS, () => {
      if (shot.wants === 'any') end();
      else socket.destroy(new Error(`no answer in ${ANSWER_MS} ms to ${shot.what}: ${describe(shot)}`));
    });
    socket.on('connect', () => {
      // In one piece: who is refused before the end is read may not see why.
      socket.write(Buffer.concat(shot.bytes));
    });
    socket.on('data', (chunk: Buffer) => {
      if (text.length < MAX_KEPT) text += chunk.toString('latin1');
    });
    let failure: NodeJS.ErrnoException | undefined;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error;
    });
    socket.on('close', () => {
      // Who refuses a request before it has read it all may break the connection; that is an end like another.
      const isBroken = failure !== undefined && !['ECONNRESET', 'EPIPE'].includes(failure.code ?? '');
      if (isBroken) reject(failure);
      else end();
    });
  });
}

/** Fires all, so many at a time. */
export async function fireAll(
  shots: Iterator<Shot>,
  atOnce: number,
  look: (answered: Answered) => void,
): Promise<void> {
  const gunner = async () => {
    for (let next = shots.next(); !next.done; next = shots.next()) look(await fire(next.value));
  };
  await Promise.all(Array.from({ length: atOnce }, gunner));
}

/** The first of a shot's bytes, for a message. */
export function describe({ what, bytes }: Shot): string {
  return `${what}: ${JSON.stringify(Buffer.concat(bytes).subarray(0, 700).toString('latin1'))}`;
}

/** A request with exactly these headers, by a client that follows the rules. */
export function politely(
  url: string,
  { method, headers, body = '' }: { method: string; headers: Record<string, string>; body?: string },
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode!, text }));
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
