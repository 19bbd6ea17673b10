import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Bucket } from './bucket';

/** A file to download, and where to put it. */
export interface Artefact {
  /** Where the file is downloaded from. */
  readonly url: string;
  /** SHA-256 of the file, 64 hex digits. */
  readonly sha256: string;
  /** The file's key in the bucket. */
  readonly key: string;
}

/**
 * Copies a file into the bucket as a stream, without storing it in between. A file that is already
 * in the bucket is not downloaded again. A file with another SHA-256 than the pinned one never appears.
 *
 * @returns whether the file had to be copied
 */
export async function stage(bucket: Bucket, { url, sha256, key }: Artefact): Promise<'staged' | 'already there'> {
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new Error(
      `${url} has no SHA-256 in artefacts.lock.json; run npm run pin-artefacts, look at what it found, and deploy again`,
    );
  }
  if ((await bucket.digestOf(key)) === sha256) return 'already there';

  const response = await fetch(url, { redirect: 'follow' });
  if (!response.ok || !response.body) throw new Error(`GET ${url} answered ${response.status}`);
  const length = Number(response.headers.get('content-length'));
  if (!Number.isSafeInteger(length) || length <= 0) {
    throw new Error(`GET ${url} answered without a content-length, which one PUT to S3 needs`);
  }

  const hash = createHash('sha256');
  const hashed = Readable.fromWeb(response.body as ReadableStream).pipe(
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    }),
  );
  try {
    await bucket.put(key, hashed, length, sha256);
  } catch (error) {
    const got = hashed.readableEnded ? hash.digest('hex') : undefined;
    if (got === undefined || got === sha256) throw error;
    throw new Error(`${url} has SHA-256 ${got}, but the lock file pins ${sha256}; nothing was stored`, {
      cause: error,
    });
  }
  return 'staged';
}
