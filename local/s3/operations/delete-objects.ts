import { malformedXml, S3Error } from '../errors';
import { checkedKey } from '../request';
import { type Node, textOf, xmlResponse } from '../xml';
import { documentOf, emptyResponse, type Operation } from './operation';

const MOST_KEYS = 1000;

/** Deleting a key without an object succeeds, too. */
export const deleteObject: Operation = async (bucket, { key }) => {
  bucket.refuseOthers(key);
  await bucket.own.delete(key);
  return emptyResponse(204);
};

export const deleteObjects: Operation = async (bucket, request) => {
  const document = await documentOf(request, 'Delete');
  const objects = document.children.filter(({ name }) => name === 'Object');
  if (objects.length === 0 || objects.length > MOST_KEYS) throw malformedXml();
  const isQuiet = textOf(document, 'Quiet')?.trim() === 'true';
  const results: Node[] = [];
  for (const object of objects) {
    const key = textOf(object, 'Key');
    if (key === undefined || key === '') throw malformedXml();
    try {
      bucket.refuseOthers(checkedKey(key));
      await bucket.own.delete(key);
      if (!isQuiet) results.push(['Deleted', [['Key', key]]]);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      results.push([
        'Error',
        [
          ['Key', key],
          ['Code', error.code],
          ['Message', error.message],
        ],
      ]);
    }
  }
  return xmlResponse(200, 'DeleteResult', results);
};
