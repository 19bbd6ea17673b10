import { JsonNode } from '../json';
import type { HttpResponse } from '../wire/http';
import type { Exchange } from './exchange';
import type { RequestBody } from './request-body';
import type { ContextValues } from './velocity/context';
import { type JsonPath, jsonPath } from './velocity/json-path';

/** The values of a mapping expression; empty when the request lacks the source, such as a header. */
type Source<From> = (from: From) => readonly string[];

/** The backend's answer, as `integration.response.…` reads it. */
export interface IntegrationAnswer {
  readonly exchange: Exchange;
  readonly response: HttpResponse;
  readonly body: RequestBody;
}

/** The part of the request that `integration.request.…` sets. */
export type RequestTarget = 'header' | 'querystring' | 'path';

export interface RequestMapping {
  readonly target: RequestTarget;
  readonly name: string;
  readonly values: Source<Exchange>;
}

export interface ResponseMapping {
  readonly header: string;
  readonly values: Source<IntegrationAnswer>;
}

/** Reads `Integration.RequestParameters`. `declared` are the method's own parameters: only those may be used. Throws `Error`. */
export function requestMappings(
  mappings: Readonly<Record<string, unknown>>,
  declared: ReadonlySet<string>,
): RequestMapping[] {
  return Object.entries(mappings).map(([to, from]) => {
    const target = /^integration\.request\.(header|querystring|path)\.(.+)$/.exec(to);
    if (!target) throw new Error(`a request mapping cannot set ${to}`);
    const expression = String(from);
    if (
      /^method\.request\.(?!body\b)/.test(expression) &&
      !declared.has(withoutMulti(expression)) &&
      !declared.has(expression)
    )
      throw new Error(`${to} maps ${expression}, which the method's RequestParameters do not declare`);
    return { target: target[1] as RequestTarget, name: target[2] ?? '', values: requestSource(expression) };
  });
}

/** Reads `IntegrationResponse.ResponseParameters`. `declared` are the method response's parameters. Throws `Error`. */
export function responseMappings(
  mappings: Readonly<Record<string, unknown>>,
  declared: ReadonlySet<string>,
): ResponseMapping[] {
  return Object.entries(mappings).map(([to, from]) => {
    const header = /^method\.response\.header\.(.+)$/.exec(to)?.[1];
    if (header === undefined) throw new Error(`a response mapping cannot set ${to}`);
    if (!declared.has(to)) throw new Error(`${to} is set but not declared by the method response`);
    return { header, values: responseSource(String(from)) };
  });
}

const withoutMulti = (expression: string): string =>
  expression
    .replace('request.multivaluequerystring.', 'request.querystring.')
    .replace('request.multivalueheader.', 'request.header.');

function requestSource(expression: string): Source<Exchange> {
  const plain = literalOrContext(expression);
  if (plain) return plain;
  const body = bodyPath(expression, 'method.request.body');
  if (body) return ({ body: { json } }) => found(json, body);
  const parameter = /^method\.request\.(path|querystring|header|multivaluequerystring|multivalueheader)\.(.+)$/.exec(
    expression,
  );
  const name = parameter?.[2] ?? '';
  switch (parameter?.[1]) {
    case 'path':
      return ({ pathParameters }) => given(Object.hasOwn(pathParameters, name) ? pathParameters[name] : undefined);
    case 'querystring':
      return ({ query }) => given(query.get(name)?.at(-1));
    case 'multivaluequerystring':
      return ({ query }) => query.get(name) ?? [];
    case 'header':
    case 'multivalueheader':
      return ({ request }) => given(request.headers[name.toLowerCase()]);
    default:
      throw new Error(`the mapping ${expression} is not supported`);
  }
}

function responseSource(expression: string): Source<IntegrationAnswer> {
  const plain = literalOrContext(expression);
  if (plain) return ({ exchange }) => plain(exchange);
  const path = bodyPath(expression, 'integration.response.body');
  if (path) return ({ body: { json } }) => found(json, path);
  const header = /^integration\.response\.(?:multivalue)?header\.(.+)$/.exec(expression)?.[1]?.toLowerCase();
  if (header === undefined) throw new Error(`the mapping ${expression} is not supported`);
  return ({ response }) => given(Object.entries(response.headers).find(([name]) => name.toLowerCase() === header)?.[1]);
}

function literalOrContext(expression: string): Source<Exchange> | undefined {
  const literal = /^'(.*)'$/s.exec(expression)?.[1];
  if (literal !== undefined) return () => [literal];
  const variable = /^stageVariables\.(.+)$/.exec(expression)?.[1];
  if (variable !== undefined) return ({ api }) => given(api.stageVariables[variable]);
  const context = /^context\.(.+)$/.exec(expression)?.[1]?.split('.');
  if (context === undefined) return undefined;
  return (exchange) => {
    let value: string | number | ContextValues | undefined = exchange.contextValues();
    for (const name of context) value = typeof value === 'object' ? value[name] : undefined;
    return typeof value === 'object' ? [] : given(value === undefined ? undefined : String(value));
  };
}

/** The path of `….body` (the whole) or `….body.<path>`. */
function bodyPath(expression: string, prefix: string): JsonPath | undefined {
  if (expression === prefix) return jsonPath('$');
  return expression.startsWith(`${prefix}.`) ? jsonPath(`$.${expression.slice(prefix.length + 1)}`) : undefined;
}

function found(root: JsonNode | undefined, path: JsonPath): readonly string[] {
  const node = root && path.find(root);
  return node instanceof JsonNode && node.kind !== 'null' ? [node.text] : [];
}

const given = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);
