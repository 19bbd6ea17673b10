import { createHash } from 'node:crypto';
import {
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { BUCKET, cleanUp, type Endpoint, givenEndpoint } from './testing/endpoint';

afterEach(cleanUp);

const PIN = 'topics/ada.pin/partition=0/ada.pin+0+0000000000.json';
const FILES = {
  'topics/ada.geo/partition=0/ada.geo+0+0000000000.json': 'geo',
  [PIN]: '{"index":1}\n{"index":2}\n',
  'topics/ada.pin/partition=0/ada.pin+0+0000000002.json': 'x',
  'topics/ada.pin/partition=1/ada.pin+1+0000000000.json': '',
  '.uploads/half.part': 'half',
};

/** What a command is refused with. */
async function refusal(sent: Promise<unknown>): Promise<[string, number | undefined, string]> {
  const error = await sent.then(
    () => new Error('nothing was refused'),
    (thrown) => thrown as Error & { $metadata?: { httpStatusCode?: number } },
  );
  return [error.name, '$metadata' in error ? error.$metadata?.httpStatusCode : undefined, error.message];
}

const text = async (endpoint: Endpoint, input: object) => {
  const { Body, ...head } = await endpoint.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: PIN, ...input }));
  return { head, text: await Body!.transformToString() };
};

test('there is one bucket, in the region that has no name', async () => {
  const { client } = await givenEndpoint();
  const { Buckets } = await client.send(new ListBucketsCommand({}));
  expect(Buckets).toMatchObject([{ Name: BUCKET, CreationDate: new Date('2023-11-14T22:13:20Z') }]);
  const { LocationConstraint } = await client.send(new GetBucketLocationCommand({ Bucket: BUCKET }));
  expect(LocationConstraint).toBeUndefined();
  expect(await client.send(new HeadBucketCommand({ Bucket: BUCKET }))).toMatchObject({ BucketRegion: 'us-east-1' });
});

test('a bucket of another name is not there, which says the name of the one that is', async () => {
  const { client, told } = await givenEndpoint();
  expect(await refusal(client.send(new ListObjectsV2Command({ Bucket: 'user-bob-bucket' })))).toEqual([
    'NoSuchBucket',
    404,
    'The specified bucket does not exist; this endpoint has one bucket, user-ada-bucket',
  ]);
  expect(await refusal(client.send(new HeadBucketCommand({ Bucket: 'user-bob-bucket' })))).toMatchObject({
    0: 'NotFound',
    1: 404,
  });
  expect(told).toEqual(['user-bob-bucket', 'user-bob-bucket']);
});

test('the sink’s complete files are listed in the order of their keys, each with size, time and ETag', async () => {
  const { client } = await givenEndpoint(FILES);
  const listed = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  expect(listed).toMatchObject({ KeyCount: 4, MaxKeys: 1000, IsTruncated: false, Name: BUCKET, Prefix: '' });
  expect(listed.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([
    ['topics/ada.geo/partition=0/ada.geo+0+0000000000.json', 3],
    [PIN, 24],
    ['topics/ada.pin/partition=0/ada.pin+0+0000000002.json', 1],
    ['topics/ada.pin/partition=1/ada.pin+1+0000000000.json', 0],
  ]);
  // As S3 reckons it for an upload of one part.
  const md5 = createHash('md5').update(createHash('md5').update(FILES[PIN]!).digest()).digest('hex');
  expect(listed.Contents?.[1]).toMatchObject({ ETag: `"${md5}-1"`, LastModified: new Date('2023-11-14T22:13:20Z') });
});

test('a delimiter gives common prefixes, level by level', async () => {
  const { client } = await givenEndpoint({ ...FILES, 'topics/readme': 'r' });
  const level = async (Prefix: string) => {
    const { CommonPrefixes = [], Contents = [] } = await client.send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix, Delimiter: '/' }),
    );
    return [...CommonPrefixes.map((common) => common.Prefix), ...Contents.map(({ Key }) => Key)];
  };
  expect(await level('')).toEqual(['topics/']);
  expect(await level('topics/')).toEqual(['topics/ada.geo/', 'topics/ada.pin/', 'topics/readme']);
  expect(await level('topics/ada.pin/')).toEqual(['topics/ada.pin/partition=0/', 'topics/ada.pin/partition=1/']);
  expect(await level('topics/ada.pin/part')).toEqual(['topics/ada.pin/partition=0/', 'topics/ada.pin/partition=1/']);
  expect(await level('nothing/')).toEqual([]);
});

test.each([1, 2, 3])('pages of %d give every key and common prefix once', async (pageSize) => {
  const files = Object.fromEntries(
    ['a/1', 'a/2', 'a-b', 'b', 'c/d/e', 'c/f', 'é', '😀', '\ufffd'].map((key) => [key, key]),
  );
  const { client } = await givenEndpoint(files);
  const all = async (Delimiter?: string) => {
    const seen: string[] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize }, { Bucket: BUCKET, Delimiter })) {
      const entries = [
        ...(page.Contents ?? []).map(({ Key }) => Key!),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!),
      ];
      expect(entries.length).toBe(page.KeyCount);
      expect(entries.length).toBeLessThanOrEqual(pageSize);
      seen.push(...entries);
    }
    return seen;
  };
  // By the bytes of UTF-8: the replacement character before the emoji.
  expect(await all()).toEqual(['a-b', 'a/1', 'a/2', 'b', 'c/d/e', 'c/f', 'é', '\ufffd', '😀']);
  expect((await all('/')).sort()).toEqual(['a-b', 'a/', 'b', 'c/', 'é', '\ufffd', '😀'].sort());
});

test('version 1 of the list goes on by markers', async () => {
  const { client } = await givenEndpoint({ 'a/1': '', 'a/2': '', b: '', 'c/1': '' });
  const first = await client.send(new ListObjectsCommand({ Bucket: BUCKET, Delimiter: '/', MaxKeys: 1 }));
  expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'a/', CommonPrefixes: [{ Prefix: 'a/' }] });
  const second = await client.send(new ListObjectsCommand({ Bucket: BUCKET, Delimiter: '/', Marker: 'a/' }));
  expect(second).toMatchObject({ IsTruncated: false, Contents: [{ Key: 'b' }], CommonPrefixes: [{ Prefix: 'c/' }] });
  const plain = await client.send(new ListObjectsCommand({ Bucket: BUCKET, MaxKeys: 2 }));
  expect(plain.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2']);
  // Without a delimiter S3 tells no next marker: it is the last key.
  expect(plain).not.toHaveProperty('NextMarker');
});

test('a list begins behind a key, holds no more than a thousand, and none if so asked', async () => {
  const { client } = await givenEndpoint(FILES);
  const keys = async (input: object) => {
    const { Contents = [], ...page } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, ...input }));
    return { keys: Contents.map(({ Key }) => Key), ...page };
  };
  expect(await keys({ StartAfter: PIN, Prefix: 'topics/ada.pin/partition=0' })).toMatchObject({
    keys: ['topics/ada.pin/partition=0/ada.pin+0+0000000002.json'],
    StartAfter: PIN,
  });
  expect(await keys({ MaxKeys: 5000 })).toMatchObject({ MaxKeys: 1000 });
  expect(await keys({ MaxKeys: 0 })).toMatchObject({ keys: [], IsTruncated: false });
});

test('asked for, keys come encoded as a URL’s query is, in which + is a blank', async () => {
  const { url, file } = await givenEndpoint();
  file('topics/a b+c=d~é.json', '');
  const list = await fetch(`${url}/${BUCKET}?list-type=2&encoding-type=url&prefix=topics%2Fa%20b`);
  const body = await list.text();
  expect(body).toContain('<Key>topics/a+b%2Bc%3Dd~%C3%A9.json</Key>');
  expect(body).toContain('<Prefix>topics/a+b</Prefix>');
  expect(body).toContain('<EncodingType>url</EncodingType>');
});

test('a file is read whole, with what HEAD tells of it', async () => {
  const endpoint = await givenEndpoint(FILES);
  const { head, text: whole } = await text(endpoint, {});
  expect(whole).toBe('{"index":1}\n{"index":2}\n');
  const told = {
    ContentLength: 24,
    ContentType: 'binary/octet-stream',
    AcceptRanges: 'bytes',
    LastModified: new Date('2023-11-14T22:13:20Z'),
    ETag: expect.stringMatching(/^"[0-9a-f]{32}-1"$/),
  };
  expect(head).toMatchObject(told);
  expect(await endpoint.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: PIN }))).toMatchObject(told);
  const empty = 'topics/ada.pin/partition=1/ada.pin+1+0000000000.json';
  expect(await text(endpoint, { Key: empty })).toMatchObject({ text: '', head: { ContentLength: 0 } });
});

test.each([
  ['bytes=0-10', '{"index":1}', 'bytes 0-10/24'],
  ['bytes=12-', '{"index":2}\n', 'bytes 12-23/24'],
  ['bytes=-3', '2}\n', 'bytes 21-23/24'],
  ['bytes=20-1000', ':2}\n'.slice(0), 'bytes 20-23/24'],
  ['bytes=-1000', '{"index":1}\n{"index":2}\n', 'bytes 0-23/24'],
])('%s is a part of it', async (Range, part, ContentRange) => {
  const { head, text: read } = await text(await givenEndpoint(FILES), { Range });
  expect(read).toBe(part);
  expect(head).toMatchObject({ ContentRange, ContentLength: part.length, $metadata: { httpStatusCode: 206 } });
});

test.each(['bytes=0-1,3-4', 'bytes=5-2', 'lines=1-2', 'bytes=-'])('%s is passed over', async (Range) => {
  expect(await text(await givenEndpoint(FILES), { Range })).toMatchObject({
    text: '{"index":1}\n{"index":2}\n',
    head: { $metadata: { httpStatusCode: 200 } },
  });
});

test.each(['bytes=24-', 'bytes=-0', 'bytes=100-200'])('%s is refused', async (Range) => {
  const { url } = await givenEndpoint(FILES);
  const response = await fetch(`${url}/${BUCKET}/${PIN}`, { headers: { range: Range } });
  expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */24']);
  expect(await response.text()).toContain('<Code>InvalidRange</Code>');
});

test('conditions decide as in S3', async () => {
  const { url } = await givenEndpoint({ f: 'text' });
  const first = await fetch(`${url}/${BUCKET}/f`);
  const etag = first.headers.get('etag')!;
  const [before, at] = ['Tue, 14 Nov 2023 22:13:19 GMT', 'Tue, 14 Nov 2023 22:13:20 GMT'];
  const status = async (headers: Record<string, string>) => (await fetch(`${url}/${BUCKET}/f`, { headers })).status;
  expect(await status({ 'if-match': etag })).toBe(200);
  expect(await status({ 'if-match': '"other"' })).toBe(412);
  expect(await status({ 'if-none-match': etag })).toBe(304);
  expect(await status({ 'if-none-match': '"other"' })).toBe(200);
  expect(await status({ 'if-modified-since': at })).toBe(304);
  expect(await status({ 'if-modified-since': before })).toBe(200);
  expect(await status({ 'if-unmodified-since': at })).toBe(200);
  expect(await status({ 'if-unmodified-since': before })).toBe(412);
  // A match outweighs the times, in both directions.
  expect(await status({ 'if-match': etag, 'if-unmodified-since': before })).toBe(200);
  expect(await status({ 'if-none-match': '"other"', 'if-modified-since': at })).toBe(200);
});

test('what is not there is S3’s NoSuchKey', async () => {
  const { client } = await givenEndpoint(FILES);
  const input = { Bucket: BUCKET, Key: 'topics/nope' };
  expect(await refusal(client.send(new GetObjectCommand(input)))).toEqual([
    'NoSuchKey',
    404,
    'The specified key does not exist.',
  ]);
  expect(await refusal(client.send(new HeadObjectCommand(input)))).toMatchObject({ 0: 'NotFound', 1: 404 });
  // A folder is no object.
  expect(await refusal(client.send(new GetObjectCommand({ ...input, Key: 'topics' })))).toMatchObject({
    0: 'NoSuchKey',
    1: 404,
  });
});

test('a reader may have other headers than the object’s own', async () => {
  const { head } = await text(await givenEndpoint(FILES), {
    ResponseContentType: 'application/json',
    ResponseContentDisposition: 'attachment',
  });
  expect(head).toMatchObject({ ContentType: 'application/json', ContentDisposition: 'attachment' });
});

test('what S3 can and we cannot is said', async () => {
  const { url } = await givenEndpoint(FILES);
  const response = await fetch(`${url}/${BUCKET}/${PIN}?acl`);
  expect(response.status).toBe(501);
  expect(await response.text()).toContain(
    '<Code>NotImplemented</Code><Message>The parameter acl implies functionality',
  );
});
