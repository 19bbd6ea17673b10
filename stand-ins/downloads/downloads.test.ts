import { type Downloads, startDownloads } from '.';

let site: Downloads;
beforeEach(async () => {
  site = await startDownloads();
});
afterEach(() => site.close());

test('an offered file comes with its length, and its SHA-256 is told', async () => {
  const { url, sha256 } = site.offer('sink.zip', Buffer.from('hello'));
  const response = await fetch(url);
  expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '5', 'hello']);
  expect(sha256).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
});

test('anything but GET of exactly that path is refused, and all of it is on record', async () => {
  const { url } = site.offer('sink.zip', Buffer.from('hello'));
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(405);
  expect((await fetch(`${url}?a=1`)).status).toBe(404);
  expect(site.requests).toEqual([
    { method: 'HEAD', path: '/sink.zip', status: 405 },
    { method: 'GET', path: '/sink.zip?a=1', status: 404 },
  ]);
});

test('a planned failure meets the next request only', async () => {
  const { url } = site.offer('sink.zip', Buffer.from('hello'));
  site.failNext(503);
  expect((await fetch(url)).status).toBe(503);
  expect((await fetch(url)).status).toBe(200);
});
