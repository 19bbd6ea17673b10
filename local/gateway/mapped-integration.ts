import { GatewayError } from './errors';
import { type Exchange, mimeTypeOf } from './exchange';
import { withParameter } from './http-proxy';
import type { Backend, BackendRequest, Integration } from './integration';
import { loadResponses } from './integration-response';
import type { RequestMapping } from './parameter-mapping';
import { isProperties, type Properties, type Resource } from './template';
import { addGatewayHeaders } from './upstream-headers';
import { Context, type Overrides } from './velocity/context';
import { MappingTemplate } from './velocity/mapping-template';
import { TemplateError, textOf } from './velocity/values';

export interface MappedIntegrationOptions {
  readonly method: Resource;
  readonly integration: Properties;
  readonly mappings: readonly RequestMapping[];
  readonly backend: Backend;
  readonly log: (message: string) => void;
}

/** An integration that is no proxy: a template makes the backend's request, another may make the client's answer. */
export function mappedIntegration(options: MappedIntegrationOptions): Integration {
  const { method, integration, mappings, backend } = options;
  const templates = loadTemplates(method, integration.RequestTemplates, 'RequestTemplates');
  const passthrough = passthroughOf(method, integration);
  const respond = loadResponses(options);
  const log = (message: string) => options.log(`${method.logicalId}: ${message}`);

  return async (exchange) => {
    const context = new Context(() => exchange.contextValues());
    const template = templates.get(exchange.contentType) ?? templates.get('$default');
    if (template === undefined && refuses(passthrough, templates.size > 0))
      throw new GatewayError('UNSUPPORTED_MEDIA_TYPE');
    const body = template === undefined ? exchange.request.body : render(template, exchange, context, log);
    const request = backendRequest(exchange, mappings, context.overridesOf('requestOverride'), body);
    return respond(await backend(request, exchange), exchange, context);
  };
}

type Passthrough = 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';

function passthroughOf(method: Resource, integration: Properties): Passthrough {
  const value = integration.PassthroughBehavior ?? 'WHEN_NO_MATCH';
  if (value === 'WHEN_NO_MATCH' || value === 'WHEN_NO_TEMPLATES' || value === 'NEVER') return value;
  throw method.error(
    `PassthroughBehavior must be WHEN_NO_MATCH, WHEN_NO_TEMPLATES or NEVER, got ${JSON.stringify(value)}`,
  );
}

/** Whether a body without a template for its type is refused. */
const refuses = (passthrough: Passthrough, hasTemplates: boolean): boolean =>
  passthrough === 'NEVER' || (passthrough === 'WHEN_NO_TEMPLATES' && hasTemplates);

/** Templates by MIME type, compiled. */
export function loadTemplates(
  method: Resource,
  templates: unknown,
  property: string,
): ReadonlyMap<string, MappingTemplate> {
  const loaded = new Map<string, MappingTemplate>();
  for (const [type, source] of Object.entries(isProperties(templates) ? templates : {})) {
    try {
      loaded.set(mimeTypeOf(type) ?? type, new MappingTemplate(String(source)));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw method.error(`${property} of ${type}: ${why}`, { cause });
    }
  }
  return loaded;
}

function render(
  template: MappingTemplate,
  exchange: Exchange,
  context: Context,
  log: (message: string) => void,
): Buffer {
  const { body, templateParameters: parameters, api } = exchange;
  return rendered(() => template.render({ body, parameters, context, stageVariables: api.stageVariables, log }), log);
}

/** A template that fails is a mistake of the API's author: logged in full, and an internal error to the client. */
export function rendered(work: () => Buffer, log: (message: string) => void): Buffer {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    log(`the mapping template failed: ${error.message}`);
    throw new GatewayError('API_CONFIGURATION_ERROR');
  }
}

function backendRequest(
  exchange: Exchange,
  mappings: readonly RequestMapping[],
  overrides: Overrides | undefined,
  body: Buffer,
): BackendRequest {
  const headers: Record<string, string> = {};
  const path: Record<string, string> = {};
  let query = '';
  const set = (target: RequestMapping['target'], name: string, values: readonly string[]): void => {
    if (values.length === 0) return;
    if (target === 'header') headers[name.toLowerCase()] = values.join(',');
    else if (target === 'path') path[name] = values.at(-1) ?? '';
    else query = withParameter(query, name, values);
  };
  for (const { target, name, values } of mappings) set(target, name, values(exchange));
  for (const target of ['header', 'querystring', 'path'] as const)
    for (const [name, value] of overrides?.[target] ?? []) set(target, name, [textOf(value)]);
  const contentType = exchange.request.headers['content-type'];
  if (contentType !== undefined) headers['content-type'] ??= contentType;
  addGatewayHeaders(headers, exchange);
  return { headers, query, path, body };
}
