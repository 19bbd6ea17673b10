import { createHash, createHmac } from 'node:crypto';

/** AWS keys; Lambda puts them into the environment of each function. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  /** Headers to sign, with lower-case names; `host` is added. */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body in hex. S3 refuses a body with another digest. */
  readonly bodySha256: string;
  readonly region: string;
  /** Name of the service in signatures. @default s3 */
  readonly service?: string;
  readonly credentials: Credentials;
  readonly at: Date;
}

/** All headers of a request signed with AWS Signature Version 4. The path must not contain characters that have to be escaped twice. */
export function signRequest(request: SignedRequest): Record<string, string> {
  const { service = 's3' } = request;
  const timestamp = request.at.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const scope = `${timestamp.slice(0, 8)}/${request.region}/${service}/aws4_request`;
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.url.host,
    'x-amz-content-sha256': request.bodySha256,
    'x-amz-date': timestamp,
  };
  if (request.credentials.sessionToken) headers['x-amz-security-token'] = request.credentials.sessionToken;

  const names = Object.keys(headers).sort();
  const canonical = [
    request.method,
    request.url.pathname,
    request.url.searchParams.toString(),
    ...names.map((name) => `${name}:${headers[name]!.trim()}`),
    '',
    names.join(';'),
    request.bodySha256,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n');
  const key = [timestamp.slice(0, 8), request.region, service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${request.credentials.secretAccessKey}`),
  );
  const signature = hmac(key, toSign).toString('hex');
  const credential = `${request.credentials.accessKeyId}/${scope}`;
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${names.join(';')},Signature=${signature}`;
  return headers;
}

/** SHA-256 of text, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
