import type { ListenerResponse, StreamedRequest } from '../wire/http';
import { type Listening, listen } from '../wire/listener';
import { errorResponse, S3Error } from './errors';

const CODES: Readonly<Record<number, string>> = { 400: 'InvalidRequest', 403: 'AccessDenied', 413: 'EntityTooLarge' };

/**
 * Serves an S3 endpoint on one port of the loopback interface.
 *
 * @param port TCP port; 0 picks a free one.
 * @throws PortError when the port cannot be opened.
 */
export function listenS3(
  endpoint: { handle(request: StreamedRequest): Promise<ListenerResponse> },
  { port }: { readonly port: number },
): Promise<Listening> {
  return listen({
    port,
    purpose: 'the S3 endpoint',
    refusesForeignReads: true,
    handleStream: (request) => endpoint.handle(request),
    refuse: ({ status, message }) =>
      errorResponse(
        new S3Error(
          status,
          CODES[status] ?? 'InternalError',
          `${message}${status === 403 ? '; buckets stand in the path here, not in the host name' : ''}`,
        ),
        { method: 'GET', path: '/' },
      ),
  });
}
