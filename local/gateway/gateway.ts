import type { HttpRequest, HttpResponse } from '../wire/http';
import type { Bindings } from './backend';
import type { GatewayError } from './errors';
import type { BackendExchange, RequestIds } from './exchange';
import type { Keys } from './sigv4';
import type { CloudFormationTemplate } from './template';

export interface GatewayOptions {
  /** Synthesized templates by stack name; exactly one `AWS::ApiGateway::RestApi` among them. */
  readonly templates: Readonly<Record<string, CloudFormationTemplate>>;
  /** The local backends. An integration that fits none of them is refused when the API is loaded, with its logical id. */
  readonly bindings: Bindings;
  /** Secrets of the access keys that may sign requests to IAM methods. `none` lets unsigned requests through, too. */
  readonly auth: 'none' | { readonly keys: Keys };
  /** `aws` throttles by the stage's settings and the account's limit; with `off` the gateway itself never answers 429. */
  readonly limits: 'off' | 'aws';
  /**
   * Whether the path of a request through a private link begins with the stage (as API Gateway's guide says) or does not
   * (as some users report). @default 'sent'
   */
  readonly stagePath?: 'sent' | 'stripped';
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Makes the ids of one request. @default random ids */
  readonly newIds?: (nowMs: number) => RequestIds;
  /** Called with each line that API Gateway would write to its error log. Clients never see these lines. @default no log */
  readonly log?: (message: string) => void;
  /** Called for each request that the gateway itself refuses, with the reason. @default not called */
  readonly onRefusal?: (error: GatewayError) => void;
  /** Called for each request after its answer. @default not called */
  readonly observe?: (observed: ObservedRequest) => void;
}

/** One request and its answer, as `GatewayOptions.observe` gets them. */
export interface ObservedRequest {
  readonly requestId: string;
  /** When the request came, in ms since 1970, and how long its answer took. */
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
  /** Why the gateway refused the request, such as `Invalid request body`; undefined when the gateway let it through. */
  readonly refused: string | undefined;
  /** Undefined when the request did not reach the backend. */
  readonly backend: BackendExchange | undefined;
}

export interface GatewayRoute {
  /** A verb or `ANY`. */
  readonly verb: string;
  /** In template form, such as `/streams/{stream-name}`. */
  readonly path: string;
  /** Type of the integration and its backend, such as `AWS kinesis:PutRecord`. */
  readonly integration: string;
  readonly authorization: 'NONE' | 'AWS_IAM';
  readonly logicalId: string;
}

export interface Gateway {
  /** Name of the stage: the first segment of every path. */
  readonly stage: string;
  routes(): readonly GatewayRoute[];
  /** Answers one request whose path begins with `/<stage>`. Never rejects: a failure inside the gateway is logged and answered with 500. */
  handle(request: HttpRequest): Promise<HttpResponse>;
}
