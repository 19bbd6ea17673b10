import { rm } from 'node:fs/promises';
import type { Bucket } from '../bucket';
import { type Checksum, checksumHeaders } from '../checksums';
import { refuseReplacing } from '../conditions';
import { type IntakeOptions, intake, type Taken } from '../intake';
import type { S3Request } from '../request';
import { storedHeaders } from '../stored-headers';
import { emptyResponse, type Operation, quoted } from './operation';

export const putObject: Operation = async (bucket, request) => {
  const { key, headers } = request;
  bucket.refuseOthers(key);
  const stored = storedHeaders(headers);
  refuseReplacing(headers, key, bucket.own.find(key));
  const path = bucket.own.draftPath();
  const { size, md5, checksum: sum } = await taken(bucket, request, path);
  const checksum: Checksum | undefined = sum && { ...sum, type: 'FULL_OBJECT' };
  const object = await bucket.own.put(key, { path, size, etag: md5, headers: stored, checksum }, (before) =>
    refuseReplacing(headers, key, before),
  );
  return emptyResponse(200, { etag: quoted(object.etag), ...checksumHeaders(checksum) });
};

/** Writes the body to a file, and removes the file when that fails. */
export async function taken(
  { options: { fsync } }: Bucket,
  request: Pick<S3Request, 'headers' | 'body'>,
  path: string,
  more: Omit<IntakeOptions, 'fsync'> = {},
): Promise<Taken> {
  try {
    return await intake(request, path, { fsync, ...more });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
