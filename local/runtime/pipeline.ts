import { DATASETS, type Dataset, type Layer } from '@pipeline/datasets/schema';
import type { BatchLayer } from '../batch';
import type { Gateway } from '../gateway';
import type { Kinesis } from '../kinesis';
import type { Log } from '../log';
import type { S3Sink } from '../s3-sink';
import type { SpeedLayer } from '../speed';
import type { Tables } from '../tables';
import type { HttpRequest, HttpResponse } from '../wire/http';
import type { Files } from './browse/files';
import type { DataFolder } from './data-folder';
import type { LocalEnvironment } from './environment';
import type { Health } from './health';
import type { Requests } from './observe/requests';

/** The running parts, as those who look at them need them. Tables and layers are made anew by a rebuild, so they are asked for each time. */
export interface Pipeline {
  readonly environment: LocalEnvironment;
  readonly folder: DataFolder;
  readonly kafkaLog: Log;
  readonly kinesisLog: Log;
  readonly kinesis: Kinesis;
  readonly gateway: Gateway;
  /** Sends a request through the gateway as a client that may. */
  readonly send: (request: HttpRequest) => Promise<HttpResponse>;
  readonly sink: S3Sink;
  readonly files: Files;
  readonly requests: Requests;
  readonly health: Health;
  readonly batch: () => BatchLayer;
  readonly speed: () => SpeedLayer;
  /** For what costs nothing; whatever waits for an answer goes through `reading`. */
  readonly tables: () => Tables;
  /** Keeps a rebuild waiting while `work` reads. */
  readonly reading: <T>(work: (tables: Tables) => Promise<T>) => Promise<T>;
}

/** The log and the name in it that hold one dataset of one layer. */
export function placeOf(
  pipeline: Pipeline,
  layer: Layer,
  dataset: Dataset,
): { readonly log: Log; readonly name: string } {
  const { names } = pipeline.environment;
  return layer === 'batch'
    ? { log: pipeline.kafkaLog, name: names.topics[dataset] }
    : { log: pipeline.kinesisLog, name: names.streams[dataset] };
}

/** The next offset of each partition; none when there is no such topic or stream. */
export function endsOf(log: Log, name: string): number[] {
  const partitions = log.topic(name)?.partitions ?? 0;
  return Array.from({ length: partitions }, (_, partition) => log.endOffset(name, partition));
}

/** Records that a topic or stream ever took, whether or not retention has removed some since. */
export function recordsEver(log: Log, name: string): number {
  return endsOf(log, name).reduce((all, end) => all + end, 0);
}

export function forEachDataset<T>(value: (dataset: Dataset) => T): Record<Dataset, T> {
  return Object.fromEntries(DATASETS.map((dataset) => [dataset, value(dataset)])) as Record<Dataset, T>;
}
