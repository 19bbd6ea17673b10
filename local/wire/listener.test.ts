import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { HttpRequest } from './http';
import { type Listening, listen } from './listener';

let server: Listening;
let seen: HttpRequest[];
let streamed: Readable;
const TWICE: Record<string, string> = { 'X-Mark': 'a', 'x-mark': 'b' };

beforeEach(async () => {
  seen = [];
  server = await listen({
    port: 0,
    purpose: 'the test',
    allowedOrigins: (path) => (path === '/' ? ['https://app.example'] : []),
    handle: async (incoming) => {
      seen.push(incoming);
      if (incoming.path === '/stream') return { status: 200, headers: { 'x-mark': 'b' }, body: streamed };
      if (incoming.path === '/twice') return { status: 200, headers: TWICE, body: '' };
      if (incoming.path === '/broken') throw new Error('secret detail');
      return { status: 201, headers: { 'x-mark': 'a' }, body: 'hällo' };
    },
  });
});
afterEach(() => server.close());

/** Sends with full control over headers, which fetch does not give. */
function send(options: { method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer }) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port: server.port, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

test('a request arrives raw, and its answer goes back whole', async () => {
  const answer = await send({ method: 'PUT', path: '/a%2Fb//c?x=%20&y', headers: { 'X-One': '1' }, body: '{"é":1}' });
  expect(answer).toMatchObject({ status: 201, body: 'hällo', headers: { 'x-mark': 'a', 'content-length': '6' } });
  expect(seen[0]).toMatchObject({ method: 'PUT', path: '/a%2Fb//c', query: 'x=%20&y', headers: { 'x-one': '1' } });
  expect(seen[0]!.body.toString('utf8')).toBe('{"é":1}');
});

test('a header that a handler names twice, in other letters, is sent once: the last', async () => {
  expect((await send({ path: '/twice' })).headers['x-mark']).toBe('b');
});

test.each(['evil.example', 'evil.example:8080', '10.0.0.1', 'localhost.evil.example'])(
  'a foreign Host %s is refused',
  async (host) => {
    const answer = await send({ path: '/', headers: { host } });
    expect(answer).toMatchObject({ status: 403, body: '{"message":"the Host header must name a loopback address"}' });
    expect(seen).toEqual([]);
  },
);

test.each(['localhost', 'localhost:1', '127.0.0.1:8080', '[::1]:8080'])(
  'a loopback Host %s is served',
  async (host) => {
    expect((await send({ path: '/', headers: { host } })).status).toBe(201);
  },
);

test('a page of another origin may read but not write, unless it is allowed', async () => {
  const from = (origin: string, method: string) => send({ method, path: '/', headers: { origin } });
  expect((await from('https://evil.example', 'POST')).status).toBe(403);
  expect((await from('null', 'PUT')).status).toBe(403);
  expect((await from('https://evil.example', 'GET')).status).toBe(201);
  expect((await from('https://app.example', 'POST')).status).toBe(201);
  expect((await from(`http://127.0.0.1:${server.port}`, 'POST')).status).toBe(201);
  expect((await from(`http://localhost:${server.port}`, 'POST')).status).toBe(201);
  expect((await from('http://127.0.0.1:1', 'POST')).status).toBe(403);
});

test('a body of 10 MiB is taken, one byte more is refused with the gateway’s words', async () => {
  expect((await send({ method: 'POST', body: Buffer.alloc(10_485_760) })).status).toBe(201);
  const over = await send({ method: 'POST', body: Buffer.alloc(10_485_761) });
  expect(over).toMatchObject({ status: 413, body: 'HTTP content length exceeded 10485760 bytes.' });
  expect(over.headers['content-type']).toBe('text; charset=utf-8');
});

/** Everything the server sends on a bare connection until it closes it, or `talk` does. */
function conversation(talk: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => talk(socket));
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => {}).on('close', () => resolve(received));
  });
}

test.each([
  ['two Host headers', 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example'],
  ['the same Host header twice', 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost'],
  ['a target on a foreign host', 'GET http://evil.example/ HTTP/1.1\r\nHost: localhost'],
  ['a target that hides a foreign host', 'GET http://localhost@evil.example/ HTTP/1.1\r\nHost: localhost'],
])('%s is a bad request', async (_, head) => {
  const text = await conversation((socket) => socket.write(`${head}\r\nConnection: close\r\n\r\n`));
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(seen).toEqual([]);
});

test('a target that names this machine is its path', async () => {
  const text = await conversation((socket) =>
    socket.write('GET http://127.0.0.1:80/a?b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
  );
  expect(text).toMatch(/^HTTP\/1\.1 201 /);
  expect(seen[0]).toMatchObject({ path: '/a', query: 'b' });
});

describe('a body that is a stream', () => {
  test('arrives whole, and not at all where only its head was asked for', async () => {
    streamed = Readable.from(['one ', 'two ', 'thrée']);
    expect(await send({ path: '/stream' })).toMatchObject({ status: 200, body: 'one two thrée' });
    streamed = Readable.from(['never read']);
    const head = await send({ path: '/stream', method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'x-mark': 'b' } });
    expect(streamed.destroyed).toBe(true);
  });

  test('is read no faster than the client reads, and destroyed when the client leaves', async () => {
    let made = 0;
    streamed = new Readable({
      read() {
        made += 65_536;
        this.push(Buffer.alloc(65_536));
      },
    });
    const left = new Promise<void>((resolve) => streamed.once('close', resolve));
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.pause();
      socket.write('GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
    });
    let before = -1;
    while (made === 0 || made !== before) {
      before = made;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(made).toBeLessThan(64 * 2 ** 20);
    socket.destroy();
    await left;
    expect((await send({ path: '/' })).status).toBe(201);
  });

  test('that breaks breaks the connection off, so that half of it does not pass for the whole', async () => {
    streamed = Readable.from(
      (async function* () {
        yield 'half';
        throw new Error('the file is gone');
      })(),
    );
    await expect(send({ path: '/stream' })).rejects.toThrow('aborted');
  });
});

test('a failure inside is a plain 500 that tells nothing', async () => {
  const log = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const answer = await send({ path: '/broken' });
  expect(answer).toMatchObject({ status: 500, body: '{"message":"Internal server error"}' });
  expect(log).toHaveBeenCalledWith('the test: secret detail\n');
  log.mockRestore();
});

test('what is no HTTP is answered 400 and closed', async () => {
  const text = await new Promise<string>((resolve) => {
    let received = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => resolve(received));
  });
  expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
});

test('a client that breaks off in mid-body leaves the server serving', async () => {
  await new Promise<void>((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf');
      setTimeout(() => socket.destroy(), 20);
    });
    socket.on('close', () => resolve());
  });
  expect((await send({ path: '/' })).status).toBe(201);
  expect(seen.map(({ method }) => method)).toEqual(['GET']);
});

test('a port in use is one sentence that says what to do', async () => {
  await expect(
    listen({ port: server.port, purpose: 'the API', handle: async () => ({ status: 200, headers: {}, body: '' }) }),
  ).rejects.toThrow(
    `port ${server.port} for the API is in use by another program; pass --port with another one, or --port 0 for a free one`,
  );
});
