import { Readable } from 'node:stream';
import type { ListenerResponse } from '../../wire/http';
import type { Bucket } from '../bucket';
import { checksumHeaders } from '../checksums';
import { refuseUnwanted } from '../conditions';
import { invalidArgument, noSuchKey, notImplemented } from '../errors';
import { rangeOf } from '../ranges';
import type { S3Request } from '../request';
import type { StoredObject } from '../stored-object';
import { type Operation, quoted } from './operation';

/** Query parameters by which a reader replaces headers of the answer. */
const REPLACEABLE = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

export const getObject: Operation = (bucket, request) => answered(bucket, request, true);

export const headObject: Operation = (bucket, request) => answered(bucket, request, false);

async function answered(bucket: Bucket, request: S3Request, hasBody: boolean): Promise<ListenerResponse> {
  const object = await found(bucket, request.key, request.query.get('versionId'));
  if (request.query.has('partNumber')) throw notImplemented('The parameter partNumber');
  const { headers, query } = request;
  refuseUnwanted(headers, object);
  // If-Range: a changed object is sent whole, because the reader's other bytes are of the old one.
  const ifRange = headers['if-range'];
  const isSame = ifRange === undefined || ifRange === quoted(object.etag) || Date.parse(ifRange) >= object.modifiedMs;
  const range = isSame ? rangeOf(headers.range, object.size) : undefined;
  const replaced = REPLACEABLE.flatMap((name) => {
    const value = query.get(`response-${name}`);
    return value === null ? [] : [[name, value.replace(/[^\t\x20-\x7e]/g, '?')]];
  });
  const tellsChecksum = headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' && range === undefined;
  return {
    status: range ? 206 : 200,
    headers: {
      ...object.headers,
      ...Object.fromEntries(replaced),
      'accept-ranges': 'bytes',
      etag: quoted(object.etag),
      'last-modified': new Date(object.modifiedMs).toUTCString(),
      'content-length': String(range ? range.to - range.from + 1 : object.size),
      ...(range && { 'content-range': `bytes ${range.from}-${range.to}/${object.size}` }),
      ...(tellsChecksum && checksumHeaders(object.checksum)),
    },
    body: hasBody ? await object.read(range) : Readable.from([]),
  };
}

/** @throws S3Error when the object or its version does not exist */
export async function found(bucket: Bucket, key: string, versionId: string | null): Promise<StoredObject> {
  if (versionId !== null && versionId !== 'null')
    throw invalidArgument('Invalid version id specified', 'versionId', versionId);
  const object = await bucket.find(key);
  if (!object) throw noSuchKey(key);
  return object;
}
