import type { Readable } from 'node:stream';
import type { StreamedRequest } from '../wire/http';
import { S3Error } from './errors';

const LONGEST_KEY_BYTES = 1024;

/** A request with bucket and key in its path (path style). */
export interface S3Request {
  readonly method: string;
  /** Raw path, which the answer to an error repeats. */
  readonly path: string;
  /** Empty for the endpoint itself. */
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** @throws S3Error when the path cannot be decoded */
export function parseRequest({ method, path, query, headers, body }: StreamedRequest): S3Request {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return {
    method,
    path,
    bucket: decoded(bucket),
    key: checkedKey(decoded(key)),
    query: new URLSearchParams(query),
    headers,
    body,
  };
}

/** @throws S3Error for a key over S3's limit of 1,024 bytes */
export function checkedKey(key: string): string {
  const bytes = Buffer.byteLength(key);
  if (bytes <= LONGEST_KEY_BYTES) return key;
  throw new S3Error(400, 'KeyTooLongError', 'Your key is too long', {
    fields: { Size: bytes, MaxSizeAllowed: LONGEST_KEY_BYTES },
  });
}

/** Decodes `%XX`. A `+` in a path stays a `+`. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}
