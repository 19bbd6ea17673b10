import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { HttpRequest } from '../wire/http';
import { GatewayError } from './errors';

const SERVICE = 'execute-api';
/** A signature is valid this long before and after its time stamp. */
const TOLERANCE_MS = 5 * 60_000;

interface Authorization {
  readonly accessKey: string;
  readonly date: string;
  readonly region: string;
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Secrets by access key id. */
export type Keys = Readonly<Record<string, string>>;

/**
 * Verifies a request signed with Signature Version 4 in its Authorization header, for `execute-api` in any region. Gives the access key;
 * throws the `GatewayError` that API Gateway would answer with. Policies are not evaluated. Left out: signatures in the query string.
 */
export function verifySignature(request: HttpRequest, keys: Keys, nowMs: number): string {
  const header = request.headers.authorization;
  if (header === undefined) throw new GatewayError('MISSING_AUTHENTICATION_TOKEN');
  const authorization = parseAuthorization(header);
  const timestamp = timestampOf(request);
  const secret = Object.hasOwn(keys, authorization.accessKey) ? keys[authorization.accessKey] : undefined;
  if (secret === undefined)
    throw denied('The security token included in the request is invalid.', 'UnrecognizedClientException');
  const missing = [...requiredHeaders(request)].filter((name) => !authorization.signedHeaders.includes(name));
  if (missing.length > 0)
    throw signatureError(`'Host' or 'x-amz-date' must be a 'SignedHeader' in the AWS Authorization.`);
  if (!timestamp.startsWith(authorization.date))
    throw signatureError(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${authorization.date}' != '${timestamp.slice(0, 8)}', from '${timestamp}'.`,
    );
  const skewMs = nowMs - millisOf(timestamp);
  if (Math.abs(skewMs) > TOLERANCE_MS)
    throw signatureError(
      skewMs > 0
        ? `Signature expired: ${timestamp} is now earlier than ${stamp(nowMs - TOLERANCE_MS)} (${stamp(nowMs)} - 5 min.)`
        : `Signature not yet current: ${timestamp} is still later than ${stamp(nowMs + TOLERANCE_MS)} (${stamp(nowMs)} + 5 min.)`,
    );
  const expected = signatureOf(request, authorization, timestamp, secret);
  if (!isEqual(expected, authorization.signature)) throw new GatewayError('INVALID_SIGNATURE');
  return authorization.accessKey;
}

function denied(message: string, errorType: string): GatewayError {
  return new GatewayError('ACCESS_DENIED', { message, errorType });
}

function signatureError(message: string): GatewayError {
  return new GatewayError('INVALID_SIGNATURE', { message });
}

function parseAuthorization(header: string): Authorization {
  const fields = new Map(
    header
      .replace(/^AWS4-HMAC-SHA256\s+/, '')
      .split(',')
      .map((field) => field.trim().split(/=(.*)/s, 2) as [string, string]),
  );
  const scope = /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(fields.get('Credential') ?? '');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (!header.startsWith('AWS4-HMAC-SHA256') || !scope || !signedHeaders || !signature)
    throw new GatewayError('MISSING_AUTHENTICATION_TOKEN', {
      message: `Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters and a signed date, and starts with 'AWS4-HMAC-SHA256'.`,
      errorType: 'IncompleteSignatureException',
    });
  const [, accessKey = '', date = '', region = '', service = ''] = scope;
  if (service !== SERVICE) throw signatureError(`Credential should be scoped to correct service: '${SERVICE}'.`);
  return {
    accessKey,
    date,
    region,
    scope: `${date}/${region}/${service}/aws4_request`,
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature,
  };
}

/** `X-Amz-Date`, or the Date header in the same form. */
function timestampOf({ headers }: HttpRequest): string {
  const given = headers['x-amz-date'];
  if (given !== undefined && /^\d{8}T\d{6}Z$/.test(given)) return given;
  const date = given === undefined && headers.date !== undefined ? Date.parse(headers.date) : Number.NaN;
  if (Number.isNaN(date))
    throw new GatewayError('MISSING_AUTHENTICATION_TOKEN', {
      message: `Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.`,
      errorType: 'IncompleteSignatureException',
    });
  return stamp(date);
}

function* requiredHeaders({ headers }: HttpRequest): Iterable<string> {
  yield 'host';
  if (headers['x-amz-date'] !== undefined) yield 'x-amz-date';
}

const stamp = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');

const millisOf = (timestamp: string): number =>
  Date.parse(timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

function signatureOf(request: HttpRequest, authorization: Authorization, timestamp: string, secret: string): string {
  const { date, region, scope, signedHeaders } = authorization;
  const headers = signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  const canonical = [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    headers.join(''),
    signedHeaders.join(';'),
    // A hash that the client sends in a header is signed with the headers; the body is hashed here all the same.
    sha256(request.body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n');
  const key = [date, region, SERVICE, 'aws4_request'].reduce<Buffer | string>(
    (signing, part) => hmac(signing, part),
    `AWS4${secret}`,
  );
  return hmac(key, toSign).toString('hex');
}

/** The path as every service but S3 signs it: without empty and dotted segments, and encoded once more. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encoded(segment));
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const mark = pair.indexOf('=');
      const [name, value] = mark < 0 ? [pair, ''] : [pair.slice(0, mark), pair.slice(mark + 1)];
      return [encoded(decoded(name)), encoded(decoded(value))] as const;
    })
    .sort(([nameA, valueA], [nameB, valueB]) => (nameA === nameB ? order(valueA, valueB) : order(nameA, nameB)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const order = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** RFC 3986 encoding: letters, digits and `-_.~` stay. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, data: string): Buffer => createHmac('sha256', key).update(data).digest();

function isEqual(expected: string, given: string): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}
