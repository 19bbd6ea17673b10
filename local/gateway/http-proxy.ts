import type { HttpRequest, HttpResponse } from '../wire/http';
import type { Integration } from './backend';
import { pathOfUri, withParameter } from './backend-address';
import type { RequestMapping } from './parameter-mapping';
import type { Properties, Resource } from './template';
import { addGatewayHeaders, forwardedHeaders } from './upstream-headers';

/** Headers of a backend's answer that the gateway renames, such as Server. */
const REMAPPED: Readonly<Record<string, string>> = {
  connection: 'x-amzn-Remapped-Connection',
  'content-length': 'x-amzn-Remapped-Content-Length',
  date: 'x-amzn-Remapped-Date',
  server: 'x-amzn-Remapped-Server',
};
/** Headers of a backend's answer that the gateway removes. */
const DROPPED = new Set(['content-encoding', 'keep-alive', 'transfer-encoding', 'via']);

export interface HttpProxyOptions {
  readonly method: Resource;
  readonly integration: Properties;
  readonly mappings: readonly RequestMapping[];
  /** Puts the stage before the path of a request through a private link. */
  readonly sendStage: boolean;
  readonly send: (request: HttpRequest) => Promise<HttpResponse>;
}

/** Passes request and answer through. The bodies stay unchanged; a few headers are removed or renamed. */
export function httpProxy({ method, integration, mappings, sendStage, send }: HttpProxyOptions): Integration {
  const path = pathOfUri(method, integration, mappings);
  const verb = String(integration.IntegrationHttpMethod ?? 'ANY');
  const withStage = sendStage && integration.ConnectionType === 'VPC_LINK';
  return async (exchange) => {
    const { request } = exchange;
    const headers = forwardedHeaders(exchange);
    const parameters: Record<string, string> = {};
    let { query } = request;
    for (const { target, name, values } of mappings) {
      const given = values(exchange);
      if (given.length === 0) continue;
      if (target === 'path') parameters[name] = given.at(-1) ?? '';
      else if (target === 'header') headers[name.toLowerCase()] = given.join(',');
      else query = withParameter(query, name, given);
    }
    addGatewayHeaders(headers, exchange);
    const response = await send({
      method: verb === 'ANY' ? request.method : verb,
      path: withStage ? `/${exchange.api.stage}${path(parameters)}` : path(parameters),
      query,
      headers,
      body: request.body,
    });
    exchange.backend = { sent: request.body, sentHeaders: headers, response };
    return { status: response.status, headers: returnedHeaders(response), body: response.body };
  };
}

function returnedHeaders({ headers }: HttpResponse): Record<string, string> {
  const returned: Record<string, string> = {};
  let hasType = false;
  for (const name in headers) {
    const lower = name.toLowerCase();
    if (DROPPED.has(lower)) continue;
    returned[REMAPPED[lower] ?? name] = headers[name] ?? '';
    hasType ||= lower === 'content-type';
  }
  if (!hasType) returned['content-type'] = 'application/json';
  return returned;
}
