import type { Dataset } from '@pipeline/datasets/schema';
import type { ReplayPost, ReplayRecord } from '../send/replay-options';

/** The three records of a post, small and plain. `version` tells later rows of a key from earlier ones. */
export function post(key: number, version = 0): ReplayPost {
  const record = (dataset: Dataset, keyColumn: string): ReplayRecord => ({
    dataset,
    key: String(key),
    value: { [keyColumn]: key, version, text: `📌 "${key}"` },
  });
  return { key, records: [record('pin', 'index'), record('geo', 'ind'), record('user', 'ind')] };
}

/** Posts 0 to `count` - 1. */
export function* posts(count: number): Generator<ReplayPost> {
  for (let key = 0; key < count; key++) yield post(key);
}
