import { type HttpRequest, jsonResponse, type ListenerResponse } from '../wire/http';
import { ENDPOINTS, EVENTS_PATH } from './contract';
import { type ConsoleFiles, consoleFile, isPage, pageResponse } from './pages';
import { Problem } from './problem';
import { askOf, endpointAt, type Handlers, Reply, replyResponse } from './routes';

export type { ViewLayer, ViewResult } from './contract';
export { Problem, unknown } from './problem';
export { oneOf, wholeNumber } from './query';
export { type Ask, type Handlers, Reply } from './routes';
export { VIEW_LAYERS } from './view-layers';

export interface ServingOptions {
  readonly handlers: Handlers;
  /** Opens the stream of events for one reader. */
  readonly events: () => Reply;
  /** The console, ready for a browser. */
  readonly console: () => Promise<ConsoleFiles>;
}

/** The serving layer over HTTP: the endpoints of the contract, the events, and the console. */
export function serving(options: ServingOptions): (request: HttpRequest) => Promise<ListenerResponse> {
  return async (request) => {
    try {
      return await respond(options, request);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return jsonResponse(error instanceof Problem ? error.status : 500, { message });
    }
  };
}

async function respond({ handlers, events, console }: ServingOptions, request: HttpRequest): Promise<ListenerResponse> {
  const { method, path } = request;
  const found = endpointAt(method, path);
  if (found !== undefined) {
    const handler = handlers[found.endpoint.name] as (ask: unknown) => Promise<unknown>;
    const result = await handler(askOf(found, request));
    return result instanceof Reply ? replyResponse(result) : jsonResponse(200, result);
  }
  if (method !== 'GET' && method !== 'HEAD') throw new Problem(405, `${method} ${path} is not served here`);
  if (path === EVENTS_PATH) return replyResponse(events());
  const file = path.startsWith('/console/') ? consoleFile(await console(), path) : undefined;
  if (file) return file;
  if (isPage(path)) return pageResponse(await console());
  const paths = ENDPOINTS.filter((endpoint) => endpoint.method === 'GET').map((endpoint) => endpoint.path);
  throw new Problem(404, `nothing at ${path}; there is ${paths.join(', ')}, and the console at /`);
}
