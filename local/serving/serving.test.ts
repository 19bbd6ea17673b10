import { Readable } from 'node:stream';
import type { HttpRequest, HttpResponse } from '../wire/http';
import { type Handlers, Problem, Reply, type ServingOptions, serving } from '.';
import { ENDPOINTS } from './contract';
import type { ConsoleFiles } from './pages';

const PAGE: ConsoleFiles = {
  page: '<!doctype html><title>The page</title>',
  files: new Map([['/console/main-1a2b.js', { type: 'text/javascript; charset=utf-8', body: Buffer.from('1') }]]),
};

/** Endpoints that answer with what they were asked. */
function given(overrides: Partial<Handlers> = {}, changed: Partial<ServingOptions> = {}) {
  const echo = (name: string) => async (ask: object) => ({ name, ...ask });
  const handlers = Object.fromEntries(ENDPOINTS.map(({ name }) => [name, echo(name)])) as unknown as Handlers;
  const handle = serving({
    about: { env: 'dev', notLooked: [{ where: 'the topics', why: 'they are private' }] },
    handlers: { ...handlers, ...overrides },
    events: () => new Reply(Readable.from(['event: bye\n\n']), { 'content-type': 'text/event-stream' }),
    console: async () => PAGE,
    ...changed,
  });
  return (method: string, url: string, request: Partial<HttpRequest> = {}) => {
    const [path, query] = url.split('?');
    return handle({ method, path: path!, query: query ?? '', headers: {}, body: Buffer.alloc(0), ...request });
  };
}

const json = ({ body }: Pick<HttpResponse, 'body'> | { body: unknown }) => JSON.parse(String(body));

test.each([
  ['/health', { name: 'health', params: {}, query: {} }],
  ['/views/a%20b?layer=speed', { name: 'view', params: { view: 'a b' }, query: { layer: 'speed' } }],
  ['/logs/u.pin/2/17', { name: 'record', params: { log: 'u.pin', partition: '2', offset: '17' }, query: {} }],
  ['/quarantine/reasons', { name: 'quarantineReasons', params: {}, query: {} }],
  ['/quarantine/pin', { name: 'quarantine', params: { dataset: 'pin' }, query: {} }],
  ['/files/lines?file=a/b&limit=3', { name: 'fileLines', params: {}, query: { file: 'a/b', limit: '3' } }],
  ['/views/%E0%A4%A', { name: 'view', params: { view: '%E0%A4%A' }, query: {} }],
])('GET %s asks its endpoint', async (url, asked) => {
  const response = await given()('GET', url);
  expect([response.status, json(response)]).toEqual([200, asked]);
});

test.each([
  ['GET', '/elsewhere', 404, 'nothing at /elsewhere; there is /about, /environment, /health, /live, '],
  ['PUT', '/flush', 405, 'PUT /flush is not served here; POST is'],
  ['DELETE', '/views/x', 405, 'DELETE /views/x is not served here; GET is'],
  ['POST', '/', 405, 'POST / is not served here'],
  ['GET', '/flush', 404, 'nothing at /flush'],
  ['GET', '/views?layr=speed', 400, "/views has no parameter 'layr' (it takes none)"],
  ['GET', '/views/x?layr=speed', 400, "/views/{view} has no parameter 'layr' (known: layer, format, within)"],
])('%s %s answers %d with a sentence', async (method, url, status, message) => {
  const response = await given()(method, url);
  expect(response.status).toBe(status);
  expect(json(response).message).toContain(message);
});

test('a problem is answered with its status, any other error with 500 and its words', async () => {
  const fail = (error: Error) => async () => {
    throw error;
  };
  const gone = await given({ counts: fail(new Problem(410, 'It is gone.')) })('GET', '/counts');
  expect([gone.status, json(gone)]).toEqual([410, { message: 'It is gone.' }]);
  const broken = await given({ counts: fail(new Error('Parser Error')) })('GET', '/counts');
  expect([broken.status, json(broken)]).toEqual([500, { message: 'Parser Error' }]);
});

test('a write is a POST, and one with a body says that it is JSON', async () => {
  const ask = given();
  expect(json(await ask('POST', '/flush'))).toMatchObject({ name: 'flush' });
  const body = Buffer.from('{"dataset":"pin"}');
  const send = (headers: Record<string, string>, bytes = body) =>
    ask('POST', '/quarantine/replay', { headers, body: bytes });
  expect(json(await send({ 'content-type': 'application/json; charset=utf-8' })).body).toEqual({ dataset: 'pin' });
  expect((await send({ 'content-type': 'text/plain' })).status).toBe(415);
  expect((await send({})).status).toBe(415);
  expect((await send({ 'content-type': 'application/json' }, Buffer.from('{'))).status).toBe(400);
  expect((await send({ 'content-type': 'application/json' }, Buffer.from('[1]'))).status).toBe(400);
});

test('the events are a stream, and so may be a reply', async () => {
  const events = await given()('GET', '/events');
  expect(events.headers['content-type']).toBe('text/event-stream');
  expect(events.body).toBeInstanceOf(Readable);
});

test.each(['/', '/answers', '/answers/top_category_by_country', '/post/7', '/quarantine'])(
  'GET %s is a page, which may load nothing but its own files',
  async (path) => {
    const response = await given()('GET', path);
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(response.body).toBe('<!doctype html><title>The page</title>');
  },
);

test('a file of the page is kept by browsers, and one that is gone is told', async () => {
  const ask = given();
  const file = await ask('GET', '/console/main-1a2b.js');
  expect([file.status, file.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  expect((await ask('GET', '/console/main-0000.js')).status).toBe(404);
});

test('what there is is told by who answers, and what nobody answers is refused by name', async () => {
  const health = async () => ({ status: 'ok' }) as never;
  const ask = given({}, { handlers: { health }, events: undefined });
  expect(json(await ask('GET', '/about'))).toEqual({
    env: 'dev',
    live: false,
    endpoints: ['about', 'health'],
    notLooked: [{ where: 'the topics', why: 'they are private' }],
  });
  const refused = await ask('POST', '/flush');
  expect([refused.status, json(refused)]).toEqual([
    404,
    { message: 'POST /flush is not offered for dev; GET /about says what is' },
  ]);
  expect((await ask('GET', '/events')).status).toBe(404);
  expect(json(await ask('GET', '/elsewhere')).message).toBe(
    'nothing at /elsewhere; there is /about, /health, and the console at /',
  );
  const all = json(await given()('GET', '/about'));
  expect([all.live, all.endpoints.length]).toEqual([true, 30]);
});
