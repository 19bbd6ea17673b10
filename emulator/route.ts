import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { Answer } from './answers';
import { batchLayer } from './batch-layer';
import { speedLayerRecord, speedLayerRecords } from './speed-layer';

/** How one layer is spoken to. Pure: text in, text out. */
export interface LayerProtocol {
  readonly method: 'POST' | 'PUT';
  readonly contentType: string;
  /** Named in every request: where none is, API Gateway asks for `application/json`, which the REST proxy answers with 406. */
  readonly accept: string;
  /** Path below the API's URL, for a topic or stream of this name. */
  path(name: string): string;
  /** One record of a body, around a row that is JSON already. */
  record(key: string, valueJson: string): string;
  body(records: readonly string[]): string;
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
export function protocolOf(layer: Layer, batchSize: number): LayerProtocol {
  if (layer === 'batch') return batchLayer;
  return batchSize === 1 ? speedLayerRecord : speedLayerRecords;
}
