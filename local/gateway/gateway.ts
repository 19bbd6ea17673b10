import type { HttpRequest, HttpResponse } from '../wire/http';
import type { Bindings } from './backend';
import type { GatewayError } from './errors';
import type { BackendExchange, RequestIds } from './exchange';
import type { Keys } from './sigv4';
import type { CloudFormationTemplate } from './template';

export interface GatewayOptions {
  /** Synthesized templates by stack name; exactly one `AWS::ApiGateway::RestApi` among them. */
  readonly templates: Readonly<Record<string, CloudFormationTemplate>>;
  /** What integrations are bound to. One that matches none is refused at load, with its logical id. */
  readonly bindings: Bindings;
  /** `none` takes unsigned requests to IAM methods too; otherwise the secrets of the access keys that may sign them. */
  readonly auth: 'none' | { readonly keys: Keys };
  /** `aws` throttles as the stage's settings and the account would; `off` never answers 429 of its own accord. */
  readonly limits: 'off' | 'aws';
  /**
   * Whether the path of a request through a private link begins with the stage, as API Gateway's guide says it does, or not,
   * as some have seen. @default 'sent'
   */
  readonly stagePath?: 'sent' | 'stripped';
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Ids of one request. @default random ones */
  readonly newIds?: (nowMs: number) => RequestIds;
  /** Takes what API Gateway would write to its error log, one line at a time. Never reaches a client. @default nowhere */
  readonly log?: (message: string) => void;
  /** Told of each request that the gateway itself refuses, with why. @default nobody */
  readonly onRefusal?: (error: GatewayError) => void;
  /** Told of each request when it has been answered. @default nobody */
  readonly observe?: (observed: ObservedRequest) => void;
}

/** One request and its answer, for whoever watches the API. */
export interface ObservedRequest {
  readonly requestId: string;
  /** When it came, in ms since 1970, and how long its answer took. */
  readonly atMs: number;
  readonly tookMs: number;
  readonly verb: string;
  /** Path as sent. */
  readonly path: string;
  /** Route in template form; empty when no route fits. */
  readonly route: string;
  /** Values of the route's variables, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly status: number;
  /** Why the gateway itself refused it, such as `Invalid request body`; undefined when it did not. */
  readonly refused: string | undefined;
  /** Undefined when it did not come to the backend. */
  readonly backend: BackendExchange | undefined;
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
