import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { type HttpRequest, type HttpResponse, jsonResponse } from '../wire/http';
import type { ViewLayer, ViewListing, ViewResult } from './contract';
import { type ConsoleFiles, consoleFile, isPage, pageResponse } from './pages';

export type { ViewLayer, ViewResult } from './contract';

export const VIEW_LAYERS: readonly ViewLayer[] = [...LAYERS, 'serving'];

/** One question, as `GET /views` lists it with its layers. */
export type Question = Omit<ViewListing, 'layers'>;

export interface ServingOptions {
  /** Asked anew for every request, because questions are files that people edit. */
  readonly questions: () => readonly Question[];
  readonly view: (layer: ViewLayer, name: string) => Promise<ViewResult>;
  /** Records at each stage, by layer and dataset. */
  readonly counts: () => Promise<unknown>;
  readonly quarantine: (layer: Layer, dataset: Dataset, limit: number) => Promise<ViewResult>;
  /** Closes the sink's open files, runs the batch job and lets the speed layer read to the end. */
  readonly flush: () => Promise<void>;
  /** Reads the SQL again and cleans everything anew. */
  readonly rebuild: () => Promise<void>;
  /** The console, ready for a browser. */
  readonly console: () => Promise<ConsoleFiles>;
  /** What `GET /health` tells besides `"status":"ok"`. */
  readonly health: () => Readonly<Record<string, unknown>>;
}

/** The serving layer over HTTP: every view by layer, the counts of each stage, and the console. */
export function serving(options: ServingOptions): (request: HttpRequest) => Promise<HttpResponse> {
  return async ({ method, path, query }) => {
    const parameters = new URLSearchParams(query);
    if (method === 'POST') {
      if (path === '/flush') {
        await options.flush();
        return jsonResponse(200, await options.counts());
      }
      if (path === '/rebuild') {
        return sqlAnswer('the cleaning rules', async () => {
          await options.rebuild();
          return options.counts();
        });
      }
    }
    if (method !== 'GET' && method !== 'HEAD') return problem(405, `${method} ${path} is not served here`);
    if (path === '/health') return jsonResponse(200, { status: 'ok', ...options.health() });
    if (path === '/counts') return jsonResponse(200, await options.counts());
    if (path === '/views') {
      return jsonResponse(
        200,
        options.questions().map((question) => ({ ...question, layers: VIEW_LAYERS })),
      );
    }
    if (path.startsWith('/console/')) {
      const file = consoleFile(await options.console(), path);
      if (file) return file;
    }
    const [, collection, name, ...rest] = path.split('/');
    if (rest.length === 0 && name) {
      if (collection === 'views') return view(options, decoded(name), parameters);
      if (collection === 'quarantine') return quarantine(options, decoded(name), parameters);
    }
    if (isPage(path)) return pageResponse(await options.console());
    return problem(
      404,
      `nothing at ${path}; try /views, /views/{view}?layer=serving, /counts, /quarantine/{dataset} or /health`,
    );
  };
}

async function view(options: ServingOptions, name: string, parameters: URLSearchParams): Promise<HttpResponse> {
  const names = options.questions().map((question) => question.name);
  if (!names.includes(name)) return problem(404, `no view '${name}' (known: ${names.join(', ')})`);
  const layer = parameters.get('layer') ?? 'serving';
  if (!isOneOf(VIEW_LAYERS, layer))
    return problem(400, `layer must be one of ${VIEW_LAYERS.join(', ')}, got '${layer}'`);
  return sqlAnswer(`view '${name}'`, () => options.view(layer, name));
}

/** Whoever edits the SQL sees what the database says of it. */
async function sqlAnswer(what: string, answer: () => Promise<unknown>): Promise<HttpResponse> {
  try {
    return jsonResponse(200, await answer());
  } catch (error) {
    return problem(500, `${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function quarantine(
  options: ServingOptions,
  dataset: string,
  parameters: URLSearchParams,
): Promise<HttpResponse> {
  if (!isOneOf(DATASETS, dataset)) return problem(404, `no dataset '${dataset}' (known: ${DATASETS.join(', ')})`);
  const layer = parameters.get('layer') ?? 'batch';
  if (!isOneOf(LAYERS, layer)) return problem(400, `layer must be one of ${LAYERS.join(', ')}, got '${layer}'`);
  const limit = parameters.get('limit') ?? '100';
  if (!/^[0-9]{1,5}$/.test(limit)) return problem(400, `limit must be a whole number from 0 to 99999, got '${limit}'`);
  return jsonResponse(200, await options.quarantine(layer, dataset, Number(limit)));
}

function problem(status: number, message: string): HttpResponse {
  return jsonResponse(status, { message });
}

function isOneOf<T extends string>(known: readonly T[], word: string): word is T {
  return (known as readonly string[]).includes(word);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
