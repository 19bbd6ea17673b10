import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { datasetOfStreamKey, sharesStream, UNASSIGNED_TO } from '@pipeline/datasets/stream-keys';
import type { BatchLayer } from '../batch';
import type { Gateway } from '../gateway';
import type { Kinesis } from '../kinesis';
import type { Log } from '../log';
import type { S3Sink } from '../s3-sink';
import type { SpeedLayer } from '../speed';
import type { Tables } from '../tables';
import type { TopicStore } from '../topics';
import type { HttpRequest, HttpResponse } from '../wire/http';
import type { Files } from './browse/files';
import type { RuleDesk } from './browse/rule-desk';
import type { DataFolder } from './data-folder';
import type { LocalEnvironment } from './environment';
import type { Health } from './health';
import type { Requests } from './observe/requests';

/** The running parts, as those who look at them need them. */
export interface Pipeline {
  readonly environment: LocalEnvironment;
  readonly folder: DataFolder;
  readonly kafkaLog: TopicStore;
  readonly kinesisLog: Log;
  readonly kinesis: Kinesis;
  readonly gateway: Gateway;
  /** Sends a request through the gateway as a client that may. */
  readonly send: (request: HttpRequest) => Promise<HttpResponse>;
  readonly sink: S3Sink;
  readonly files: Files;
  readonly requests: Requests;
  readonly rules: RuleDesk;
  readonly health: Health;
  readonly batch: BatchLayer;
  readonly speed: SpeedLayer;
  readonly tables: Tables;
}

/** The log and the name in it that hold one dataset of one layer. */
export function placeOf(
  pipeline: Pipeline,
  layer: Layer,
  dataset: Dataset,
): { readonly log: TopicStore; readonly name: string } {
  const { names } = pipeline.environment;
  return layer === 'batch'
    ? { log: pipeline.kafkaLog, name: names.topics[dataset] }
    : { log: pipeline.kinesisLog, name: names.streams[dataset] };
}

/** The next offset of each partition; none when there is no such topic or stream. */
export function endsOf(log: TopicStore, name: string): number[] {
  const partitions = log.topic(name)?.partitions ?? 0;
  return Array.from({ length: partitions }, (_, partition) => log.endOffset(name, partition));
}

/** Records that a topic or stream ever took, whether or not retention has removed some since. */
export function recordsEver(log: TopicStore, name: string): number {
  return endsOf(log, name).reduce((all, end) => all + end, 0);
}

/**
 * Records of a dataset that its topic or stream ever took. In a stream that the datasets share, what nobody has read
 * yet counts for the dataset that also takes what no key assigns; the sum is always the stream's.
 */
export function storedEver(pipeline: Pipeline, layer: Layer, dataset: Dataset): number {
  const { log, name } = placeOf(pipeline, layer, dataset);
  // Offsets of a Kafka have gaps, which the sink counts as it passes them.
  if (layer === 'batch') return recordsEver(log, name) - (pipeline.sink.counts()[name]?.skipped ?? 0);
  if (!isShared(pipeline, layer)) return recordsEver(log, name);
  const tally = pipeline.tables.layer('speed').tally();
  const taken = (each: Dataset) => tally[each].clean + tally[each].quarantined + tally[each].duplicates;
  if (dataset !== UNASSIGNED_TO) return taken(dataset);
  return DATASETS.filter((each) => each !== dataset).reduce((left, each) => left - taken(each), recordsEver(log, name));
}

/** Changes whenever one of the layers takes something in. */
export function versionsOf({ tables }: Pick<Pipeline, 'tables'>): string {
  return LAYERS.map((layer) => tables.layer(layer).version).join();
}

/** Records of a dataset that its layer has not read; in a shared stream as `storedEver` counts them. */
export function waitingInStream(pipeline: Pipeline, dataset: Dataset): number {
  return isShared(pipeline, 'speed') && dataset !== UNASSIGNED_TO ? 0 : pipeline.speed.behind(dataset);
}

/** Whether a record that lies in a dataset's topic or stream is of that dataset; in a shared stream its key tells. */
export function isOfDataset(pipeline: Pipeline, layer: Layer, dataset: Dataset, key: Buffer | null): boolean {
  if (!isShared(pipeline, layer)) return true;
  return (datasetOfStreamKey(key?.toString('utf8') ?? '') ?? UNASSIGNED_TO) === dataset;
}

function isShared({ environment }: Pipeline, layer: Layer): boolean {
  return layer === 'speed' && sharesStream(environment.names.streams);
}

export function forEachDataset<T>(value: (dataset: Dataset) => T): Record<Dataset, T> {
  return Object.fromEntries(DATASETS.map((dataset) => [dataset, value(dataset)])) as Record<Dataset, T>;
}
