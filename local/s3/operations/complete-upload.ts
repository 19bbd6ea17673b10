import { rm } from 'node:fs/promises';
import type { Bucket } from '../bucket';
import { checksumIn, elementOf } from '../checksums';
import { refuseReplacing } from '../conditions';
import { malformedXml, S3Error } from '../errors';
import { badChecksum } from '../intake';
import type { Part, Upload } from '../uploads';
import { type Element, textOf, xmlResponse } from '../xml';
import { documentOf, type Operation, quoted } from './operation';

/** Fewest bytes of each part but the last. */
const LEAST_BYTES = 5 * 1024 ** 2;

export const completeMultipartUpload: Operation = async (bucket, request) => {
  const { key, query, headers } = request;
  bucket.refuseOthers(key);
  const upload = bucket.uploads.find(query.get('uploadId') ?? '', key);
  const document = await documentOf(request, 'CompleteMultipartUpload');
  const parts = chosen(upload, document, await bucket.uploads.parts(upload));
  refuseReplacing(headers, key, bucket.own.find(key));
  const path = bucket.own.draftPath();
  const draft = await joined(bucket, upload, parts, path);
  const claimed = checksumIn(headers);
  if (claimed && draft.checksum?.algorithm === claimed.algorithm && claimed.value !== draft.checksum.value) {
    await rm(path, { force: true });
    throw badChecksum(claimed.algorithm);
  }
  const object = await bucket.own.put(key, draft, (before) => refuseReplacing(headers, key, before));
  await bucket.uploads.end(upload);
  const { checksum } = object;
  return xmlResponse(200, 'CompleteMultipartUploadResult', [
    ['Location', `http://${headers.host ?? 'localhost'}${request.path}`],
    ['Bucket', bucket.options.name],
    ['Key', key],
    ['ETag', quoted(object.etag)],
    ...(checksum
      ? [[elementOf(checksum.algorithm), checksum.value] as const, ['ChecksumType', checksum.type] as const]
      : []),
  ]);
};

async function joined(bucket: Bucket, upload: Upload, parts: readonly Part[], path: string) {
  try {
    return await bucket.uploads.join(upload, parts, path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** The stored parts that the request's document names, with their ETags and checksums. @throws S3Error */
function chosen(upload: Upload, document: Element, known: readonly Part[]): Part[] {
  const byNumber = new Map(known.map((part) => [part.number, part]));
  const named = document.children.filter(({ name }) => name === 'Part');
  if (named.length === 0) throw malformedXml();
  const listed = named.map((element) => {
    const number = Number(textOf(element, 'PartNumber')?.trim() || Number.NaN);
    const etag = textOf(element, 'ETag')
      ?.trim()
      .replace(/^"(.*)"$/, '$1');
    if (!Number.isInteger(number) || etag === undefined) throw malformedXml();
    const checksum = upload.checksum && textOf(element, elementOf(upload.checksum.algorithm))?.trim();
    return { number, etag, checksum };
  });
  if (listed.some(({ number }, index) => index > 0 && number <= listed[index - 1]!.number))
    throw new S3Error(
      400,
      'InvalidPartOrder',
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
      { fields: { UploadId: upload.id } },
    );
  return listed.map(({ number, etag, checksum }, index) => {
    const part = byNumber.get(number);
    if (part?.etag !== etag || (checksum !== undefined && checksum !== part.checksum))
      throw new S3Error(
        400,
        'InvalidPart',
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { fields: { UploadId: upload.id, PartNumber: number, ETag: etag } },
      );
    if (index < listed.length - 1 && part.size < LEAST_BYTES)
      throw new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        fields: { ProposedSize: part.size, MinSizeAllowed: LEAST_BYTES, PartNumber: number, ETag: etag },
      });
    return part;
  });
}
