import type { ReplayPost, ReplayRecord } from '@pipeline/emulator';
import { first } from '@pipeline/emulator/source';
import { syntheticSource } from '@pipeline/emulator/synthetic-source';

/** Field that a smoke test adds to its rows. Cleaning notes it as a field too many and leaves the rest alone. */
export const MARK_FIELD = 'smoke_test';

/** Posts of the whole default source: its first posts are the same rows, so that a test changes no answer there is. */
const WHOLE_SOURCE = 11_154;

/**
 * The first posts of the synthetic source. Each row carries `<run>/<dataset>/<key>`, so that it is known again at the other
 * end, whatever else is sent meanwhile.
 */
export async function markedPosts(run: string, seed: number, posts: number): Promise<ReplayPost[]> {
  const source = first(posts, syntheticSource({ seed, posts: Math.max(posts, WHOLE_SOURCE) }, { by: 'key' }));
  const marked: ReplayPost[] = [];
  for await (const post of source.open({ posts: 0, lastKey: null })) {
    marked.push({ ...post, records: post.records.map((record) => withMark(run, record)) });
  }
  return marked;
}

function withMark(run: string, record: ReplayRecord): ReplayRecord {
  const { dataset, key, value } = record;
  if (typeof value !== 'object' || value === null) throw new Error(`${dataset} ${key} is no row`);
  return { ...record, value: { ...value, [MARK_FIELD]: `${run}/${dataset}/${key}` } };
}
