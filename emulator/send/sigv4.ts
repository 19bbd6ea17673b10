import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { NoCredentials } from '@pipeline/cli/credentials';
import type { SignatureV4 } from '@smithy/signature-v4';

export interface SignableRequest {
  readonly method: string;
  /** Percent-encoded, as it is sent, without its query. */
  readonly path: string;
  /** Decoded. @default none */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers the headers to send, signature included. Rejects when the credential chain finds nothing. */
export type Signer = (request: SignableRequest) => Promise<Record<string, string>>;

/** Keys of an IAM identity; a session token makes them temporary. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Signs requests to API Gateway with SigV4. Signing throws NoCredentials where there are none.
 *
 * @param credentials the keys, or a function that finds them and renews them in time; by default the SDK's own chain: environment,
 *   profile, SSO, container, instance
 */
export function requestSigner(
  url: URL,
  region: string,
  credentials?: Credentials | (() => Promise<Credentials>),
  now: () => Date = () => new Date(),
): Signer {
  let signature: Promise<SignatureV4> | undefined;
  return async ({ method, path, query = {}, headers, body }) => {
    try {
      signature ??= signatureFor(region, credentials);
      const signed = await (await signature).sign(
        {
          method,
          protocol: url.protocol,
          hostname: url.hostname,
          path,
          query: { ...query },
          headers: { ...headers, host: url.host },
          body,
        },
        { signingDate: now() },
      );
      return signed.headers;
    } catch (cause) {
      throw new NoCredentials(cause);
    }
  };
}

/** Loads the SDK's parts when they are needed: they take longer to load than all the rest of the emulator. */
async function signatureFor(
  region: string,
  given: Credentials | (() => Promise<Credentials>) | undefined,
): Promise<SignatureV4> {
  const { SignatureV4 } = await import('@smithy/signature-v4');
  const credentials = given ?? (await import('@aws-sdk/credential-providers')).fromNodeProviderChain();
  return new SignatureV4({ service: 'execute-api', region, credentials, sha256: NodeSha256, applyChecksum: false });
}

/** SHA-256 by OpenSSL: a body of 500 records is hashed for every request. */
class NodeSha256 {
  private readonly hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void {
    throw new Error('a digest is used once');
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
