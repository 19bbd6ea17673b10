import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsChunked, incomplete } from './aws-chunked';
import { type Algorithm, algorithmNamed, type Checksum, checksumIn, headerOf, summing } from './checksums';
import { invalidArgument, invalidRequest, S3Error } from './errors';

/** S3's cap on the body of one request, in bytes. */
export const MOST_BYTES = 5 * 1024 ** 3;

export interface Taken {
  readonly size: number;
  /** In hexadecimal, as the ETag of an object in one piece. */
  readonly md5: string;
  readonly checksum: Omit<Checksum, 'type'> | undefined;
}

export interface IntakeOptions {
  readonly fsync: boolean;
  /** The algorithm to compute a checksum by when the request names none. */
  readonly algorithm?: Algorithm | undefined;
}

/**
 * Writes a request's body to a new file while it arrives, and compares it with each length, digest and checksum of the request.
 *
 * @throws S3Error when one of them differs; then the caller has to remove the file
 */
export async function intake(
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: Readable },
  path: string,
  { fsync, algorithm: otherwise }: IntakeOptions,
): Promise<Taken> {
  const isChunked =
    (headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-') ||
    /\baws-chunked\b/.test(headers['content-encoding'] ?? '');
  const expected = lengthIn(headers, isChunked);
  const contentMd5 = md5In(headers);
  const named = checksumIn(headers);
  const trailer = isChunked ? trailerIn(headers) : undefined;
  const algorithm = named?.algorithm ?? trailer ?? otherwise;
  if (otherwise !== undefined && algorithm !== otherwise)
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${otherwise}, actual checksum Type: ${algorithm}`,
    );

  const md5 = createHash('md5');
  const sha256 = /^[0-9a-f]{64}$/i.test(headers['x-amz-content-sha256'] ?? '') ? createHash('sha256') : undefined;
  const sum = algorithm && summing(algorithm);
  let size = 0;
  const meter = new Transform({
    transform(bytes: Buffer, _encoding, done) {
      size += bytes.length;
      if (size > expected) return done(isChunked ? incomplete() : tooLarge(size));
      for (const digest of [md5, sha256, sum]) digest?.update(bytes);
      done(null, bytes);
    },
  });
  const chunks = new AwsChunked();
  // A failing pipeline would destroy the request, and with it the connection that the answer needs.
  const from = Readable.from(body.iterator({ destroyOnReturn: false }), { objectMode: false });
  const to = createWriteStream(path, { flags: 'wx', flush: fsync });
  try {
    await (isChunked ? pipeline(from, chunks, meter, to) : pipeline(from, meter, to));
  } finally {
    // A file that is still being opened would appear after the caller has removed it.
    if (!to.closed) await new Promise<void>((resolve) => to.once('close', () => resolve()));
  }
  if (size !== expected) throw incomplete();

  const digest = md5.digest('hex');
  if (contentMd5 !== undefined && contentMd5 !== digest)
    throw new S3Error(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
  if (sha256 && sha256.digest('hex') !== headers['x-amz-content-sha256']!.toLowerCase())
    throw new S3Error(
      400,
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  const value = await sum?.digest();
  const claimed = named?.value ?? (trailer && chunks.trailers[headerOf(trailer)]);
  if (trailer && claimed === undefined)
    throw invalidRequest(`The trailer ${headerOf(trailer)} that x-amz-trailer names is missing`);
  if (claimed !== undefined && claimed !== value) throw badChecksum(algorithm!);
  return { size, md5: digest, checksum: algorithm && { algorithm, value: value! } };
}

export const badChecksum = (algorithm: Algorithm) =>
  new S3Error(400, 'BadDigest', `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`);

function lengthIn(headers: Readonly<Record<string, string>>, isChunked: boolean): number {
  const name = isChunked ? 'x-amz-decoded-content-length' : 'content-length';
  const given = headers[name];
  if (given === undefined)
    throw new S3Error(
      411,
      'MissingContentLength',
      `You must provide the ${isChunked ? name : 'Content-Length'} HTTP header.`,
    );
  if (!/^\d{1,15}$/.test(given)) throw invalidArgument(`${name} must be a number of bytes`, name, given);
  if (Number(given) > MOST_BYTES) throw tooLarge(Number(given));
  return Number(given);
}

const tooLarge = (size: number) =>
  new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.', {
    fields: { ProposedSize: size, MaxSizeAllowed: MOST_BYTES },
  });

/** In hexadecimal. */
function md5In(headers: Readonly<Record<string, string>>): string | undefined {
  const given = headers['content-md5'];
  if (given === undefined) return undefined;
  const bytes = Buffer.from(given, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== given.trim())
    throw new S3Error(400, 'InvalidDigest', 'The Content-MD5 you specified is not valid.');
  return bytes.toString('hex');
}

function trailerIn(headers: Readonly<Record<string, string>>): Algorithm | undefined {
  const name = headers['x-amz-trailer']?.trim().toLowerCase();
  const found = /^x-amz-checksum-(\w+)$/.exec(name ?? '');
  if (found) return algorithmNamed(found[1]!);
  if (name === undefined) return undefined;
  throw invalidRequest('The value specified in the x-amz-trailer header is not supported');
}
