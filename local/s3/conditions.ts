import { noSuchKey, preconditionFailed, S3Error } from './errors';

type Headers = Readonly<Record<string, string>>;
type Version = { readonly etag: string; readonly modifiedMs: number };

/**
 * Checks a reader's `If-` headers against the object.
 *
 * @param prefix beginning of the headers' names, such as `x-amz-copy-source-` for the source of a copy
 * @throws S3Error 412 when the object has changed and must not have, 304 when it has not changed
 */
export function refuseUnwanted(headers: Headers, { etag, modifiedMs }: Version, prefix = ''): void {
  const given = (name: string) => headers[`${prefix}${name}`];
  const match = given('if-match');
  const noneMatch = given('if-none-match');
  const modifiedSince = dateIn(given('if-modified-since'));
  const unmodifiedSince = dateIn(given('if-unmodified-since'));
  if (match !== undefined) {
    if (!names(match, etag)) throw preconditionFailed('If-Match');
  } else if (unmodifiedSince !== undefined && modifiedMs > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const isSame =
    noneMatch !== undefined ? names(noneMatch, etag) : modifiedSince !== undefined && modifiedMs <= modifiedSince;
  if (!isSame) return;
  if (prefix !== '') throw preconditionFailed(noneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match');
  throw new S3Error(304, 'NotModified', '', {
    headers: { etag: `"${etag}"`, 'last-modified': new Date(modifiedMs).toUTCString() },
  });
}

/** Checks a writer's `If-` headers. @throws S3Error 412, or 404 when the object that the writer wants to replace does not exist */
export function refuseReplacing(headers: Headers, key: string, before: Version | undefined): void {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined && noneMatch.trim() !== '*')
    throw new S3Error(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented', {
      fields: { Header: 'If-None-Match' },
    });
  if (noneMatch !== undefined && before !== undefined) throw preconditionFailed('If-None-Match');
  if (match === undefined) return;
  if (before === undefined) throw noSuchKey(key);
  if (!names(match, before.etag)) throw preconditionFailed('If-Match');
}

function names(header: string, etag: string): boolean {
  return header.split(',').some((one) => {
    const name = one
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return name === '*' || name === etag;
  });
}

function dateIn(header: string | undefined): number | undefined {
  const ms = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(ms) ? undefined : ms;
}
