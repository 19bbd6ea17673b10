import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATASETS, type Dataset } from '../schema';

/**
 * One SELECT per dataset, from the relation `raw_<dataset>` to one row per raw record: the dataset's clean columns, then
 * arrival_time_ms, arrival_partition, arrival_order, line, outcome (clean, duplicate, quarantined), reason, findings.
 */
export const CLEAN_SQL: Readonly<Record<Dataset, string>> = Object.fromEntries(
  DATASETS.map((dataset) => [dataset, readFileSync(join(__dirname, 'clean', `${dataset}.sql`), 'utf8')]),
) as Record<Dataset, string>;
