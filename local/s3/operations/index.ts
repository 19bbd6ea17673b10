import { notImplemented, S3Error } from '../errors';
import type { S3Request } from '../request';
import { createBucket, deleteBucket, getBucketLocation, getBucketVersioning, headBucket } from './buckets';
import { completeMultipartUpload } from './complete-upload';
import { copyObject } from './copy-object';
import { deleteObject, deleteObjects } from './delete-objects';
import { getObject, headObject } from './get-object';
import { listObjects, listObjectsV2 } from './list-objects';
import type { Operation } from './operation';
import { putObject } from './put-object';
import { uploadPart, uploadPartCopy } from './upload-part';
import { abortMultipartUpload, createMultipartUpload, listMultipartUploads, listParts } from './uploads';

/** Query parameters of S3 operations that this endpoint does not serve, such as `tagging`. */
const LEFT_OUT = [
  ...['accelerate', 'acl', 'analytics', 'attributes', 'cors', 'encryption', 'intelligent-tiering', 'inventory'],
  ...['legal-hold', 'lifecycle', 'logging', 'metrics', 'notification', 'object-lock', 'ownershipControls', 'policy'],
  ...[
    'policyStatus',
    'publicAccessBlock',
    'replication',
    'requestPayment',
    'restore',
    'retention',
    'select',
    'tagging',
  ],
  ...['torrent', 'versions', 'website', 'session', 'renameObject', 'append'],
];

/** The operation that a request on the bucket, or an object in it, asks for. @throws S3Error when this endpoint does not serve it */
export function operationOf({ method, key, query, headers }: S3Request): Operation {
  const leftOut = LEFT_OUT.find((name) => query.has(name));
  if (leftOut !== undefined) throw notImplemented(`The parameter ${leftOut}`);
  const operation = key === '' ? onBucket(method, query) : onObject(method, query, headers);
  if (operation) return operation;
  throw new S3Error(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    fields: { Method: method, ResourceType: key === '' ? 'BUCKET' : 'OBJECT' },
  });
}

function onBucket(method: string, query: URLSearchParams): Operation | undefined {
  if (method === 'GET') {
    if (query.has('location')) return getBucketLocation;
    if (query.has('versioning')) return getBucketVersioning;
    if (query.has('uploads')) return listMultipartUploads;
    return query.get('list-type') === '2' ? listObjectsV2 : listObjects;
  }
  if (method === 'HEAD') return headBucket;
  if (method === 'POST' && query.has('delete')) return deleteObjects;
  if (method === 'PUT') return createBucket;
  return method === 'DELETE' ? deleteBucket : undefined;
}

function onObject(method: string, query: URLSearchParams, headers: S3Request['headers']): Operation | undefined {
  const isOfUpload = query.has('uploadId');
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  if (method === 'GET') return isOfUpload ? listParts : getObject;
  if (method === 'HEAD') return headObject;
  if (method === 'PUT' && isOfUpload) return isCopy ? uploadPartCopy : uploadPart;
  if (method === 'PUT') return isCopy ? copyObject : putObject;
  if (method === 'POST' && query.has('uploads')) return createMultipartUpload;
  if (method === 'POST' && isOfUpload) return completeMultipartUpload;
  if (method === 'DELETE') return isOfUpload ? abortMultipartUpload : deleteObject;
  return undefined;
}
