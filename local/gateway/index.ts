/**
 * API Gateway REST APIs on a laptop: reads an API out of synthesized CloudFormation templates and serves it, with its routing, checks,
 * mapping templates and error answers, over bindings that stand for what is behind it.
 */
import { randomUUID } from 'node:crypto';
import { loadApi } from './api';
import type { RequestIds } from './exchange';
import type { HttpRequest, HttpResponse } from './http';
import type { Bindings } from './integration';
import type { Keys } from './sigv4';
import type { CloudFormationTemplate } from './template';

export type { HttpRequest, HttpResponse } from './http';
export type { AwsCall, Bindings } from './integration';
export { ApiDefinitionError, type CloudFormationTemplate } from './template';

export interface GatewayOptions {
  /** Synthesized templates by stack name; exactly one `AWS::ApiGateway::RestApi` among them. */
  readonly templates: Readonly<Record<string, CloudFormationTemplate>>;
  /** What integrations are bound to. One that matches none is refused at load, with its logical id. */
  readonly bindings: Bindings;
  /** `none` takes unsigned requests to IAM methods too; otherwise the secrets of the access keys that may sign them. */
  readonly auth: 'none' | { readonly keys: Keys };
  /** `aws` throttles as the stage's settings and the account would; `off` never answers 429 of its own accord. */
  readonly limits: 'off' | 'aws';
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Ids of one request. @default random ones */
  readonly newIds?: (nowMs: number) => RequestIds;
  /** Takes what API Gateway would write to its error log, one line at a time. Never reaches a client. @default nowhere */
  readonly log?: (message: string) => void;
}

export interface GatewayRoute {
  /** A verb or `ANY`. */
  readonly verb: string;
  /** In template form, such as `/streams/{stream-name}`. */
  readonly path: string;
  /** Type of integration and what it is bound to, such as `AWS kinesis:PutRecord`. */
  readonly integration: string;
  readonly authorization: 'NONE' | 'AWS_IAM';
  readonly logicalId: string;
}

export interface Gateway {
  /** Name of the stage: the first segment of every path. */
  readonly stage: string;
  routes(): readonly GatewayRoute[];
  /** Answers one request whose path begins with `/<stage>`. Never rejects: what goes wrong inside is logged and answered with 500. */
  handle(request: HttpRequest): Promise<HttpResponse>;
}

/** Reads and binds an API. Throws `ApiDefinitionError`, naming stack and logical id, for whatever cannot be served faithfully. */
export function loadGateway(options: GatewayOptions): Gateway {
  return loadApi({ now: Date.now, newIds: randomIds, log: () => {}, ...options });
}

function randomIds(nowMs: number): RequestIds {
  const requestId = randomUUID();
  const digits = requestId.replaceAll('-', '');
  const seconds = Math.floor(nowMs / 1000).toString(16);
  return {
    requestId,
    // Node draws UUIDs in bulk, so a second one is cheaper than eleven bytes.
    extendedRequestId: `${Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url', 0, 11)}=`,
    traceId: `Root=1-${seconds}-${digits.slice(8)}`,
  };
}
