import type { ReplayPost, ReplayRecord } from '@pipeline/emulator';
import { syntheticSource } from '@pipeline/emulator/synthetic-source';

/** Field that a smoke test adds to its rows. */
export const MARK_FIELD = 'smoke_test';

/**
 * Posts of the synthetic source, with two changes. Each row carries `<run>/<dataset>/<key>`, so that it is known again at the other
 * end, whatever else is sent meanwhile. And keys are negative, from -1 down: cleaning puts such rows into quarantine
 * (`key_invalid`), so that they are in no answer and take no post's place, whatever data an environment holds.
 */
export async function markedPosts(run: string, seed: number, posts: number): Promise<ReplayPost[]> {
  const source = syntheticSource({ seed, posts }, { by: 'key' });
  const marked: ReplayPost[] = [];
  for await (const post of source.open({ posts: 0, lastKey: null })) {
    const key = -1 - post.key;
    marked.push({ key, records: post.records.map((record) => changed(record, key, run)) });
  }
  return marked;
}

function changed({ dataset, value }: ReplayRecord, key: number, run: string): ReplayRecord {
  const row = value as Readonly<Record<string, unknown>>;
  const column = 'index' in row ? 'index' : 'ind';
  const mark = `${run}/${dataset}/${key}`;
  return { dataset, key: String(key), value: { ...row, [column]: key, [MARK_FIELD]: mark } as ReplayRecord['value'] };
}
