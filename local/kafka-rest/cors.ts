import type { HttpRequest, HttpResponse } from '../wire/http';

/**
 * The REST proxy's `access.control.allow.origin`: every answer to a page of an allowed origin, errors too, says that the page may read it.
 * `*` allows any. Preflights are the gateway's.
 */
export function withCors(
  handle: (request: HttpRequest) => Promise<HttpResponse>,
  allowedOrigins: readonly string[],
): (request: HttpRequest) => Promise<HttpResponse> {
  const isAnyAllowed = allowedOrigins.includes('*');
  return async (request) => {
    const response = await handle(request);
    const { origin } = request.headers;
    if (origin === undefined || !(isAnyAllowed || allowedOrigins.includes(origin))) return response;
    return {
      ...response,
      headers: {
        ...response.headers,
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Credentials': 'true',
        ...(isAnyAllowed ? {} : { Vary: 'Origin' }),
      },
    };
  };
}
