import type { Backend, Bindings, Integration } from './backend';
import { objectOfUri, pathOfUri } from './backend-address';
import { httpProxy } from './http-proxy';
import { mappedIntegration } from './mapped-integration';
import { mockBackend } from './mock-backend';
import { type RequestMapping, requestMappings } from './parameter-mapping';
import { isProperties, type Properties, type Resource } from './template';

export interface IntegrationOptions {
  readonly bindings: Bindings;
  /** @default 'sent' */
  readonly stagePath?: 'sent' | 'stripped';
  readonly log: (message: string) => void;
}

/** Headers that an AWS service integration must not set. */
const SET_BY_GATEWAY = new Set([
  'authorization',
  'connection',
  'content-length',
  'host',
  'te',
  'transfer-encoding',
  'upgrade',
]);
const DEFAULT_TIMEOUT_MS = 29_000;

/** Connects a method's integration to a local backend. Throws an error with the method's logical id when no backend fits. */
export function loadIntegration(
  method: Resource,
  options: IntegrationOptions,
): { serve: Integration; timeoutMs: number } {
  const integration = method.property('Integration');
  if (!isProperties(integration)) throw method.error('the method has no Integration');
  if (integration.ContentHandling !== undefined) throw method.error('ContentHandling is not supported');
  const timeoutMs = Number(integration.TimeoutInMillis ?? DEFAULT_TIMEOUT_MS);
  const mappings = readRequestMappings(method, integration);
  switch (integration.Type) {
    case 'HTTP_PROXY':
      return {
        timeoutMs,
        serve: httpProxy({
          method,
          integration,
          mappings,
          sendStage: options.stagePath !== 'stripped',
          send: options.bindings.http,
        }),
      };
    case 'HTTP':
      return {
        timeoutMs,
        serve: mappedIntegration({
          method,
          integration,
          mappings,
          log: options.log,
          backend: httpBackend(method, integration, mappings, options),
        }),
      };
    case 'AWS':
      return {
        timeoutMs,
        serve: mappedIntegration({
          method,
          integration,
          mappings,
          log: options.log,
          backend: awsBackend(method, integration, mappings, options),
        }),
      };
    case 'MOCK':
      return {
        timeoutMs,
        serve: mappedIntegration({ method, integration, mappings, log: options.log, backend: mockBackend }),
      };
    default:
      throw method.error(`the laptop has no backend for an integration of type ${integration.Type}`);
  }
}

function readRequestMappings(method: Resource, integration: Properties): RequestMapping[] {
  const declared = method.property('RequestParameters');
  const mappings = integration.RequestParameters;
  try {
    return requestMappings(
      isProperties(mappings) ? mappings : {},
      new Set(Object.keys(isProperties(declared) ? declared : {})),
    );
  } catch (cause) {
    throw method.error(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function awsBackend(
  method: Resource,
  integration: Properties,
  mappings: readonly RequestMapping[],
  { bindings }: IntegrationOptions,
): Backend {
  const uri = String(integration.Uri ?? '');
  refuseForbiddenHeaders(method, mappings);
  if (/^arn:[^:]+:apigateway:[^:]*:s3:path\//.test(uri)) return objectBackend(method, integration, mappings, bindings);
  const target = /^arn:[^:]+:apigateway:[^:]*:([^:]+):action\/([A-Za-z0-9]+)$/.exec(uri);
  const services = bindings.awsServices ?? ['kinesis'];
  const [, service = '', action = ''] = target ?? [];
  if (!services.includes(service)) throw method.error(`the laptop has no backend for its integration ${uri}`);
  if (integration.IntegrationHttpMethod !== 'POST')
    throw method.error(`IntegrationHttpMethod of an AWS action must be POST, got ${integration.IntegrationHttpMethod}`);
  return ({ headers, body }) => bindings.aws({ service, action, headers, body });
}

function refuseForbiddenHeaders(method: Resource, mappings: readonly RequestMapping[]): void {
  const forbidden = mappings.find(({ target: to, name }) => to === 'header' && SET_BY_GATEWAY.has(name.toLowerCase()));
  if (forbidden) throw method.error(`an AWS integration must not map the header ${forbidden.name}`);
}

function objectBackend(
  method: Resource,
  { Uri, IntegrationHttpMethod }: Properties,
  mappings: readonly RequestMapping[],
  { s3 }: Bindings,
): Backend {
  if (s3 === undefined) throw method.error(`the laptop has no backend for its integration ${Uri}`);
  if (IntegrationHttpMethod !== 'GET')
    throw method.error(`IntegrationHttpMethod of an S3 object must be GET, got ${IntegrationHttpMethod}`);
  const object = objectOfUri(method, String(Uri), mappings);
  return ({ headers, path }) => s3({ method: 'GET', ...object(path), headers });
}

function httpBackend(
  method: Resource,
  integration: Properties,
  mappings: readonly RequestMapping[],
  { bindings }: IntegrationOptions,
): Backend {
  const path = pathOfUri(method, integration, mappings);
  const verb = String(integration.IntegrationHttpMethod ?? 'ANY');
  return ({ headers, query, path: values, body }, { request }) =>
    bindings.http({ method: verb === 'ANY' ? request.method : verb, path: path(values), query, headers, body });
}
