import type { HttpRequest, HttpResponse } from '../wire/http';
import type { Exchange } from './exchange';

/** The local backends that get an integration's requests in place of the real services. */
export interface Bindings {
  /** Target of HTTP integrations, through a VPC link or not. */
  readonly http: (request: HttpRequest) => Promise<HttpResponse>;
  /** AWS service actions, e.g. service `kinesis`, action `PutRecord`. Header names are in lower case. */
  readonly aws: (call: AwsCall) => Promise<HttpResponse>;
  /** Services that `aws` answers for. @default ['kinesis'] */
  readonly awsServices?: readonly string[];
  /** Gives S3 objects to integrations with an `s3:path` Uri. @default - loading refuses such integrations */
  readonly s3?: (request: ObjectRequest) => Promise<HttpResponse>;
}

/** A request of an `s3:path` integration. Header names are in lower case. */
export interface ObjectRequest {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface AwsCall {
  readonly service: string;
  readonly action: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Serves one request that has passed all checks. */
export type Integration = (exchange: Exchange) => Promise<HttpResponse>;

/** The request that an integration sends to its backend. */
export interface BackendRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: string;
  readonly path: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type Backend = (request: BackendRequest, exchange: Exchange) => Promise<HttpResponse>;
