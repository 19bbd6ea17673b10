import type { Aim } from './hostile-requests';
import type { Random } from './random';
import type { Shot } from './shots';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const TLS_HELLO = Buffer.from('16030100c8010000c40303', 'hex');

type Make = (random: Random, head: string) => Buffer[];

/** Ways to break HTTP itself. `head` is a good beginning of a POST, up to and with its Host header. */
const KINDS: Readonly<Record<string, Make>> = {
  'a body shorter than it said': (random, head) => [
    text(`${head}content-length: ${random.pick([100, 1e6, 1e15])}\r\n\r\n{"records":[`),
  ],
  'a body longer than it said': (random, head) => [text(`${head}content-length: 2\r\n\r\n{}`), random.bytes(300)],
  'a length that is no length': (random, head) => [
    text(`${head}content-length: ${random.pick(['-1', 'x', '1e3', '0x10', '99999999999999999999', ''])}\r\n\r\n{}`),
  ],
  'two lengths': (_, head) => [text(`${head}content-length: 2\r\ncontent-length: 40\r\n\r\n{}`)],
  'a length and chunks': (_, head) => [
    text(`${head}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`),
  ],
  'broken chunks': (random, head) => [
    text(
      `${head}transfer-encoding: chunked\r\n\r\n${random.pick(['zz\r\n', 'ffffffffffffffff\r\nx', '5\r\nab', '-1\r\n', '3\r\nabcdef\r\n', '\r\n\r\n', `${'0'.repeat(9000)}1\r\n`])}`,
    ),
  ],
  'a head cut short': (random, head) => [text(head.slice(0, random.below(head.length)))],
  'a flood of headers': (random, head) => [
    text(
      `${head}${`x-${'y'.repeat(20)}: ${'z'.repeat(random.pick([1, 80]))}\r\n`.repeat(random.pick([100, 3000]))}\r\n`,
    ),
  ],
  'one long header': (random, head) => [text(`${head}x: ${'z'.repeat(random.pick([20_000, 2_000_000]))}\r\n\r\n`)],
  'headers that are none': (random, head) => [text(head), random.bytes(60), text('\r\n\r\n')],
  'no host': () => [text('POST /topics/x HTTP/1.1\r\ncontent-length: 0\r\n\r\n')],
  'an old or a new version': (random) => [text(`GET / HTTP/${random.pick(['0.9', '1.0', '2.0', '9.9', 'x'])}\r\n\r\n`)],
  'a pipeline of requests': (_, head) => [text(`${head}content-length: 2\r\n\r\n{}`.repeat(50))],
  'an upgrade': (random, head) => [
    text(
      `${head}connection: upgrade, http2-settings\r\nupgrade: ${random.pick(['h2c', 'websocket'])}\r\nhttp2-settings: AAMAAABk\r\n\r\n`,
    ),
  ],
  'an expectation': (random, head) => [
    text(`${head}expect: ${random.pick(['100-continue', 'nonsense'])}\r\ncontent-length: 5\r\n\r\n{}`),
  ],
  'a tunnel': () => [text('CONNECT evil.example:443 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')],
  TLS: (random) => [TLS_HELLO, random.bytes(200)],
  noise: (random) => [random.bytes(random.below(2000))],
  nothing: () => [],
  'a part of an HTTP/2 preface': (random) => [PREFACE.subarray(0, random.below(PREFACE.length))],
  'noise over HTTP/2': (random) => [PREFACE, random.bytes(random.below(500))],
  'frames over HTTP/2': (random) => [
    PREFACE,
    frame(4, 0, 0, Buffer.alloc(0)),
    ...Array.from({ length: random.below(40) }, () =>
      frame(random.below(12), random.below(256), random.pick([0, 1, 3, 2 ** 31 - 1]), random.bytes(random.below(60))),
    ),
  ],
  'pings and resets over HTTP/2': (random) => [
    PREFACE,
    frame(4, 0, 0, Buffer.alloc(0)),
    ...Array.from({ length: 200 }, (_, at) =>
      random.chance(0.5) ? frame(6, 0, 0, Buffer.alloc(8)) : frame(3, 0, 2 * at + 1, Buffer.alloc(4)),
    ),
  ],
};

/** One connection on which HTTP itself is broken, or which says one thing and does another. */
export function brokenConnection(random: Random, { outputs, apiPort, kinesisPort, proxyPort }: Aim): Shot {
  const port = random.pick([apiPort, kinesisPort, proxyPort]);
  const what = random.pick(Object.keys(KINDS));
  const path =
    port === apiPort
      ? `${new URL(outputs.apiUrl).pathname}topics/${outputs.topics.pin}`
      : `/topics/${outputs.topics.pin}`;
  const head = `POST ${port === kinesisPort ? '/' : path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n`;
  return { what, port, bytes: KINDS[what]!(random, head), wants: 'any' };
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function text(of: string): Buffer {
  return Buffer.from(of, 'latin1');
}
