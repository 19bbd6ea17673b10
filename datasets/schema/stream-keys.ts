import { DATASETS, type Dataset, SCHEMAS } from '.';
import around from './stream-keys.json';

const PATTERNS = DATASETS.map((dataset): readonly [Dataset, RegExp] => [
  dataset,
  new RegExp(`${around.before}(?:${dataset}|${SCHEMAS[dataset].sourceTable})${around.after}`),
]);

/**
 * The dataset of a record in a stream that all datasets share, told by its partition key: `<userId>.pin`, `pin`,
 * `pin-partition`, `pinterest_data` and whatever else ends in the name of a dataset or of its source table.
 *
 * @returns undefined for a key that names none, such as `partition-1`
 */
export function datasetOfStreamKey(key: string): Dataset | undefined {
  const lower = key.toLowerCase();
  return PATTERNS.find(([, pattern]) => pattern.test(lower))?.[0];
}

/** Whether all datasets go into one stream, so that keys tell them apart. */
export function sharesStream(streams: Readonly<Record<Dataset, string>>): boolean {
  return new Set(Object.values(streams)).size === 1;
}

/** The dataset that takes what no key assigns: into its quarantine. */
export const UNASSIGNED_TO: Dataset = DATASETS[0]!;

/** The line under which a record of no dataset's key goes into quarantine: whole, and no JSON. */
export function unassignedLine(key: string, line: string): string {
  return `the partition key ${JSON.stringify(key)} names no dataset: ${line}`;
}
