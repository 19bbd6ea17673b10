import { rm } from 'node:fs/promises';
import type { Bucket } from '../bucket';
import { elementOf, headerOf } from '../checksums';
import { invalidArgument, noSuchUpload, S3Error } from '../errors';
import type { Taken } from '../intake';
import { rangeOf } from '../ranges';
import type { S3Request } from '../request';
import type { Part, Upload } from '../uploads';
import { xmlResponse } from '../xml';
import { copied, sourceOf } from './copy-object';
import { emptyResponse, iso, type Operation, quoted } from './operation';
import { taken } from './put-object';

const MOST_PARTS = 10_000;

export const uploadPart: Operation = async (bucket, request) => {
  const { part, upload } = await kept(bucket, request, (path, { checksum }) =>
    taken(bucket, request, path, { algorithm: checksum?.algorithm }),
  );
  const { checksum } = upload;
  return emptyResponse(200, {
    etag: quoted(part.etag),
    ...(checksum && part.checksum && { [headerOf(checksum.algorithm)]: part.checksum }),
  });
};

export const uploadPartCopy: Operation = async (bucket, request) => {
  const source = await sourceOf(bucket, request);
  const asked = request.headers['x-amz-copy-source-range'];
  const range = rangeOf(asked, source.size);
  // When a range goes beyond the end of the object, S3 copies nothing.
  if (asked !== undefined && (!range || asked.trim() !== `bytes=${range.from}-${range.to}`))
    throw invalidArgument(
      `The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy`,
      'x-amz-copy-source-range',
      asked,
    );
  const { part, upload } = await kept(bucket, request, (path, { checksum }) =>
    copied(bucket, source, path, checksum?.algorithm, range),
  );
  const { checksum } = upload;
  return xmlResponse(200, 'CopyPartResult', [
    ['LastModified', iso(part.modifiedMs)],
    ['ETag', quoted(part.etag)],
    ...(checksum && part.checksum ? [[elementOf(checksum.algorithm), part.checksum] as const] : []),
  ]);
};

async function kept(
  bucket: Bucket,
  { key, query }: S3Request,
  take: (path: string, upload: Upload) => Promise<Taken>,
): Promise<{ part: Part; upload: Upload }> {
  bucket.refuseOthers(key);
  const number = numberIn(query);
  const upload = bucket.uploads.find(query.get('uploadId') ?? '', key);
  const path = bucket.uploads.draftPath(upload);
  try {
    const { size, md5, checksum } = await take(path, upload);
    const sum = upload.checksum && checksum?.value;
    return { upload, part: await bucket.uploads.keep(upload, path, { number, size, etag: md5, checksum: sum }) };
  } catch (error) {
    await rm(path, { force: true });
    // The upload was aborted or completed meanwhile, and its folder removed.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw noSuchUpload(upload.id);
    throw error;
  }
}

function numberIn(query: URLSearchParams): number {
  const given = query.get('partNumber') ?? '';
  if (/^\d{1,5}$/.test(given) && Number(given) >= 1 && Number(given) <= MOST_PARTS) return Number(given);
  throw new S3Error(400, 'InvalidArgument', `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`, {
    fields: { ArgumentName: 'partNumber', ArgumentValue: given },
  });
}
