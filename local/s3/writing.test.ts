import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import {
  type ChecksumAlgorithm,
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { BUCKET, cleanUp, type Endpoint, givenEndpoint } from './testing/endpoint';

afterEach(cleanUp);

const SUNK = 'topics/ada.pin/partition=0/ada.pin+0+0000000000.json';

async function refused(sent: Promise<unknown>): Promise<string> {
  return sent.then(
    () => 'nothing',
    (error: Error & { $metadata: { httpStatusCode: number } }) =>
      `${error.$metadata.httpStatusCode} ${error.name}: ${error.message}`,
  );
}

const read = async ({ client }: Endpoint, Key: string) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  return Body!.transformToString();
};
const put = ({ client }: Endpoint, Key: string, Body: string | Buffer | Readable, more: object = {}) =>
  client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more }));

test('what is put is read again, with its metadata, also by a new process', async () => {
  const endpoint = await givenEndpoint();
  const Key = 'ada/tables/year=2022/a b+c=é😀.csv';
  const { ETag } = await put(endpoint, Key, 'one,two\n', {
    ContentType: 'text/csv',
    ContentEncoding: 'identity',
    CacheControl: 'no-cache',
    Metadata: { made: 'by-hand' },
  });
  expect(ETag).toBe(`"${createHash('md5').update('one,two\n').digest('hex')}"`);
  for (const open of [() => endpoint, () => endpoint.restart()]) {
    const at = await open();
    expect(await read(at, Key)).toBe('one,two\n');
    expect(await at.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key }))).toMatchObject({
      ContentType: 'text/csv',
      ContentEncoding: 'identity',
      CacheControl: 'no-cache',
      ContentLength: 8,
      ETag,
      LastModified: new Date('2023-11-14T22:13:20Z'),
      Metadata: { made: 'by-hand' },
    });
  }
});

test('own objects and the sink’s files stand in one list', async () => {
  const endpoint = await givenEndpoint({ [SUNK]: 'sunk' });
  for (const key of ['ada/b', 'ada/a/c', 'ada/', 'ada/a', 'ada/../up', 'ada//two']) await put(endpoint, key, key);
  const { Contents } = await endpoint.client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(['ada/', 'ada/../up', 'ada//two', 'ada/a', 'ada/a/c', 'ada/b', SUNK]);
  const { CommonPrefixes } = await endpoint.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Delimiter: '/' }));
  expect(CommonPrefixes).toEqual([{ Prefix: 'ada/' }, { Prefix: 'topics/' }]);
  // A key is no path: the folder holds hashes and bytes.
  expect(readdirSync(endpoint.ownFolder).every((name) => /^(uploads|[0-9a-f-]+\.(json|data))$/.test(name))).toBe(true);
});

test.each([SUNK, 'topics/new', 'else', 'adam/x', 'ad'])('%s is not the user’s to write', async (Key) => {
  const endpoint = await givenEndpoint({ [SUNK]: 'sunk' });
  const words = `403 AccessDenied: Access Denied: "${Key}" is not under ada/; all other keys of this bucket belong to the S3 sink and are read-only; write to ada/…`;
  const { client } = endpoint;
  expect(await refused(put(endpoint, Key, 'mine'))).toBe(words);
  expect(await refused(client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key })))).toBe(words);
  const copy = new CopyObjectCommand({ Bucket: BUCKET, Key, CopySource: `${BUCKET}/${SUNK}` });
  expect(await refused(client.send(copy))).toBe(words);
  const many = await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: [{ Key }] } }));
  expect(many.Errors).toMatchObject([{ Key, Code: 'AccessDenied' }]);
  expect(await read(endpoint, SUNK)).toBe('sunk');
});

test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as ChecksumAlgorithm[])(
  '%s is held against a body in one piece and in chunks, and told again',
  async (ChecksumAlgorithm) => {
    const endpoint = await givenEndpoint();
    // Of "123456789", the check value of each.
    const value = {
      CRC32: 'y/Q5Jg==',
      CRC32C: '4waSgw==',
      CRC64NVME: 'rosUhgp5mIg=',
      SHA1: '98O8HYCOBHMq32eZZczDTKeuNEE=',
      SHA256: 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=',
    }[ChecksumAlgorithm as string]!;
    const member = `Checksum${ChecksumAlgorithm}`;
    // With a stream the SDK sends aws-chunked, with the checksum in a trailer.
    const chunked = { ContentLength: 9 };
    for (const [Body, more] of [
      ['123456789', {}],
      [Readable.from([Buffer.from('12345'), Buffer.from('6789')]), chunked],
    ] as const) {
      const answer = await put(endpoint, 'ada/sum', Body, { ChecksumAlgorithm, ...more });
      expect(answer).toMatchObject({ [member]: value, ChecksumType: 'FULL_OBJECT' });
      expect(await read(endpoint, 'ada/sum')).toBe('123456789');
      const head = { Bucket: BUCKET, Key: 'ada/sum', ChecksumMode: 'ENABLED' } as const;
      expect(await endpoint.client.send(new HeadObjectCommand(head))).toMatchObject({ [member]: value });
    }
  },
);

const send = ({ url }: Endpoint, key: string, headers: Record<string, string>, body = '123456789') =>
  fetch(`${url}/${BUCKET}/${key}`, { method: 'PUT', headers, body });
const chunks = (body: string, trailers = '') =>
  `9;chunk-signature=${'0'.repeat(64)}\r\n${body}\r\n0\r\n${trailers}\r\n`;
const CHUNKED = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'x-amz-decoded-content-length': '9' };

test.each([
  ['a wrong Content-MD5', { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, undefined, 'BadDigest'],
  ['no Content-MD5', { 'content-md5': 'x' }, undefined, 'InvalidDigest'],
  ['a wrong hash', { 'x-amz-content-sha256': '0'.repeat(64) }, undefined, 'XAmzContentSHA256Mismatch'],
  ['a wrong checksum', { 'x-amz-checksum-crc32': 'AAAAAA==' }, undefined, 'BadDigest'],
  ['two checksums', { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-sha1': 'x' }, undefined, 'InvalidRequest'],
  ['an unknown checksum', { ...CHUNKED, 'x-amz-trailer': 'x-amz-checksum-md4' }, chunks('123456789'), 'InvalidRequest'],
  [
    'a wrong checksum behind it',
    { ...CHUNKED, 'x-amz-trailer': 'x-amz-checksum-crc32' },
    chunks('123456789', 'x-amz-checksum-crc32:AAAAAA==\r\n'),
    'BadDigest',
  ],
  [
    'a trailer that is promised and missing',
    { ...CHUNKED, 'x-amz-trailer': 'x-amz-checksum-crc32' },
    chunks('123456789'),
    'InvalidRequest',
  ],
  [
    'fewer bytes than it says',
    { ...CHUNKED, 'x-amz-decoded-content-length': '10' },
    chunks('123456789'),
    'IncompleteBody',
  ],
  [
    'more bytes than it says',
    { ...CHUNKED, 'x-amz-decoded-content-length': '8' },
    chunks('123456789'),
    'IncompleteBody',
  ],
  ['chunks that are none', CHUNKED, 'zzz\r\n', 'MalformedTrailerError'],
  ['a chunk that is cut off', CHUNKED, '9\r\n1234', 'IncompleteBody'],
  [
    'no decoded length',
    { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
    chunks('123456789'),
    'MissingContentLength',
  ],
  [
    'a length over 5 GiB',
    { ...CHUNKED, 'x-amz-decoded-content-length': '5368709121' },
    chunks('123456789'),
    'EntityTooLarge',
  ],
  ['too much metadata', { 'x-amz-meta-a': 'x'.repeat(2048) }, undefined, 'MetadataTooLarge'],
  ['a condition that S3 does not know', { 'if-none-match': '"a"' }, undefined, 'NotImplemented'],
] as [string, Record<string, string>, string | undefined, string][])(
  '%s is refused, and what was there stays',
  async (_, headers, body, code) => {
    const endpoint = await givenEndpoint();
    await put(endpoint, 'ada/x', 'before');
    const response = await send(endpoint, 'ada/x', headers, body);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
    expect(response.ok).toBe(false);
    expect(await read(endpoint, 'ada/x')).toBe('before');
    expect(readdirSync(endpoint.ownFolder).filter((name) => name.endsWith('.data')).length).toBe(1);
    expect(endpoint.told).toEqual([]);
  },
);

test('signed chunks with a trailer are taken, and the coding is no property of the object', async () => {
  const endpoint = await givenEndpoint();
  const headers = { ...CHUNKED, 'content-encoding': 'aws-chunked,gzip', 'x-amz-trailer': 'x-amz-checksum-crc32' };
  const response = await send(endpoint, 'ada/x', headers, chunks('123456789', 'x-amz-checksum-crc32:y/Q5Jg==\r\n'));
  expect(response.status).toBe(200);
  const head = await endpoint.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'ada/x' }));
  expect(head).toMatchObject({ ContentEncoding: 'gzip', ContentLength: 9 });
});

test('of two writers that want to be first, one is', async () => {
  const endpoint = await givenEndpoint();
  const results = await Promise.all(
    ['a', 'b', 'c'].map((body) => send(endpoint, 'ada/x', { 'if-none-match': '*' }, body)),
  );
  expect(results.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  const etag = results.find(({ ok }) => ok)!.headers.get('etag')!;
  expect((await send(endpoint, 'ada/x', { 'if-match': '"other"' })).status).toBe(412);
  expect((await send(endpoint, 'ada/x', { 'if-match': etag })).status).toBe(200);
  expect((await send(endpoint, 'ada/new', { 'if-match': etag })).status).toBe(404);
});

test('who reads an object that is replaced meanwhile reads the old one to its end', async () => {
  const endpoint = await givenEndpoint();
  const old = Buffer.alloc(8_000_000, 'a');
  await put(endpoint, 'ada/x', old);
  const { Body } = await endpoint.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'ada/x' }));
  await put(endpoint, 'ada/x', 'new');
  expect(Buffer.from(await Body!.transformToByteArray()).equals(old)).toBe(true);
  expect(await read(endpoint, 'ada/x')).toBe('new');
});

test('a file of the sink is copied to an own key, with its headers or with new ones', async () => {
  const endpoint = await givenEndpoint({ [SUNK]: 'sunk' });
  const { client } = endpoint;
  const CopySource = `/${BUCKET}/${encodeURIComponent(SUNK)}`;
  const { CopyObjectResult } = await client.send(
    new CopyObjectCommand({ Bucket: BUCKET, Key: 'ada/copy', CopySource }),
  );
  expect(CopyObjectResult).toMatchObject({ ETag: `"${createHash('md5').update('sunk').digest('hex')}"` });
  expect(await read(endpoint, 'ada/copy')).toBe('sunk');
  const self = { Bucket: BUCKET, Key: 'ada/copy', CopySource: `${BUCKET}/ada/copy` };
  expect(await refused(client.send(new CopyObjectCommand(self)))).toMatch(
    /^400 InvalidRequest: This copy request is illegal/,
  );
  await client.send(new CopyObjectCommand({ ...self, MetadataDirective: 'REPLACE', ContentType: 'text/plain' }));
  expect(await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'ada/copy' }))).toMatchObject({
    ContentType: 'text/plain',
  });
  const stale = { Bucket: BUCKET, Key: 'ada/two', CopySource, CopySourceIfMatch: '"other"' };
  expect(await refused(client.send(new CopyObjectCommand(stale)))).toMatch(/^412 PreconditionFailed/);
  const gone = { Bucket: BUCKET, Key: 'ada/two', CopySource: `${BUCKET}/topics/nope` };
  expect(await refused(client.send(new CopyObjectCommand(gone)))).toMatch(/^404 NoSuchKey/);
  const other = { Bucket: BUCKET, Key: 'ada/two', CopySource: 'user-bob-bucket/x' };
  expect(await refused(client.send(new CopyObjectCommand(other)))).toMatch(/^404 NoSuchBucket/);
});

test('objects are deleted one by one and many at once; what is not there is deleted, too', async () => {
  const endpoint = await givenEndpoint();
  const { client } = endpoint;
  for (const key of ['ada/1', 'ada/2 <&>', 'ada/3']) await put(endpoint, key, key);
  expect((await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'ada/1' }))).$metadata.httpStatusCode).toBe(
    204,
  );
  const Objects = [{ Key: 'ada/2 <&>' }, { Key: 'ada/none' }];
  const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
  expect([Deleted, Errors]).toEqual([Objects, undefined]);
  const quiet = await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects, Quiet: true } }));
  expect(quiet.Deleted).toBeUndefined();
  const { Contents } = await (await endpoint.restart()).client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(['ada/3']);
});
