import { grouped, table } from '@pipeline/cli/table';
import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';

/** What became of the records of one dataset in one layer. `read = delivered + deadLettered`, always. */
export interface RouteCounts {
  /** Records taken from the source for this layer, each once. */
  read: number;
  /** Records the layer acknowledged. */
  delivered: number;
  /** Records written to the dead letters, with the reason. */
  deadLettered: number;
  /** Times a record was sent again. Tells about the way, not about the end: not part of the sum. */
  retried: number;
}

export type LayerCounts = Record<Layer, Record<Dataset, RouteCounts>>;

/** The closing account of a replay; with a checkpoint it covers every run since the first. */
export interface ReplayReport {
  layers: LayerCounts;
  /** Posts whose every record is delivered or dead-lettered. */
  posts: number;
  /** Seconds of sending, over all runs. */
  seconds: number;
  /** `false` when the replay was stopped before the source ended. */
  complete: boolean;
  /** Records acknowledged in this run. */
  deliveredNow: number;
  /** Milliseconds from the intended send time of a record to its acknowledgement; of this run. */
  latencyMs: { p50: number; p95: number; p99: number; max: number };
}

/** All counts at zero. */
export function noCounts(): LayerCounts {
  const each = <K extends string, V>(keys: readonly K[], value: () => V) =>
    Object.fromEntries(keys.map((key) => [key, value()])) as Record<K, V>;
  return each(LAYERS, () => each(DATASETS, () => ({ read: 0, delivered: 0, deadLettered: 0, retried: 0 })));
}

/** The sum of one count over both layers and all datasets. */
export function total(layers: LayerCounts, count: keyof RouteCounts): number {
  return LAYERS.reduce(
    (sum, layer) => DATASETS.reduce((part, dataset) => part + layers[layer][dataset][count], sum),
    0,
  );
}

/** True when every record read is either delivered or dead-lettered, per dataset and layer. */
export function reconciles(layers: LayerCounts): boolean {
  return LAYERS.every((layer) =>
    DATASETS.every((dataset) => {
      const { read, delivered, deadLettered } = layers[layer][dataset];
      return read === delivered + deadLettered;
    }),
  );
}

/** The report as a table for people. */
export function renderReport(report: ReplayReport): string {
  const header = ['layer', 'dataset', 'read', 'delivered', 'dead-lettered', 'retried'];
  const rows = LAYERS.flatMap((layer) =>
    DATASETS.map((dataset) => {
      const counts = report.layers[layer][dataset];
      return [layer, dataset, ...[counts.read, counts.delivered, counts.deadLettered, counts.retried].map(grouped)];
    }).filter((row) => row[2] !== '0'),
  );
  const records = total(report.layers, 'delivered');
  const { p50, p95, p99 } = report.latencyMs;
  const rate = report.seconds > 0 ? `, ${grouped(Math.round(records / report.seconds))} records/s` : '';
  return [
    ...table(header, rows, { right: [2, 3, 4, 5] }),
    '',
    `${grouped(report.posts)} posts in ${report.seconds.toFixed(1)} s${rate}; latency p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}`,
    `read = delivered + dead-lettered: ${reconciles(report.layers) ? 'yes' : 'NO'}${report.complete ? '' : '; stopped before the source ended'}`,
  ].join('\n');
}

const ms = (value: number): string => (value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`);
