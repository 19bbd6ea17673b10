import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Credentials, sha256, signRequest } from '../sign';

export interface BucketOptions {
  readonly name: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** Address of an S3 in place of AWS's, with the bucket in the path. */
  readonly endpoint?: string;
}

/** Header of the object's metadata that holds its SHA-256. */
const DIGEST_HEADER = 'x-amz-meta-sha256';

/**
 * The three calls to S3 that staging needs. Not the SDK's upload, because that splits a stream into
 * parts, while with one PUT of up to 5 GB S3 itself refuses a body with another digest.
 */
export class Bucket {
  constructor(private readonly options: BucketOptions) {}

  /** SHA-256 that was given with the object when it was put, or undefined when there is no such object. */
  async digestOf(key: string): Promise<string | undefined> {
    const response = await this.send('HEAD', key, { digest: sha256('') });
    if (response.statusCode === 404) return undefined;
    await expectSuccess('HEAD', key, response);
    return String(response.headers[DIGEST_HEADER] ?? '');
  }

  /** Puts an object of `length` bytes in one piece. S3 stores nothing unless the body's SHA-256 is `digest`. */
  async put(key: string, body: Readable, length: number, digest: string): Promise<void> {
    const headers = {
      'content-length': String(length),
      'content-type': 'application/octet-stream',
      [DIGEST_HEADER]: digest,
    };
    await expectSuccess('PUT', key, await this.send('PUT', key, { digest, headers, body }));
  }

  /** Deletes an object; a missing object is not an error. */
  async delete(key: string): Promise<void> {
    await expectSuccess('DELETE', key, await this.send('DELETE', key, { digest: sha256('') }));
  }

  private async send(
    method: string,
    key: string,
    { digest, headers = {}, body }: { digest: string; headers?: Record<string, string>; body?: Readable },
  ): Promise<IncomingMessage> {
    const { name, region, credentials, endpoint } = this.options;
    const path = key.split('/').map(encodeURIComponent).join('/');
    const url = new URL(
      endpoint ? `${endpoint}/${name}/${path}` : `https://${name}.s3.${region}.amazonaws.com/${path}`,
    );
    const signed = signRequest({ method, url, headers, bodySha256: digest, region, credentials, at: new Date() });
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, { method, headers: signed });
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
    });
    if (body) await Promise.race([pipeline(body, request), answer]);
    else request.end();
    return answer;
  }
}

async function expectSuccess(method: string, key: string, response: IncomingMessage): Promise<void> {
  let text = '';
  for await (const chunk of response) text += chunk;
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) throw new Error(`S3 answered ${status} to ${method} ${key}: ${text.slice(0, 500)}`);
}
