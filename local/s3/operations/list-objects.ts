import type { ListenerResponse } from '../../wire/http';
import type { Bucket } from '../bucket';
import { invalidArgument } from '../errors';
import type { S3Request } from '../request';
import { behind, type ListedObject } from '../stored-object';
import { type Node, xmlResponse } from '../xml';
import { OWNER } from './buckets';
import { iso, type Operation, quoted } from './operation';

const MOST_KEYS = 1000;
/** How many files' ETags are computed at the same time. */
const AT_ONCE = 8;

interface Listing {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  readonly isEncoded: boolean;
}

interface Page {
  readonly objects: readonly ListedObject[];
  readonly commonPrefixes: readonly string[];
  /** The next page begins after this key; undefined on the last page. */
  readonly next: string | undefined;
  /** The last key or common prefix of this page. */
  readonly last: string;
}

export const listObjectsV2: Operation = async (bucket, request) => {
  const { query } = request;
  const listing = listingOf(request);
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const page = await pageOf(bucket, listing, token === null ? (startAfter ?? '') : positionIn(token));
  const said = encoder(listing);
  const optional: Node[] = [];
  if (token !== null) optional.push(['ContinuationToken', token]);
  if (page.next !== undefined) optional.push(['NextContinuationToken', Buffer.from(page.next).toString('base64url')]);
  if (startAfter !== null) optional.push(['StartAfter', said(startAfter)]);
  return result(bucket, listing, page, query.get('fetch-owner') === 'true', [
    ['KeyCount', page.objects.length + page.commonPrefixes.length],
    ...optional,
  ]);
};

/** Version 1: a page begins after a key. After a common prefix it skips all keys with that prefix. */
export const listObjects: Operation = async (bucket, request) => {
  const listing = listingOf(request);
  const marker = request.query.get('marker') ?? '';
  const { delimiter } = listing;
  const page = await pageOf(bucket, listing, delimiter !== '' && marker.endsWith(delimiter) ? behind(marker) : marker);
  const said = encoder(listing);
  return result(bucket, listing, page, true, [
    ['Marker', said(marker)],
    ...(page.next !== undefined && delimiter !== '' ? [['NextMarker', said(page.last)] as const] : []),
  ]);
};

function result(
  bucket: Bucket,
  listing: Listing,
  page: Page,
  tellsOwner: boolean,
  own: readonly Node[],
): ListenerResponse {
  const { prefix, delimiter, maxKeys, isEncoded } = listing;
  const said = encoder(listing);
  return xmlResponse(200, 'ListBucketResult', [
    ['Name', bucket.options.name],
    ['Prefix', said(prefix)],
    ...own,
    ['MaxKeys', maxKeys],
    ...(delimiter === '' ? [] : [['Delimiter', said(delimiter)] as const]),
    ...(isEncoded ? [['EncodingType', 'url'] as const] : []),
    ['IsTruncated', page.next !== undefined],
    ...page.objects.map(
      ({ key, modifiedMs, etag, size }): Node => [
        'Contents',
        [
          ['Key', said(key)],
          ['LastModified', iso(modifiedMs)],
          ['ETag', quoted(etag)],
          ['Size', size],
          ...(tellsOwner ? [['Owner', OWNER] as const] : []),
          ['StorageClass', 'STANDARD'],
        ],
      ],
    ),
    ...page.commonPrefixes.map((common): Node => ['CommonPrefixes', [['Prefix', said(common)]]]),
  ]);
}

function listingOf({ query }: S3Request): Listing {
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maxKeys: Math.min(countIn(query, 'max-keys') ?? MOST_KEYS, MOST_KEYS),
    isEncoded: isEncoded(query),
  };
}

/** A number in the query. @throws S3Error when it is not a number */
export function countIn(query: URLSearchParams, name: string): number | undefined {
  const given = query.get(name);
  if (given === null || given === '') return undefined;
  if (!/^\d{1,10}$/.test(given) || Number(given) > 2 ** 31 - 1)
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, given);
  return Number(given);
}

/** @throws S3Error for an encoding that is not `url` */
export function isEncoded(query: URLSearchParams): boolean {
  const type = query.get('encoding-type');
  if (type !== null && type !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  return type === 'url';
}

async function pageOf(bucket: Bucket, { prefix, delimiter, maxKeys }: Listing, after: string): Promise<Page> {
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let last = '';
  let position = after;
  let hasMore = false;
  let from: string | undefined = after;
  while (from !== undefined && maxKeys > 0) {
    const begin: string = from;
    from = undefined;
    for await (const key of bucket.keys(prefix, begin)) {
      const common = commonPrefixOf(key, prefix, delimiter);
      if (common !== undefined && common === commonPrefixes.at(-1)) continue;
      if (common !== undefined && behind(common) === after) continue;
      if (keys.length + commonPrefixes.length === maxKeys) {
        hasMore = true;
        break;
      }
      last = common ?? key;
      position = common === undefined ? key : behind(common);
      if (common === undefined) keys.push(key);
      else {
        commonPrefixes.push(common);
        // The common prefix stands for all keys below it. Going on after them saves reading their folders.
        from = position;
        break;
      }
    }
  }
  const objects: ListedObject[] = [];
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    const listed = await Promise.all(keys.slice(at, at + AT_ONCE).map((key) => bucket.listed(key)));
    objects.push(...listed.filter((object) => object !== undefined));
  }
  return { objects, commonPrefixes, next: hasMore ? position : undefined, last };
}

function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

function positionIn(token: string): string {
  const position = Buffer.from(token, 'base64url').toString('utf8');
  if (token !== '' && Buffer.from(position).toString('base64url') === token) return position;
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
}

/** As S3 does it when asked for `encoding-type=url`: a blank is `+`, and characters that a path may contain stay. */
export function encoder({ isEncoded }: Pick<Listing, 'isEncoded'>): (text: string) => string {
  if (!isEncoded) return (text) => text;
  return (text) =>
    encodeURIComponent(text)
      .replace(/[!'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%2F', '/')
      .replaceAll('%20', '+');
}
