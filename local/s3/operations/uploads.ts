import { algorithmNamed, type ChecksumType, elementOf } from '../checksums';
import { invalidArgument, invalidRequest } from '../errors';
import { storedHeaders } from '../stored-headers';
import { compareKeys } from '../stored-object';
import type { Part, Upload } from '../uploads';
import { type Node, xmlResponse } from '../xml';
import { OWNER } from './buckets';
import { countIn, encoder, isEncoded } from './list-objects';
import { emptyResponse, iso, type Operation, quoted } from './operation';

const MOST_LISTED = 1000;

export const createMultipartUpload: Operation = async (bucket, { key, headers }) => {
  bucket.refuseOthers(key);
  const asked = headers['x-amz-checksum-algorithm'];
  const algorithm = asked === undefined ? undefined : algorithmNamed(asked);
  const type = (headers['x-amz-checksum-type'] ??
    (algorithm === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE')) as ChecksumType;
  if (type !== 'FULL_OBJECT' && type !== 'COMPOSITE')
    throw invalidArgument('Value for x-amz-checksum-type header is invalid.', 'x-amz-checksum-type', type);
  const isImpossible = type === 'FULL_OBJECT' ? algorithm?.startsWith('sha') : algorithm === 'crc64nvme';
  if (isImpossible)
    throw invalidRequest(`The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`);
  const upload = await bucket.uploads.begin({
    key,
    headers: storedHeaders(headers),
    checksum: algorithm && { algorithm, type },
  });
  const response = xmlResponse(200, 'InitiateMultipartUploadResult', [
    ['Bucket', bucket.options.name],
    ['Key', key],
    ['UploadId', upload.id],
  ]);
  const told = algorithm && { 'x-amz-checksum-algorithm': algorithm.toUpperCase(), 'x-amz-checksum-type': type };
  return { ...response, headers: { ...response.headers, ...told } };
};

export const abortMultipartUpload: Operation = async (bucket, { key, query }) => {
  await bucket.uploads.end(bucket.uploads.find(query.get('uploadId') ?? '', key));
  return emptyResponse(204);
};

export const listParts: Operation = async (bucket, { key, query }) => {
  const upload = bucket.uploads.find(query.get('uploadId') ?? '', key);
  const marker = countIn(query, 'part-number-marker') ?? 0;
  const maxParts = Math.min(countIn(query, 'max-parts') ?? MOST_LISTED, MOST_LISTED);
  const said = encoder({ isEncoded: isEncoded(query) });
  const left = (await bucket.uploads.parts(upload)).filter(({ number }) => number > marker);
  const page = left.slice(0, maxParts);
  const { algorithm, type } = upload.checksum ?? {};
  return xmlResponse(200, 'ListPartsResult', [
    ['Bucket', bucket.options.name],
    ['Key', said(key)],
    ['UploadId', upload.id],
    ['Initiator', OWNER],
    ['Owner', OWNER],
    ['StorageClass', 'STANDARD'],
    ['PartNumberMarker', marker],
    ['NextPartNumberMarker', page.at(-1)?.number ?? marker],
    ['MaxParts', maxParts],
    ['IsTruncated', left.length > page.length],
    ...(algorithm ? [['ChecksumAlgorithm', algorithm.toUpperCase()] as const, ['ChecksumType', type!] as const] : []),
    ...page.map((part): Node => ['Part', partNodes(upload, part)]),
  ]);
};

function partNodes({ checksum }: Upload, part: Part): Node[] {
  return [
    ['PartNumber', part.number],
    ['LastModified', iso(part.modifiedMs)],
    ['ETag', quoted(part.etag)],
    ['Size', part.size],
    ...(checksum && part.checksum ? [[elementOf(checksum.algorithm), part.checksum] as const] : []),
  ];
}

export const listMultipartUploads: Operation = async (bucket, { query }) => {
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('upload-id-marker') ?? '';
  const most = Math.min(countIn(query, 'max-uploads') ?? MOST_LISTED, MOST_LISTED);
  const said = encoder({ isEncoded: isEncoded(query) });
  const all = bucket.uploads.list(prefix);
  const marked = all.findIndex(({ key, id }) => key === keyMarker && id === idMarker);
  const left = marked >= 0 ? all.slice(marked + 1) : all.filter(({ key }) => compareKeys(key, keyMarker) > 0);
  const page = left.slice(0, most);
  const isTruncated = left.length > page.length;
  const last = page.at(-1);
  return xmlResponse(200, 'ListMultipartUploadsResult', [
    ['Bucket', bucket.options.name],
    ['KeyMarker', said(keyMarker)],
    ['UploadIdMarker', idMarker],
    ...(isTruncated && last
      ? [['NextKeyMarker', said(last.key)] as const, ['NextUploadIdMarker', last.id] as const]
      : []),
    ['Prefix', said(prefix)],
    ['MaxUploads', most],
    ['IsTruncated', isTruncated],
    ...page.map(uploadNode(said)),
  ]);
};

const uploadNode =
  (said: (text: string) => string) =>
  ({ id, key, initiatedMs }: Upload): Node => [
    'Upload',
    [
      ['Key', said(key)],
      ['UploadId', id],
      ['Initiator', OWNER],
      ['Owner', OWNER],
      ['StorageClass', 'STANDARD'],
      ['Initiated', iso(initiatedMs)],
    ],
  ];
