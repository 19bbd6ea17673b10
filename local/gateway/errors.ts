import type { HttpResponse } from '../wire/http';
import type { Exchange } from './exchange';
import { isProperties, type Resource } from './template';
import type { ContextValues } from './velocity/context';

/** API Gateway's names for the answers that it gives without a backend, such as `UNAUTHORIZED`. */
export type GatewayResponseType =
  | 'ACCESS_DENIED'
  | 'API_CONFIGURATION_ERROR'
  | 'BAD_REQUEST_BODY'
  | 'BAD_REQUEST_PARAMETERS'
  | 'INTEGRATION_FAILURE'
  | 'INTEGRATION_TIMEOUT'
  | 'INVALID_API_KEY'
  | 'INVALID_SIGNATURE'
  | 'MISSING_AUTHENTICATION_TOKEN'
  | 'QUOTA_EXCEEDED'
  | 'THROTTLED'
  | 'UNSUPPORTED_MEDIA_TYPE';

interface Answer {
  readonly status: number;
  readonly message: string;
  readonly errorType: string;
}

const INTERNAL: Answer = { status: 500, message: 'Internal server error', errorType: 'InternalServerErrorException' };

const ANSWERS: Readonly<Record<GatewayResponseType, Answer>> = {
  ACCESS_DENIED: { status: 403, message: 'Forbidden', errorType: 'AccessDeniedException' },
  API_CONFIGURATION_ERROR: INTERNAL,
  BAD_REQUEST_BODY: { status: 400, message: 'Invalid request body', errorType: 'BadRequestException' },
  BAD_REQUEST_PARAMETERS: {
    status: 400,
    message: 'Missing required request parameters',
    errorType: 'BadRequestException',
  },
  INTEGRATION_FAILURE: INTERNAL,
  INTEGRATION_TIMEOUT: {
    status: 504,
    message: 'Endpoint request timed out',
    errorType: 'InternalServerErrorException',
  },
  INVALID_API_KEY: { status: 403, message: 'Forbidden', errorType: 'ForbiddenException' },
  INVALID_SIGNATURE: {
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    errorType: 'InvalidSignatureException',
  },
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    message: 'Missing Authentication Token',
    errorType: 'MissingAuthenticationTokenException',
  },
  QUOTA_EXCEEDED: { status: 429, message: 'Limit Exceeded', errorType: 'LimitExceededException' },
  THROTTLED: { status: 429, message: 'Too Many Requests', errorType: 'TooManyRequestsException' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'Unsupported Media Type', errorType: 'BadRequestException' },
};

/** Thrown to answer a request with a gateway response, without a backend. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';

  constructor(
    readonly type: GatewayResponseType,
    readonly details: {
      /** @default the type's own message */
      readonly message?: string;
      readonly errorType?: string;
      /** `$context.error.validationErrorString` */
      readonly validation?: string;
    } = {},
  ) {
    super(details.message ?? ANSWERS[type].message);
  }
}

interface Customization {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly template?: { readonly type: string; readonly text: string };
}

/** Writes the gateway's own answers. `AWS::ApiGateway::GatewayResponse` resources may change their status, headers and body. */
export class GatewayResponses {
  private readonly customizations: ReadonlyMap<string, Customization>;

  constructor(resources: readonly Resource[]) {
    this.customizations = new Map(
      resources.map((resource) => [resource.text('ResponseType') ?? '', customizationOf(resource)]),
    );
  }

  respond({ type, message, details }: GatewayError, exchange: Exchange): HttpResponse {
    const answer = ANSWERS[type];
    const fallback = answer.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX';
    const custom = this.customizations.get(type) ?? this.customizations.get(fallback);
    const context: ContextValues = {
      ...exchange.contextValues(),
      error: {
        message,
        messageString: JSON.stringify(message),
        responseType: type,
        ...(details.validation !== undefined && { validationErrorString: details.validation }),
      },
    };
    const headers: Record<string, string> = {
      'content-type': custom?.template?.type ?? 'application/json',
      'x-amzn-ErrorType': details.errorType ?? answer.errorType,
    };
    for (const [name, expression] of Object.entries(custom?.headers ?? {})) {
      const value = headerValue(expression, context, exchange);
      if (value !== undefined) headers[name] = value;
    }
    return {
      status: custom?.status ?? answer.status,
      headers,
      body: custom?.template ? substituted(custom.template.text, context, exchange) : bodyOf(type, message),
    };
  }
}

/** API Gateway writes `Message` in one of its answers and `message` in all others. */
const bodyOf = (type: GatewayResponseType, message: string): string =>
  JSON.stringify(type === 'ACCESS_DENIED' ? { Message: message } : { message });

function customizationOf(resource: Resource): Customization {
  const parameters = resource.property('ResponseParameters');
  const templates = resource.property('ResponseTemplates');
  const status = resource.property('StatusCode');
  const texts = isProperties(templates) ? Object.entries(templates) : [];
  const [type, text] = texts.find(([name]) => name === 'application/json') ?? texts[0] ?? [];
  const headers: Record<string, string> = {};
  for (const [name, expression] of Object.entries(isProperties(parameters) ? parameters : {})) {
    const header = /^gatewayresponse\.header\.(.+)$/.exec(name)?.[1];
    if (header === undefined)
      throw resource.error(`cannot set ${name}; only gatewayresponse.header.<name> is supported`);
    headers[header] = String(expression);
  }
  return {
    ...(status !== undefined && { status: Number(status) }),
    headers,
    ...(type !== undefined && typeof text === 'string' && { template: { type, text } }),
  };
}

function headerValue(expression: string, context: ContextValues, exchange: Exchange): string | undefined {
  const literal = /^'(.*)'$/s.exec(expression)?.[1];
  if (literal !== undefined) return literal;
  const [source, ...path] = expression.split('.');
  if (source === 'context') return textAt(context, path);
  if (source === 'stageVariables') return exchange.api.stageVariables[path.join('.')];
  const request = /^method\.request\.(header|querystring|path)\.(.+)$/.exec(expression);
  const name = request?.[2] ?? '';
  if (request?.[1] === 'header') return exchange.request.headers[name.toLowerCase()];
  if (request?.[1] === 'querystring') return exchange.query.get(name)?.at(-1);
  return request?.[1] === 'path' ? exchange.pathParameters[name] : undefined;
}

/** Plain substitution of `$context.…` and `$stageVariables.…`: a gateway response cannot use directives such as #if. */
function substituted(template: string, context: ContextValues, exchange: Exchange): string {
  return template.replace(
    /\$(?:\{(context|stageVariables)\.([\w.]+)\}|(context|stageVariables)\.(\w+(?:\.\w+)*))/g,
    (_, wrapped?: string, wrappedPath?: string, plain?: string, plainPath?: string): string => {
      const path = (wrappedPath ?? plainPath ?? '').split('.');
      const source = wrapped ?? plain;
      return (source === 'context' ? textAt(context, path) : exchange.api.stageVariables[path.join('.')]) ?? '';
    },
  );
}

function textAt(values: ContextValues, path: readonly string[]): string | undefined {
  let value: string | number | ContextValues | undefined = values;
  for (const name of path) value = typeof value === 'object' ? value[name] : undefined;
  return value === undefined || typeof value === 'object' ? undefined : String(value);
}
