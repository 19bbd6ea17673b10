import { DATASETS, type Dataset, type Layer } from '@pipeline/datasets/schema';
import { sharesStream } from '@pipeline/datasets/stream-keys';
import { batchLayer } from './batch-layer';
import { FirstRefusals } from './first-refusals';
import type { LayerProtocol } from './layer-protocol';
import { routeIndex } from './ledger';
import type { ReplayOptions } from './replay-options';
import { speedLayerRecord, speedLayerRecords } from './speed-layer';

/** The way of one dataset into one layer: a topic or a stream. */
export interface Route {
  /** Position in the ledger's counts. */
  readonly index: number;
  readonly layer: Layer;
  readonly dataset: Dataset;
  readonly path: string;
  readonly protocol: LayerProtocol;
  readonly firstRefusals: FirstRefusals;
}

/** The protocol of `layer` for batches of at most `batchSize` records. */
function protocolOf(layer: Layer, batchSize: number): LayerProtocol {
  if (layer === 'batch') return batchLayer;
  return batchSize === 1 ? speedLayerRecord : speedLayerRecords;
}

/** The same, with one key for all records: in a stream that the datasets share it says whose they are. */
function underOneKey(protocol: LayerProtocol, key: string): LayerProtocol {
  const keyJson = JSON.stringify(key);
  return { ...protocol, body: (records) => protocol.body(records.map(({ valueJson }) => ({ valueJson, keyJson }))) };
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
      const isShared = layer === 'speed' && sharesStream(target.streams);
      const name = layer === 'batch' ? target.topics[dataset] : target.streams[dataset];
      const firstRefusals = new FirstRefusals();
      return {
        index: routeIndex({ layer, dataset }),
        layer,
        dataset,
        protocol: isShared ? underOneKey(protocol, target.topics[dataset]) : protocol,
        path: protocol.path(name),
        firstRefusals,
      };
    }),
  );
}
