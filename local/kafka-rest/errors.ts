import type { HttpResponse } from '../wire/http';

/** An answer of the proxy that is an error: HTTP status, Confluent's own code, and its text. */
export class RestError extends Error {
  override readonly name = 'RestError';

  constructor(
    readonly status: number,
    readonly errorCode: number,
    message: string,
  ) {
    super(message);
  }
}

export const topicNotFound = () => new RestError(404, 40403, 'This server does not host this topic-partition.');
export const partitionNotFound = () => new RestError(404, 40402, 'Partition not found.');
export const badRequest = (message: string) => new RestError(400, 400, message);
export const unprocessable = (message: string) => new RestError(422, 422, message);
/** What every resource of the server, not of this API, says: by status alone. */
export const httpError = (status: number, reason: string) => new RestError(status, status, `HTTP ${status} ${reason}`);

/** `contentType` undefined: no such header, as with answers given before an endpoint is chosen. */
export function errorResponse(
  { status, errorCode, message }: RestError,
  contentType: string | undefined,
): HttpResponse {
  return {
    status,
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    body: JSON.stringify({ error_code: errorCode, message }),
  };
}
