import { Bucket } from './bucket';
import { stage } from './stage';

/** The fields of a CDK provider framework's event that are used here. */
interface ResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: {
    readonly bucket: string;
    readonly key: string;
    readonly url: string;
    readonly sha256: string;
  };
}

/**
 * Custom resource: a downloaded file in a bucket. Its id is the key, so another version is a new resource
 * and CloudFormation deletes the old file when nothing needs it any more.
 */
export async function handler(event: ResourceEvent): Promise<{ PhysicalResourceId: string }> {
  const { bucket: name, key, url, sha256 } = event.ResourceProperties;
  const bucket = new Bucket({
    name,
    region: environment('AWS_REGION'),
    credentials: {
      accessKeyId: environment('AWS_ACCESS_KEY_ID'),
      secretAccessKey: environment('AWS_SECRET_ACCESS_KEY'),
      sessionToken: process.env.AWS_SESSION_TOKEN,
    },
    endpoint: process.env.AWS_ENDPOINT_URL_S3,
  });
  if (event.RequestType === 'Delete') {
    const staged = event.PhysicalResourceId ?? key;
    await bucket.delete(staged);
    return { PhysicalResourceId: staged };
  }
  console.log(`${url} -> s3://${name}/${key}: ${await stage(bucket, { url, sha256, key })}`);
  return { PhysicalResourceId: key };
}

function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; Lambda sets it for every function`);
  return value;
}
