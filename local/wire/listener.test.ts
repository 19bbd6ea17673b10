import { request } from 'node:http';
import { connect } from 'node:net';
import type { HttpRequest } from './http';
import { type Listening, listen } from './listener';

let server: Listening;
let seen: HttpRequest[];

beforeEach(async () => {
  seen = [];
  server = await listen({
    port: 0,
    purpose: 'the test',
    allowedOrigins: ['https://app.example'],
    handle: async (incoming) => {
      seen.push(incoming);
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

test.each(['evil.example', 'evil.example:8080', '10.0.0.1', 'localhost.evil.example'])(
  'a foreign Host %s is refused',
  async (host) => {
    const answer = await send({ path: '/', headers: { host } });
    expect(answer).toMatchObject({ status: 403, body: '{"message":"the Host header names no loopback address"}' });
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
});

test('a body of 10 MiB is taken, one byte more is refused with the gateway’s words', async () => {
  expect((await send({ method: 'POST', body: Buffer.alloc(10_485_760) })).status).toBe(201);
  const over = await send({ method: 'POST', body: Buffer.alloc(10_485_761) });
  expect(over).toMatchObject({ status: 413, body: 'HTTP content length exceeded 10485760 bytes.' });
  expect(over.headers['content-type']).toBe('text; charset=utf-8');
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
