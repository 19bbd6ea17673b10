import { Stack } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { acknowledgeManagedPolicy } from './acknowledge';

export interface UploadedTextProps {
  /** A bucket that keeps versions and is encrypted by S3 itself. */
  readonly bucket: s3.IBucket;
  readonly key: string;
  /** The file's whole text, at most some hundred kilobytes. */
  readonly text: string;
}

/** A small text file in a bucket. The template can use the id of its version, which changes with each change of the text. */
export class UploadedText extends Construct {
  /** S3's id of the version that holds the text. */
  readonly versionId: string;

  constructor(scope: Construct, id: string, { bucket, key, text }: UploadedTextProps) {
    super(scope, id);
    const put = {
      service: 'S3',
      action: 'putObject',
      parameters: { Bucket: bucket.bucketName, Key: key, Body: text, ContentType: 'text/plain; charset=utf-8' },
      physicalResourceId: PhysicalResourceId.of(key),
      outputPaths: ['VersionId'],
    };
    const upload = new AwsCustomResource(this, 'Upload', {
      onUpdate: put,
      onDelete: { service: 'S3', action: 'deleteObject', parameters: { Bucket: bucket.bucketName, Key: key } },
      policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: [bucket.arnForObjects(key)] }),
      resourceType: 'Custom::UploadedText',
      installLatestAwsSdk: false,
    });
    // Deleted before the bucket is emptied: the deletion leaves a marker, and a bucket with a marker cannot be deleted.
    upload.node.addDependency(bucket);
    this.versionId = upload.getResponseField('VersionId');
    acknowledgeSdkFunction(this);
  }
}

/** Accepts the managed policy of the function through which CDK makes SDK calls while a stack is deployed. */
export function acknowledgeSdkFunction(scope: Construct): void {
  acknowledgeManagedPolicy(
    Stack.of(scope).node.findChild(`AWS${AwsCustomResource.PROVIDER_FUNCTION_UUID.replaceAll('-', '')}`),
    'service-role/AWSLambdaBasicExecutionRole',
    "CDK's own function for single SDK calls; the policy lets it write its log and nothing else",
  );
}
