import type { HttpResponse } from '../wire/http';

/** Confluent's error codes: an HTTP status with two digits after it. Kafka's own also stand beside single records, in an answer with 200. */
export const ERROR_CODES = {
  partitionNotFound: 40402,
  topicOrInstanceNotFound: 40403,
  otherFormat: 40601,
  notDeserialized: 40801,
  instanceExists: 40902,
  illegalState: 40903,
  invalidConsumerConfiguration: 42204,
  invalidSchema: 42205,
  kafka: 50002,
  kafkaRetriable: 50003,
} as const;

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

/** The error of that code, with the status that the code begins with. */
export function restError(of: keyof typeof ERROR_CODES, message: string): RestError {
  const code = ERROR_CODES[of];
  return new RestError(Math.floor(code / 100), code, message);
}

export const topicNotFound = () =>
  restError('topicOrInstanceNotFound', 'This server does not host this topic-partition.');
export const partitionNotFound = () => restError('partitionNotFound', 'Partition not found.');
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
