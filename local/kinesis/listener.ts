import type { HttpRequest, HttpResponse } from '../wire/http';
import { type Listening, listen } from '../wire/listener';
import { REQUEST_LIMITS } from './limits';

/**
 * Serves an endpoint on one port of the loopback interface, to clients of HTTP/1.1 and of HTTP/2 without an upgrade.
 *
 * @param port TCP port; 0 picks a free one.
 * @throws PortError when the port cannot be opened.
 */
export function listenKinesis(
  endpoint: { handle(request: HttpRequest): Promise<HttpResponse> },
  { port }: { readonly port: number },
): Promise<Listening> {
  return listen({
    port,
    purpose: 'the Kinesis endpoint',
    http2: true,
    maxBodyBytes: REQUEST_LIMITS.bodyBytes,
    refusesForeignReads: true,
    handle: (request) => endpoint.handle(request),
    refuse: ({ status, message }) => (status === 413 ? { status, headers: {}, body: '' } : inXml(status, message)),
  });
}

/** AWS's form of an error that comes before any operation, such as a wrong Host header. */
function inXml(status: number, message: string): HttpResponse {
  const type = { 400: 'BadRequestException', 403: 'AccessDeniedException' }[status] ?? 'InternalFailure';
  return {
    status,
    headers: { 'Content-Type': 'application/xml' },
    body: `<${type}>\n  <Message>${message.replace(/[<&]/g, (mark) => (mark === '<' ? '&lt;' : '&amp;'))}</Message>\n</${type}>\n`,
  };
}
