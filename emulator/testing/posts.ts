import { DATASETS, type Dataset, SCHEMAS } from '@pipeline/datasets/schema';
import type { ReplayPost, ReplayRecord } from '../send/replay-options';

/** A record of each dataset of a post, small and plain. `version` tells later rows of a key from earlier ones. */
export function post(key: number, version = 0): ReplayPost {
  const record = (dataset: Dataset): ReplayRecord => ({
    dataset,
    key: String(key),
    value: { [SCHEMAS[dataset].sourceKey]: key, version, text: `📌 "${key}"` },
  });
  return { key, records: DATASETS.map(record) };
}

/** Posts 0 to `count` - 1. */
export function* posts(count: number): Generator<ReplayPost> {
  for (let key = 0; key < count; key++) yield post(key);
}
