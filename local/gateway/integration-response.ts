import type { HttpResponse } from '../wire/http';
import { GatewayError } from './errors';
import { type Exchange, mimeTypeOf } from './exchange';
import { loadTemplates, rendered } from './mapping-templates';
import { type ResponseMapping, responseMappings } from './parameter-mapping';
import { RequestBody } from './request-body';
import { isProperties, type Properties, type Resource } from './template';
import type { Context } from './velocity/context';
import { javaMatches } from './velocity/java-regex';
import type { MappingTemplate } from './velocity/mapping-template';
import { intOf, textOf } from './velocity/values';

/** Makes the client's answer from the backend's. */
export type Respond = (response: HttpResponse, exchange: Exchange, context: Context) => HttpResponse;

export interface ResponseOptions {
  readonly method: Resource;
  readonly integration: Properties;
  readonly log: (message: string) => void;
}

interface IntegrationResponse {
  readonly status: number;
  /** Java regular expression that must match the backend's whole status; undefined for the default response. */
  readonly pattern: string | undefined;
  readonly templates: ReadonlyMap<string, MappingTemplate>;
  readonly headers: readonly ResponseMapping[];
  /** Whether the method declares a response with this status. */
  readonly isDeclared: boolean;
}

/** Reads a method's integration responses. The result chooses one of them and makes its status, headers and body. */
export function loadResponses({ method, integration, log }: ResponseOptions): Respond {
  const responses = listOf(integration.IntegrationResponses).map((response) => loadResponse(method, response));
  const otherwise = responses.find(({ pattern }) => pattern === undefined);
  const logged = (message: string) => log(`${method.logicalId}: ${message}`);

  return (response, exchange, context) => {
    const status = String(response.status);
    const chosen = responses.find(({ pattern }) => pattern !== undefined && javaMatches(pattern, status)) ?? otherwise;
    if (chosen === undefined) {
      logged(`the method has no integration response for status ${status}`);
      throw new GatewayError('API_CONFIGURATION_ERROR');
    }
    if (!chosen.isDeclared) {
      logged(`the method declares no response with status ${chosen.status}`);
      throw new GatewayError('API_CONFIGURATION_ERROR');
    }
    const bytes = typeof response.body === 'string' ? Buffer.from(response.body, 'utf8') : response.body;
    const body = new RequestBody(bytes);
    const [type, template] = templateFor(chosen.templates, exchange);
    const rendering =
      template === undefined
        ? undefined
        : rendered(
            () =>
              template.render({
                body,
                parameters: exchange.templateParameters,
                context,
                stageVariables: exchange.api.stageVariables,
                log: logged,
              }),
            logged,
          );
    const headers: Record<string, string> = { 'content-type': type ?? 'application/json' };
    for (const { header, values } of chosen.headers) {
      const given = values({ exchange, response, body });
      if (given.length > 0) setHeader(headers, header, given.join(','));
    }
    const overrides = context.overridesOf('responseOverride');
    for (const [name, value] of overrides?.header ?? []) setHeader(headers, name, textOf(value));
    const override = overrides?.status ?? null;
    return {
      status: override === null ? chosen.status : checkedStatus(override, logged),
      headers,
      body: rendering ?? bytes,
    };
  };
}

/** Sets a header and replaces one of the same name in any case. */
function setHeader(headers: Record<string, string>, name: string, value: string): void {
  const known = Object.keys(headers).find((header) => header.toLowerCase() === name.toLowerCase());
  // With a line break in its value, a body could add headers.
  headers[known ?? name] = value.replace(/[^\t\x20-\x7e\x80-\xff]+/g, ' ');
}

function checkedStatus(value: Parameters<typeof intOf>[0], log: (message: string) => void): number {
  const status = intOf(value ?? undefined) ?? Number(textOf(value ?? null));
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  log(`$context.responseOverride.status must be a whole number from 200 to 599, got ${textOf(value ?? null)}`);
  throw new GatewayError('API_CONFIGURATION_ERROR');
}

/** By the client's Accept, then application/json, then the first. */
function templateFor(
  templates: ReadonlyMap<string, MappingTemplate>,
  { request }: Exchange,
): readonly [string?, MappingTemplate?] {
  if (templates.size === 0) return [];
  const accepted = (request.headers.accept ?? '').split(',').map((type) => mimeTypeOf(type) ?? '');
  const type =
    accepted.find((each) => templates.has(each)) ??
    (templates.has('application/json') ? 'application/json' : undefined);
  return type === undefined ? ([...templates][0] ?? []) : [type, templates.get(type)];
}

function loadResponse(method: Resource, response: Properties): IntegrationResponse {
  const status = Number(response.StatusCode);
  const methodResponse = listOf(method.property('MethodResponses')).find(
    ({ StatusCode }) => Number(StatusCode) === status,
  );
  const declared = methodResponse?.ResponseParameters;
  const { SelectionPattern: pattern, ResponseParameters: parameters } = response;
  try {
    if (typeof pattern === 'string') javaMatches(pattern, '');
    return {
      status,
      pattern: typeof pattern === 'string' && pattern !== '' ? pattern : undefined,
      templates: loadTemplates(method, response.ResponseTemplates, `ResponseTemplates of ${status}`),
      headers: responseMappings(
        isProperties(parameters) ? parameters : {},
        new Set(Object.keys(isProperties(declared) ? declared : {})),
      ),
      isDeclared: methodResponse !== undefined,
    };
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ApiDefinitionError') throw cause;
    throw method.error(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const listOf = (value: unknown): Properties[] => (Array.isArray(value) ? value.filter(isProperties) : []);
