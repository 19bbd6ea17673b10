import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { BUCKET, cleanUp, type Endpoint, givenEndpoint } from './testing/endpoint';

afterEach(cleanUp);

const MIB = 1024 ** 2;
const FIRST = Buffer.alloc(5 * MIB, 'a');
const target = { Bucket: BUCKET, Key: 'ada/big file' };

async function begun({ client }: Endpoint, more: object = {}) {
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...target, ContentType: 'text/plain', ...more }),
  );
  return { ...target, UploadId };
}
const part = ({ client }: Endpoint, upload: object, PartNumber: number, Body: Buffer | string, more: object = {}) =>
  client.send(
    new UploadPartCommand({ ...(upload as typeof target & { UploadId: string }), PartNumber, Body, ...more }),
  );
const refused = (sent: Promise<unknown>) =>
  sent.then(
    () => 'nothing',
    (error: Error) => error.name,
  );
const complete = ({ client }: Endpoint, upload: object, Parts: object[], more: object = {}) =>
  client.send(
    new CompleteMultipartUploadCommand({
      ...(upload as typeof target & { UploadId: string }),
      MultipartUpload: { Parts },
      ...more,
    }),
  );

test('parts that came in any order, and over a restart, become one object', async () => {
  let endpoint = await givenEndpoint();
  const upload = await begun(endpoint);
  const last = await part(endpoint, upload, 7, 'end');
  await part(endpoint, upload, 2, 'replaced');
  const first = await part(endpoint, upload, 2, FIRST);
  endpoint = await endpoint.restart();
  const { client } = endpoint;
  const listed = await client.send(new ListPartsCommand({ ...upload, MaxParts: 1 }));
  expect(listed).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' });
  expect(listed.Parts).toMatchObject([{ PartNumber: 2, Size: 5 * MIB, ETag: first.ETag }]);
  const rest = await client.send(new ListPartsCommand({ ...upload, PartNumberMarker: '2' }));
  expect(rest.Parts).toMatchObject([{ PartNumber: 7, Size: 3, ETag: last.ETag }]);
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  expect(Uploads).toMatchObject([{ Key: 'ada/big file', UploadId: upload.UploadId }]);
  expect(await refused(client.send(new HeadObjectCommand(target)))).toBe('NotFound');

  const md5 = (data: Buffer | string) => createHash('md5').update(data).digest();
  const ETag = `"${md5(Buffer.concat([md5(FIRST), md5('end')])).toString('hex')}-2"`;
  const parts = [
    { PartNumber: 2, ETag: first.ETag },
    { PartNumber: 7, ETag: last.ETag },
  ];
  expect(await complete(endpoint, upload, parts)).toMatchObject({ ETag, ...target });
  const { Body, ...head } = await client.send(new GetObjectCommand(target));
  expect(head).toMatchObject({ ETag, ContentType: 'text/plain', ContentLength: 5 * MIB + 3 });
  expect(Buffer.from(await Body!.transformToByteArray()).equals(Buffer.concat([FIRST, Buffer.from('end')]))).toBe(true);
  expect(readdirSync(join(endpoint.ownFolder, 'uploads'))).toEqual([]);
  expect(await refused(complete(endpoint, upload, parts))).toBe('NoSuchUpload');
});

test('an upload that is aborted leaves nothing', async () => {
  const endpoint = await givenEndpoint();
  const upload = await begun(endpoint);
  await part(endpoint, upload, 1, 'a');
  await endpoint.client.send(new AbortMultipartUploadCommand(upload));
  expect(readdirSync(join(endpoint.ownFolder, 'uploads'))).toEqual([]);
  expect(await refused(part(endpoint, upload, 1, 'a'))).toBe('NoSuchUpload');
  expect(await refused(endpoint.client.send(new ListPartsCommand(upload)))).toBe('NoSuchUpload');
});

test('wrong parts are refused, and the upload goes on', async () => {
  const endpoint = await givenEndpoint();
  const upload = await begun(endpoint);
  const small = await part(endpoint, upload, 1, 'a');
  const second = await part(endpoint, upload, 2, 'b');
  const [one, two] = [
    { PartNumber: 1, ETag: small.ETag },
    { PartNumber: 2, ETag: second.ETag },
  ];
  expect(await refused(complete(endpoint, upload, [two, one]))).toBe('InvalidPartOrder');
  expect(await refused(complete(endpoint, upload, [one, two]))).toBe('EntityTooSmall');
  expect(await refused(complete(endpoint, upload, [{ PartNumber: 1, ETag: second.ETag }]))).toBe('InvalidPart');
  expect(await refused(complete(endpoint, upload, [{ PartNumber: 3, ETag: second.ETag }]))).toBe('InvalidPart');
  expect(await refused(complete(endpoint, upload, []))).toBe('MalformedXML');
  expect(await refused(part(endpoint, upload, 0, 'x'))).toBe('InvalidArgument');
  expect(await refused(part(endpoint, upload, 10_001, 'x'))).toBe('InvalidArgument');
  expect(await refused(begun(endpoint, { Key: 'topics/x' }))).toBe('AccessDenied');
  expect(await refused(part(endpoint, { ...upload, Key: 'ada/other' }, 1, 'x'))).toBe('NoSuchUpload');
  expect(await refused(part(endpoint, { ...upload, UploadId: '../..' }, 1, 'x'))).toBe('NoSuchUpload');
  expect(await complete(endpoint, upload, [one])).toMatchObject({ ETag: expect.stringMatching(/-1"$/) });
});

test('checksums of parts make the checksum of the whole, of either type', async () => {
  const endpoint = await givenEndpoint();
  const composite = await begun(endpoint, { ChecksumAlgorithm: 'SHA256' });
  const made = await part(endpoint, composite, 1, '123456789', { ChecksumAlgorithm: 'SHA256' });
  const sha = createHash('sha256').update('123456789').digest();
  expect(made.ChecksumSHA256).toBe(sha.toString('base64'));
  const wrong = [{ PartNumber: 1, ETag: made.ETag, ChecksumSHA256: 'AAAA' }];
  expect(await refused(complete(endpoint, composite, wrong))).toBe('InvalidPart');
  const right = [{ PartNumber: 1, ETag: made.ETag, ChecksumSHA256: made.ChecksumSHA256 }];
  expect(await complete(endpoint, composite, right)).toMatchObject({
    ChecksumSHA256: `${createHash('sha256').update(sha).digest('base64')}-1`,
    ChecksumType: 'COMPOSITE',
  });

  const full = await begun(endpoint, { ChecksumAlgorithm: 'CRC64NVME' });
  const { ETag } = await part(endpoint, full, 1, '123456789', { ChecksumAlgorithm: 'CRC64NVME' });
  const parts = [{ PartNumber: 1, ETag }];
  expect(await refused(complete(endpoint, full, parts, { ChecksumCRC64NVME: 'AAAAAAAAAAA=' }))).toBe('BadDigest');
  expect(await complete(endpoint, full, parts, { ChecksumCRC64NVME: 'rosUhgp5mIg=' })).toMatchObject({
    ChecksumCRC64NVME: 'rosUhgp5mIg=',
    ChecksumType: 'FULL_OBJECT',
  });
});

test('a part is copied from a file of the sink, whole or some of it', async () => {
  const endpoint = await givenEndpoint({ 'topics/f': Buffer.concat([FIRST, Buffer.from('0123456789')]) });
  const upload = await begun(endpoint);
  const copy = (PartNumber: number, CopySourceRange: string) =>
    endpoint.client.send(
      new UploadPartCopyCommand({ ...upload, PartNumber, CopySource: `${BUCKET}/topics/f`, CopySourceRange }),
    );
  const first = await copy(1, `bytes=0-${5 * MIB - 1}`);
  const second = await copy(2, `bytes=${5 * MIB + 2}-${5 * MIB + 4}`);
  expect(await refused(copy(3, 'bytes=0-99999999'))).toBe('InvalidArgument');
  await complete(endpoint, upload, [
    { PartNumber: 1, ETag: first.CopyPartResult!.ETag },
    { PartNumber: 2, ETag: second.CopyPartResult!.ETag },
  ]);
  const { Body } = await endpoint.client.send(new GetObjectCommand({ ...target, Range: 'bytes=-4' }));
  expect(await Body!.transformToString()).toBe('a234');
});
