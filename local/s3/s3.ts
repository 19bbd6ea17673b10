import type { ListenerResponse, StreamedRequest } from '../wire/http';
import { draw } from '../wire/random-bytes';
import { Bucket, type BucketOptions } from './bucket';
import { errorResponse, S3Error } from './errors';
import { operationOf } from './operations';
import { listBuckets } from './operations/buckets';
import { parseRequest } from './request';

export interface S3Options extends Omit<BucketOptions, 'fsync' | 'now'> {
  /** @default false */
  readonly fsync?: boolean;
  /** Clock in ms. @default Date.now */
  readonly now?: () => number;
  /** Called with each error of this endpoint itself, before the client gets an InternalError. */
  readonly onError?: (error: Error) => void;
  /** Called with the name of an unknown bucket that a client has asked for. */
  readonly onOtherBucket?: (name: string) => void;
}

/**
 * S3's REST interface, path style, over one bucket. Like the Kinesis endpoint, it does not check credentials: any key works, and so does
 * a presigned URL.
 */
export class S3 {
  private constructor(
    private readonly bucket: Bucket,
    private readonly onError: (error: Error) => void,
    private readonly onOtherBucket: (name: string) => void,
  ) {}

  static async open({
    fsync = false,
    now = Date.now,
    onError = () => {},
    onOtherBucket = () => {},
    ...options
  }: S3Options): Promise<S3> {
    return new S3(await Bucket.open({ ...options, fsync, now }), onError, onOtherBucket);
  }

  /** Answers every request. Errors are in S3's words. */
  async handle(request: StreamedRequest): Promise<ListenerResponse> {
    const response = await this.answered(request);
    const named = {
      'x-amz-request-id': draw(8).toString('hex').toUpperCase(),
      'x-amz-id-2': draw(48).toString('base64'),
    };
    return { ...response, headers: { ...response.headers, ...named, server: 'AmazonS3' } };
  }

  private async answered(request: StreamedRequest): Promise<ListenerResponse> {
    try {
      const parsed = parseRequest(request);
      if (parsed.bucket === '') {
        if (request.method === 'GET') return listBuckets(this.bucket);
        throw new S3Error(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
      }
      if (parsed.bucket !== this.bucket.options.name) this.onOtherBucket(parsed.bucket);
      this.bucket.refuseOtherBucket(parsed.bucket);
      return await operationOf(parsed)(this.bucket, parsed);
    } catch (error) {
      if (error instanceof S3Error) return errorResponse(error, request);
      // The client left in the middle of its body: that is no error of this endpoint, and nobody reads the answer.
      if (!request.body.errored) this.onError(error as Error);
      return errorResponse(failureOf(error as NodeJS.ErrnoException), request);
    }
  }
}

/** The client is told about a full disk, and about no other internal error: a person can free the disk while the client waits. */
function failureOf({ code }: NodeJS.ErrnoException): S3Error {
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new S3Error(503, 'ServiceUnavailable', 'The disk of the endpoint is full. Please make room and try again.');
  return new S3Error(500, 'InternalError', 'We encountered an internal error. Please try again.');
}
