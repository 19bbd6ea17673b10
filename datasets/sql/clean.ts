import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATASETS, type Dataset } from '../schema';

/**
 * One SELECT per dataset, from the relation `raw_<dataset>` to one row per raw record: the dataset's clean columns, then
 * arrival_time_ms, arrival_partition, arrival_order, line (of the quarantined alone), outcome (clean, duplicate,
 * quarantined), reason, findings. A file is read whenever its text is asked for, as with the views.
 */
export const CLEAN_SQL = Object.defineProperties(
  {},
  Object.fromEntries(DATASETS.map((dataset) => [dataset, { enumerable: true, get: () => read(dataset) }])),
) as Readonly<Record<Dataset, string>>;

/** Path in the project of the file that cleans `dataset`. */
export function cleanFile(dataset: Dataset): string {
  return `datasets/sql/clean/${dataset}.sql`;
}

function read(dataset: Dataset): string {
  return readFileSync(join(__dirname, 'clean', `${dataset}.sql`), 'utf8');
}
