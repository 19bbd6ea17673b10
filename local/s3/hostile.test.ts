import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { BUCKET, cleanUp, type Endpoint, givenEndpoint } from './testing/endpoint';
import { readXml } from './xml';

afterEach(cleanUp);

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends a path as it is, which fetch does not. */
function send(
  { port }: Pick<Endpoint, 'port'>,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, body: text }));
    });
    outgoing.on('error', reject).end(body);
  });
}

test.each([
  '..%2f..%2fsecret',
  '../secret',
  '%2e%2e/secret',
  'topics/../../secret',
  'topics/./f',
  'topics//f',
  '/topics/f',
  'topics%00/f',
  '..%5csecret',
  'topics/link',
  'topics/linked/secret',
  '.uploads/half',
  'topics/f/',
])('no key leads to what is no file of the sink: %s', async (key) => {
  const endpoint = await givenEndpoint({ 'topics/f': 'f', '.uploads/half': 'half' });
  const outside = join(endpoint.sinkFolder, '..');
  writeFileSync(join(outside, 'secret'), 'secret');
  symlinkSync(join(outside, 'secret'), join(endpoint.sinkFolder, 'topics', 'link'));
  symlinkSync(outside, join(endpoint.sinkFolder, 'topics', 'linked'));
  const { status, body } = await send(endpoint, 'GET', `/${BUCKET}/${key}`);
  expect([status, body.includes('<Code>NoSuchKey</Code>')]).toEqual([404, true]);
  const list = await send(endpoint, 'GET', `/${BUCKET}`);
  expect(list.body.match(/<Key>.*?<\/Key>/g)).toEqual(['<Key>topics/f</Key>']);
});

test.each([
  'ada/../../topics/f',
  'ada/%2e%2e/x',
  'ada/%00',
  'ada/CON',
  `ada/${'x'.repeat(900)}`,
  'ada/%F0%9F%98%80',
  'ada/__proto__',
])('a key is a name, wherever it seems to lead: %s', async (key) => {
  const endpoint = await givenEndpoint({ 'topics/f': 'f' });
  expect(await send(endpoint, 'PUT', `/${BUCKET}/${key}`, { 'content-length': '4' }, 'mine')).toMatchObject({
    status: 200,
  });
  expect(await send(endpoint, 'GET', `/${BUCKET}/${key}`)).toEqual({ status: 200, body: 'mine' });
  expect(await send(endpoint, 'GET', `/${BUCKET}/topics/f`)).toEqual({ status: 200, body: 'f' });
  expect(readdirSync(join(endpoint.sinkFolder, '..')).sort()).toEqual(['own', 'sink']);
});

test('a key of more than 1024 bytes is refused, and one that is no UTF-8', async () => {
  const endpoint = await givenEndpoint();
  const long = await send(endpoint, 'GET', `/${BUCKET}/ada/${'%C3%A9'.repeat(511)}`);
  expect([long.status, long.body.includes('KeyTooLongError')]).toEqual([400, true]);
  const odd = await send(endpoint, 'GET', `/${BUCKET}/ada/%ff`);
  expect([odd.status, odd.body.includes('InvalidURI')]).toEqual([400, true]);
});

test('pages of other origins may not even read, and other host names are refused, which says how to name the bucket', async () => {
  const endpoint = await givenEndpoint({ f: 'f' });
  const page = await send(endpoint, 'GET', `/${BUCKET}/f`, { origin: 'https://evil.example' });
  expect([page.status, page.body.includes('<Code>AccessDenied</Code>')]).toEqual([403, true]);
  const virtual = await send(endpoint, 'GET', '/f', { host: `${BUCKET}.s3.localhost:${endpoint.port}` });
  expect([virtual.status, virtual.body.includes('buckets stand in the path here')]).toEqual([403, true]);
});

test.each([
  ['a billion laughs', '<!DOCTYPE d [<!ENTITY a "aaaa">]><Delete><Object><Key>&a;</Key></Object></Delete>'],
  ['an entity that is none', '<Delete><Object><Key>&nope;</Key></Object></Delete>'],
  ['a character that is none', '<Delete><Object><Key>&#x110000;</Key></Object></Delete>'],
  ['elements without an end', '<Delete>'.repeat(100_000)],
  ['no XML', '{"Delete":1}'],
  ['another document', '<CompleteMultipartUpload/>'],
  ['a thousand and one keys', `<Delete>${'<Object><Key>ada/x</Key></Object>'.repeat(1001)}</Delete>`],
])('%s is refused', async (_, body) => {
  const endpoint = await givenEndpoint();
  const answer = await send(endpoint, 'POST', `/${BUCKET}?delete`, {}, body);
  expect([answer.status, answer.body.includes('<Code>MalformedXML</Code>')]).toEqual([400, true]);
  expect(endpoint.told).toEqual([]);
});

test('a document of any size is refused when it is over what a thousand keys take', async () => {
  const answer = await send(await givenEndpoint(), 'POST', `/${BUCKET}?delete`, {}, 'x'.repeat(3_000_000));
  expect([answer.status, answer.body.includes('MaxMessageLengthExceeded')]).toEqual([400, true]);
});

test('whatever text comes, the reader of XML ends, and reads what the writer wrote', () => {
  const bits = fc.constantFrom(
    '<',
    '>',
    '&',
    '/',
    'a',
    ' ',
    '"',
    "'",
    '=',
    '<!--',
    '-->',
    '<?',
    '?>',
    '&lt;',
    '&#',
    '<a>',
    '</a>',
    ':',
    ';',
  );
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 60 }), (parts) => void readXml(parts.join(''))),
    { numRuns: 2000 },
  );
  expect(readXml('<?xml version="1.0"?><s:A xmlns:s="u"><b>1 &lt; &#x32;</b><!-- c --><d/></s:A>')).toMatchObject({
    name: 'A',
    children: [
      { name: 'b', text: '1 < 2' },
      { name: 'd', text: '' },
    ],
  });
});

test('a client that leaves in the middle of its body leaves nothing behind', async () => {
  const endpoint = await givenEndpoint();
  const socket = connect(endpoint.port, '127.0.0.1');
  socket.write(
    `PUT /${BUCKET}/ada/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(1000)}`,
  );
  await until(() => readdirSync(endpoint.ownFolder).some((name) => name.endsWith('.data')));
  socket.destroy();
  await until(() => !readdirSync(endpoint.ownFolder).some((name) => name.endsWith('.data')));
  expect((await send(endpoint, 'GET', `/${BUCKET}/ada/x`)).status).toBe(404);
  expect(endpoint.told).toEqual([]);
});

test('what a crash left half done is gone at the next start, and what is damaged says which file', async () => {
  const endpoint = await givenEndpoint();
  await send(endpoint, 'PUT', `/${BUCKET}/ada/x`, { 'content-length': '4' }, 'mine');
  writeFileSync(join(endpoint.ownFolder, 'half.data'), 'half');
  mkdirSync(join(endpoint.ownFolder, 'uploads', 'a'.repeat(48)));
  const next = await endpoint.restart();
  expect(readdirSync(next.ownFolder).filter((name) => name.endsWith('.data'))).toHaveLength(1);
  expect(readdirSync(join(next.ownFolder, 'uploads'))).toEqual([]);
  expect(await send(next, 'GET', `/${BUCKET}/ada/x`)).toEqual({ status: 200, body: 'mine' });
  writeFileSync(join(next.ownFolder, `${'0'.repeat(64)}.json`), '{');
  await expect(next.restart()).rejects.toThrow(/0{64}\.json, which describes one object, cannot be read; remove it/);
});

test('no request, of whatever content, is answered with a failure of ours', async () => {
  const endpoint = await givenEndpoint({ 'topics/f': 'text' });
  const path = fc.constantFrom(
    '/',
    `/${BUCKET}`,
    `/${BUCKET}/topics/f`,
    `/${BUCKET}/ada/x`,
    '/other/x',
    '//',
    `/${BUCKET}//`,
    '/%zz',
  );
  const values = fc.constantFrom(
    '',
    '0',
    '1',
    '-1',
    '2',
    '1e9',
    '99999999999',
    'url',
    '%',
    '/',
    'ada/',
    'topics',
    '😀',
    'AAAA',
    'null',
    'true',
  );
  const names = [
    'list-type',
    'prefix',
    'delimiter',
    'max-keys',
    'marker',
    'start-after',
    'continuation-token',
    'encoding-type',
    'uploads',
    'uploadId',
    'partNumber',
    'delete',
    'versionId',
    'location',
    'acl',
    'max-parts',
    'part-number-marker',
    'response-content-type',
    'X-Amz-Expires',
  ];
  const query = fc.dictionary(fc.constantFrom(...names), values, { maxKeys: 4 });
  const text = fc.constantFrom(
    '',
    '*',
    '"a"',
    'bytes=0-1',
    'bytes=-',
    'Tue, 14 Nov 2023 22:13:19 GMT',
    '4',
    'CRC32',
    'AAAA',
    `${BUCKET}/topics/f`,
    '%zz/x',
    'COMPOSITE',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'aws-chunked',
    'x-amz-checksum-crc32',
    'ENABLED',
  );
  const headerNames = [
    'if-match',
    'if-none-match',
    'if-modified-since',
    'if-range',
    'range',
    'x-amz-copy-source',
    'x-amz-copy-source-range',
    'x-amz-checksum-crc32',
    'x-amz-checksum-algorithm',
    'x-amz-checksum-type',
    'x-amz-checksum-mode',
    'x-amz-content-sha256',
    'content-encoding',
    'x-amz-decoded-content-length',
    'x-amz-trailer',
    'content-md5',
    'x-amz-metadata-directive',
    'authorization',
  ];
  const headers = fc.dictionary(fc.constantFrom(...headerNames), text, { maxKeys: 4 });
  const method = fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS');
  const body = fc.constantFrom(
    '',
    'text',
    '<Delete><Object><Key>ada/x</Key></Object></Delete>',
    '0\r\n\r\n',
    '4\r\ntext\r\n0\r\n\r\n',
  );
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(method, path, query, headers, body, async (verb, at, asked, sent, content) => {
      const search = new URLSearchParams(asked).toString();
      const answer = await send(endpoint, verb, search === '' ? at : `${at}?${search}`, sent, content);
      expect(answer.body).not.toContain('InternalError');
      expect(answer.status).not.toBe(500);
      statuses.add(answer.status);
    }),
    { numRuns: 400 },
  );
  expect(endpoint.told.filter((line) => line !== 'other')).toEqual([]);
  for (const status of [200, 404, 403, 400, 405, 501]) expect(statuses).toContain(status);
  expect(await send(endpoint, 'GET', `/${BUCKET}/topics/f`)).toEqual({ status: 200, body: 'text' });
});

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 500) throw new Error('it never came to be');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
