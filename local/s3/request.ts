import type { Readable } from 'node:stream';
import type { StreamedRequest } from '../wire/http';
import { S3Error } from './errors';

const LONGEST_KEY_BYTES = 1024;

/** A request, path style: who is asked for what. */
export interface S3Request {
  readonly method: string;
  /** Raw path, for the answer to an error. */
  readonly path: string;
  /** Empty for the endpoint itself. */
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** @throws S3Error when the path is none */
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

/** @throws S3Error for a key that is longer than S3 lets it be */
export function checkedKey(key: string): string {
  const bytes = Buffer.byteLength(key);
  if (bytes <= LONGEST_KEY_BYTES) return key;
  throw new S3Error(400, 'KeyTooLongError', 'Your key is too long', {
    fields: { Size: bytes, MaxSizeAllowed: LONGEST_KEY_BYTES },
  });
}

/** `+` stands for itself in a path. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}
