import { DATASETS, type Dataset, SCHEMAS } from '.';
import around from './stream-keys.json';

const PATTERNS = DATASETS.map((dataset): readonly [Dataset, RegExp] => [
  dataset,
  new RegExp(`${around.before}(?:${dataset}|${SCHEMAS[dataset].sourceTable})${around.after}`),
]);

/**
 * The dataset that a partition key names, in a stream that all datasets share. Accepted keys: `<userId>.pin`, `pin`,
 * `pin-partition`, `pinterest_data` and any key that ends in the name of a dataset or of its source table.
 *
 * @returns undefined for a key without such a name, such as `partition-1`
 */
export function datasetOfStreamKey(key: string): Dataset | undefined {
  const lower = key.toLowerCase();
  return PATTERNS.find(([, pattern]) => pattern.test(lower))?.[0];
}

/** Whether all datasets go into one stream, so that keys tell them apart. */
export function sharesStream(streams: Readonly<Record<Dataset, string>>): boolean {
  return new Set(Object.values(streams)).size === 1;
}

/** The dataset whose quarantine takes the records whose keys name no dataset. */
export const UNASSIGNED_TO: Dataset = DATASETS[0]!;

/** The quarantine's line of a record whose key names no dataset: the key, then the whole record. The line is not JSON. */
export function unassignedLine(key: string, line: string): string {
  return `the partition key ${JSON.stringify(key)} names no dataset: ${line}`;
}
