import type { Backend, BackendRequest, Integration } from './backend';
import { withParameter } from './backend-address';
import { GatewayError } from './errors';
import type { Exchange } from './exchange';
import { loadResponses, type ResponseOptions } from './integration-response';
import { loadTemplates, rendered } from './mapping-templates';
import type { RequestMapping } from './parameter-mapping';
import type { Properties, Resource } from './template';
import { addGatewayHeaders } from './upstream-headers';
import { Context, type Overrides } from './velocity/context';
import type { MappingTemplate } from './velocity/mapping-template';
import { textOf } from './velocity/values';

export interface MappedIntegrationOptions extends ResponseOptions {
  readonly mappings: readonly RequestMapping[];
  readonly backend: Backend;
}

/** An integration with mapping templates: one template makes the backend's request, another may make the client's answer. */
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
    const response = await backend(request, exchange);
    exchange.backend = { sent: request.body, sentHeaders: request.headers, response };
    return respond(response, exchange, context);
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

/** Whether the gateway refuses a body when no template fits its content type. */
const refuses = (passthrough: Passthrough, hasTemplates: boolean): boolean =>
  passthrough === 'NEVER' || (passthrough === 'WHEN_NO_TEMPLATES' && hasTemplates);

function render(
  template: MappingTemplate,
  exchange: Exchange,
  context: Context,
  log: (message: string) => void,
): Buffer {
  const { body, templateParameters: parameters, api } = exchange;
  return rendered(() => template.render({ body, parameters, context, stageVariables: api.stageVariables, log }), log);
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
