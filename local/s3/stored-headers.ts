import { S3Error } from './errors';

/** Headers of the PUT that are stored with the object and sent with each GET. `content-type` is always among them. */
export type StoredHeaders = Readonly<Record<string, string>>;

export const DEFAULT_TYPE = 'binary/octet-stream';
const KEPT = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'];
const META = 'x-amz-meta-';
const MOST_META_BYTES = 2048;

/** @throws S3Error for more metadata than S3 takes */
export function storedHeaders(headers: Readonly<Record<string, string>>): StoredHeaders {
  const meta = Object.entries(headers).filter(([name]) => name.startsWith(META));
  const bytes = meta.reduce((sum, [name, value]) => sum + name.length - META.length + value.length, 0);
  if (bytes > MOST_META_BYTES) {
    throw new S3Error(400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      fields: { Size: bytes, MaxSizeAllowed: MOST_META_BYTES },
    });
  }
  const kept = KEPT.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]!]);
  // `aws-chunked` describes the transfer of this request, not the object.
  const encoding = (headers['content-encoding'] ?? '')
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'aws-chunked')
    .join(',');
  return {
    'content-type': DEFAULT_TYPE,
    ...Object.fromEntries([...kept, ...meta]),
    ...(encoding === '' ? {} : { 'content-encoding': encoding }),
  };
}
