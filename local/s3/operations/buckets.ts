import type { ListenerResponse } from '../../wire/http';
import type { Bucket } from '../bucket';
import { S3Error } from '../errors';
import { xmlResponse } from '../xml';
import { emptyResponse, iso, type Operation } from './operation';

export const REGION = 'us-east-1';

/** The account's id, as the Kinesis endpoint has it. */
export const OWNER = [
  ['ID', '000000000000'],
  ['DisplayName', 'local'],
] as const;

export function listBuckets({ options: { name }, createdMs }: Bucket): ListenerResponse {
  return xmlResponse(200, 'ListAllMyBucketsResult', [
    ['Owner', OWNER],
    [
      'Buckets',
      [
        [
          'Bucket',
          [
            ['Name', name],
            ['CreationDate', iso(createdMs)],
            ['BucketRegion', REGION],
          ],
        ],
      ],
    ],
  ]);
}

/** For us-east-1, S3 answers with an empty location. */
export const getBucketLocation: Operation = async () => xmlResponse(200, 'LocationConstraint', []);

export const headBucket: Operation = async () =>
  emptyResponse(200, {
    'content-type': 'application/xml',
    'x-amz-bucket-region': REGION,
    'x-amz-access-point-alias': 'false',
  });

/** The bucket has no versions, so the answer is empty. */
export const getBucketVersioning: Operation = async () => xmlResponse(200, 'VersioningConfiguration', []);

/** In us-east-1, S3 answers 200 when the owner creates a bucket that exists. */
export const createBucket: Operation = async ({ options: { name } }) => emptyResponse(200, { location: `/${name}` });

export const deleteBucket: Operation = async () => {
  throw new S3Error(
    403,
    'AccessDenied',
    'Access Denied: this bucket holds the files of the S3 sink; npm start -- --reset empties it',
  );
};
