import type { Bucket } from '../bucket';
import { type Algorithm, algorithmNamed, type Checksum, elementOf } from '../checksums';
import { refuseReplacing, refuseUnwanted } from '../conditions';
import { invalidArgument, invalidRequest } from '../errors';
import { decoded, type S3Request } from '../request';
import { storedHeaders } from '../stored-headers';
import type { StoredObject } from '../stored-object';
import { xmlResponse } from '../xml';
import { found } from './get-object';
import { iso, type Operation, quoted } from './operation';
import { taken } from './put-object';

export const copyObject: Operation = async (bucket, request) => {
  const { key, headers } = request;
  bucket.refuseOthers(key);
  const source = await sourceOf(bucket, request);
  const directive = (headers['x-amz-metadata-directive'] ?? 'COPY').toUpperCase();
  if (directive !== 'COPY' && directive !== 'REPLACE')
    throw invalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', directive);
  if (directive === 'COPY' && source.key === key)
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  const stored = directive === 'REPLACE' ? storedHeaders(headers) : source.headers;
  const asked = headers['x-amz-checksum-algorithm'];
  const path = bucket.own.draftPath();
  const copy = await copied(
    bucket,
    source,
    path,
    asked === undefined ? source.checksum?.algorithm : algorithmNamed(asked),
  );
  const checksum: Checksum | undefined = copy.checksum && { ...copy.checksum, type: 'FULL_OBJECT' };
  const { size, md5: etag } = copy;
  const object = await bucket.own.put(key, { path, size, etag, headers: stored, checksum }, (before) =>
    refuseReplacing(headers, key, before),
  );
  return xmlResponse(200, 'CopyObjectResult', [
    ['LastModified', iso(object.modifiedMs)],
    ['ETag', quoted(object.etag)],
    ...(checksum
      ? [[elementOf(checksum.algorithm), checksum.value] as const, ['ChecksumType', checksum.type] as const]
      : []),
  ]);
};

/** The object that `x-amz-copy-source` names, if it passes the `if-` headers about the source. @throws S3Error */
export async function sourceOf(bucket: Bucket, { headers }: S3Request): Promise<StoredObject> {
  const name = headers['x-amz-copy-source']!;
  const [, path = '', versionId = null] = /^\/?([^?]*)(?:\?versionId=(.*))?$/s.exec(name) ?? [];
  const at = path.indexOf('/');
  const key = decoded(path.slice(at + 1));
  if (at < 0 || key === '')
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      name,
    );
  bucket.refuseOtherBucket(decoded(path.slice(0, at)));
  const source = await found(bucket, key, versionId);
  refuseUnwanted(headers, source, 'x-amz-copy-source-');
  return source;
}

/** Copies an object's bytes, or a range of them, to a new file. */
export async function copied(
  bucket: Bucket,
  source: StoredObject,
  path: string,
  algorithm: Algorithm | undefined,
  range?: { readonly from: number; readonly to: number },
) {
  const body = await source.read(range);
  const size = range ? range.to - range.from + 1 : source.size;
  return taken(bucket, { headers: { 'content-length': String(size) }, body }, path, { algorithm });
}
