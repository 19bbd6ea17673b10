import { createHash } from 'node:crypto';
import { Crc32, Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { invalidRequest } from './errors';

export const ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** `FULL_OBJECT`: a checksum over all bytes. `COMPOSITE`: a checksum over the checksums of the parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  readonly algorithm: Algorithm;
  /** Base64. A checksum over parts ends in `-` and the number of parts. */
  readonly value: string;
  readonly type: ChecksumType;
}

/** Takes bytes and gives their checksum at the end. */
export interface Summing {
  update(bytes: Uint8Array): void;
  /** In base64. */
  digest(): Promise<string>;
}

export function summing(algorithm: Algorithm | 'md5'): Summing {
  const crc = { crc32: Crc32, crc32c: Crc32c, crc64nvme: Crc64Nvme }[algorithm as string];
  const hash = crc ? new crc() : createHash(algorithm);
  return {
    update: (bytes) => void hash.update(bytes),
    digest: async () => Buffer.from(await hash.digest()).toString('base64'),
  };
}

export const headerOf = (algorithm: Algorithm): string => `x-amz-checksum-${algorithm}`;

/** Name of the element that holds a checksum, as `ChecksumCRC64NVME`. */
export const elementOf = (algorithm: Algorithm): string => `Checksum${algorithm.toUpperCase()}`;

/** The algorithm of a header's value, such as `CRC32`. @throws S3Error for an unknown algorithm */
export function algorithmNamed(name: string): Algorithm {
  const found = ALGORITHMS.find((algorithm) => algorithm === name.toLowerCase());
  if (found) return found;
  throw invalidRequest(
    `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${ALGORITHMS.map((known) => known.toUpperCase()).join(', ')}]`,
  );
}

/** The checksum in a request's headers. @throws S3Error when the headers have more than one */
export function checksumIn(headers: Readonly<Record<string, string>>): Omit<Checksum, 'type'> | undefined {
  const given = ALGORITHMS.filter((algorithm) => headers[headerOf(algorithm)] !== undefined);
  if (given.length > 1)
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  const [algorithm] = given;
  return algorithm && { algorithm, value: headers[headerOf(algorithm)]!.trim() };
}

/** The answer's headers for a checksum. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [headerOf(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}
