import type { Exchange } from './exchange';

/** Headers of the client that a proxy integration does not pass on. */
const KEPT_BACK = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-md5',
  'expect',
  'host',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'proxy-connection',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'www-authenticate',
]);

/** The client's headers as a proxy integration passes them on. */
export function forwardedHeaders({ request }: Exchange): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in request.headers) if (!KEPT_BACK.has(name)) headers[name] = request.headers[name] ?? '';
  return headers;
}

/** Adds the headers that API Gateway sends to every backend, and an Accept when the request has none. */
export function addGatewayHeaders(headers: Record<string, string>, { api, ids }: Exchange): void {
  headers.accept ??= 'application/json';
  headers['user-agent'] ??= `AmazonAPIGateway_${api.apiId}`;
  headers['x-amzn-apigateway-api-id'] = api.apiId;
  headers['x-amzn-trace-id'] = ids.traceId;
}
