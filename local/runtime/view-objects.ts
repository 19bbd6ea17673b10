import { createHash } from 'node:crypto';
import { DATASETS, type Layer } from '@pipeline/datasets/schema';
import type { ObjectRequest } from '../gateway';
import type { ViewLayer } from '../serving';
import { VIEW_LAYERS } from '../serving';
import type { Tables } from '../tables';
import type { HttpResponse } from '../wire/http';

export interface ViewObjectsOptions {
  /** The questions as they are now. */
  readonly questions: () => readonly { readonly name: string; readonly grain: string }[];
  readonly view: (layer: ViewLayer, name: string) => Promise<{ readonly columns: unknown; readonly rows: unknown }>;
  /** Records of each layer and dataset: read, clean, quarantined, duplicates, and by reason. */
  readonly counts: () => unknown;
  readonly now?: () => number;
}

/**
 * The objects under `views/` that a run of Spark writes in the cloud, made of the laptop's own answers at the moment they
 * are asked for. An object that is not there is answered as S3 answers those who may not list: 403.
 */
export function viewObjects(options: ViewObjectsOptions): (request: ObjectRequest) => Promise<HttpResponse> {
  return async ({ key, headers }) => {
    const object = await objectOf(options, key);
    if (object === undefined) return accessDenied();
    const body = JSON.stringify(object);
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    if (headers['if-none-match'] === etag) return { status: 304, headers: { etag }, body: '' };
    return { status: 200, headers: { 'content-type': 'application/json', etag }, body };
  };
}

async function objectOf(options: ViewObjectsOptions, key: string): Promise<object | undefined> {
  if (key === 'views/index.json') return index(options);
  const [, layer, name] = /^views\/([a-z]+)\/([^/]+)\.json$/.exec(key) ?? [];
  const known = VIEW_LAYERS.find((each) => each === layer);
  if (known === undefined || !options.questions().some((question) => question.name === name)) return undefined;
  const { columns, rows } = await options.view(known, name!);
  return { columns, rows };
}

async function index({ questions, counts, now = Date.now }: ViewObjectsOptions): Promise<object> {
  const asOf = new Date(now()).toISOString();
  const counted = counts();
  return {
    asOf,
    // No run made these: a laptop's answers follow every record.
    run: { id: null, date: asOf.slice(0, 10), schedule: null, finished: asOf, spark: null },
    views: questions().map(({ name, grain }) => ({ name, grain, layers: VIEW_LAYERS })),
    counts: counted,
  };
}

/** Records of each layer by their fate, as the index of the answers tells them. */
export function layerCounts(tables: Tables): object {
  const of = (layer: Layer) => {
    const counted = tables.layer(layer).tally();
    return Object.fromEntries(
      DATASETS.map((dataset) => {
        const { clean, quarantined, duplicates, quarantinedByReason } = counted[dataset];
        return [
          dataset,
          { read: clean + quarantined + duplicates, clean, quarantined, duplicates, quarantinedByReason },
        ];
      }),
    );
  };
  return { batch: of('batch'), speed: of('speed') };
}

/** S3's own error, which is XML. */
function accessDenied(): HttpResponse {
  const body =
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
  return { status: 403, headers: { 'content-type': 'application/xml' }, body };
}
