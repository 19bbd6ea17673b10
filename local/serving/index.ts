import { type HttpRequest, jsonResponse, type ListenerResponse } from '../wire/http';
import { type About, ENDPOINTS, type EndpointName, EVENTS_PATH } from './contract';
import { type ConsoleFiles, consoleFile, isPage, pageResponse } from './pages';
import { Problem } from './problem';
import { askOf, endpointAt, type Handlers, Reply, replyResponse } from './routes';

export type { ViewLayer, ViewResult } from './contract';
export { Problem, unknown } from './problem';
export { oneOf, wholeNumber } from './query';
export { type Ask, type Handlers, Reply } from './routes';
export { VIEW_LAYERS } from './view-layers';

export interface ServingOptions {
  /** Which pipeline it is, and what cannot be seen of it from here. */
  readonly about: Pick<About, 'env' | 'notLooked'>;
  /** Those of the endpoints that it has; any other is answered 404. */
  readonly handlers: Partial<Handlers>;
  /** Opens the stream of events for one reader; left out where nothing tells what happens. */
  readonly events?: () => Reply;
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

async function respond(options: ServingOptions, request: HttpRequest): Promise<ListenerResponse> {
  const { handlers, events, console } = options;
  const { method, path } = request;
  const found = endpointAt(method, path);
  if (found !== undefined) {
    const { name } = found.endpoint;
    if (!offers(options, name))
      throw new Problem(404, `${method} ${path} is not offered for ${options.about.env}; GET /about says what is`);
    const ask = askOf(found, request);
    if (name === 'about') return jsonResponse(200, aboutOf(options));
    const handler = handlers[name] as (ask: unknown) => Promise<unknown>;
    const result = await handler(ask);
    return result instanceof Reply ? replyResponse(result) : jsonResponse(200, result);
  }
  if (method !== 'GET' && method !== 'HEAD') throw new Problem(405, `${method} ${path} is not served here`);
  if (path === EVENTS_PATH && events) return replyResponse(events());
  const file = path.startsWith('/console/') ? consoleFile(await console(), path) : undefined;
  if (file) return file;
  if (isPage(path)) return pageResponse(await console());
  const paths = ENDPOINTS.filter(({ method: verb, name }) => verb === 'GET' && offers(options, name)).map(
    (endpoint) => endpoint.path,
  );
  throw new Problem(404, `nothing at ${path}; there is ${paths.join(', ')}, and the console at /`);
}

const offers = ({ handlers }: ServingOptions, name: EndpointName): boolean => name === 'about' || name in handlers;

function aboutOf(options: ServingOptions): About {
  const endpoints = ENDPOINTS.map(({ name }) => name).filter((name) => offers(options, name));
  return { ...options.about, live: options.events !== undefined, endpoints };
}
