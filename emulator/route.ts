import { DATASETS, type Dataset, type Layer } from '@pipeline/datasets/schema';
import type { Answer } from './answers';
import { batchLayer } from './batch-layer';
import { routeIndex } from './ledger';
import type { ReplayOptions } from './replay-options';
import { speedLayerRecord, speedLayerRecords } from './speed-layer';

/** A record as JSON text, made once for both layers. */
export interface RecordText {
  readonly keyJson: string;
  readonly valueJson: string;
}

/** How one layer is spoken to. Pure: text in, text out. */
export interface LayerProtocol {
  readonly method: 'POST' | 'PUT';
  readonly contentType: string;
  /** Named in every request: where none is, API Gateway asks for `application/json`, which the REST proxy answers with 406. */
  readonly accept: string;
  /** Path below the API's URL, for a topic or stream of this name. */
  path(name: string): string;
  body(records: readonly RecordText[]): string;
  /** What a 2xx answer to `count` records says. `request` names the request in reasons. */
  readAnswer(request: string, body: string, count: number): Answer;
}

/** The way of one dataset into one layer: a topic or a stream. */
export interface Route {
  /** Position in the ledger's counts. */
  readonly index: number;
  readonly layer: Layer;
  readonly dataset: Dataset;
  readonly path: string;
  readonly protocol: LayerProtocol;
}

/** The protocol of `layer` for batches of at most `batchSize` records. */
function protocolOf(layer: Layer, batchSize: number): LayerProtocol {
  if (layer === 'batch') return batchLayer;
  return batchSize === 1 ? speedLayerRecord : speedLayerRecords;
}

/** The ways that a replay takes: each of its datasets into each of its layers. Throws a RangeError when there is none. */
export function routesOf(
  { layers, datasets = DATASETS, target }: Pick<ReplayOptions, 'layers' | 'datasets' | 'target'>,
  batchSize: number,
): Route[] {
  if (layers.length === 0 || datasets.length === 0) {
    throw new RangeError('layers and datasets must each name at least one');
  }
  return [...new Set(layers)].flatMap((layer) =>
    [...new Set(datasets)].map((dataset) => {
      const protocol = protocolOf(layer, batchSize);
      const name = layer === 'batch' ? target.topics[dataset] : target.streams[dataset];
      return { index: routeIndex({ layer, dataset }), layer, dataset, protocol, path: protocol.path(name) };
    }),
  );
}
