import { DATASETS } from '../schema';
import { checkOptions, type Post, type SourceOptions, type SourceRecord } from './contract';
import { type Draft, FACTS } from './draft';
import { HardMode } from './hard-mode';
import { switchedOn } from './hard-mode/switches';
import { LatentPosts } from './latent-post';
import { RowWriter } from './rows';

/**
 * The posts of a source, in key order, each made when it is read. Memory grows by about half a byte per post.
 * @throws RangeError at once for options outside of their bounds.
 */
export function syntheticPosts(options: SourceOptions): Iterable<Post> {
  checkOptions(options);
  switchedOn(options.hardMode);
  return { [Symbol.iterator]: () => deliver(options) };
}

/**
 * Sends each record with its key, or later if it is delayed. Records that are still delayed at the end go with the last post.
 */
function* deliver(options: SourceOptions): Iterator<Post> {
  const late = new Map<number, SourceRecord[]>();
  for (const { key, drafts } of scripts(options)) {
    const records: SourceRecord[] = [];
    for (const { dataset, value, delay } of drafts) {
      const record: SourceRecord = { dataset, key: `${key}`, value };
      if (delay === 0) records.push(record);
      else late.set(key + delay, [...(late.get(key + delay) ?? []), record]);
    }
    const isLast = key === options.posts - 1;
    for (const due of isLast ? [...late.keys()].sort((a, b) => a - b) : [key]) {
      records.push(...(late.get(due) ?? []));
      late.delete(due);
    }
    yield { key, records };
  }
}

/** All records of one key, in order within each dataset. */
export interface Script {
  readonly key: number;
  readonly drafts: readonly Draft[];
}

/** The scripts of all keys. `note` is called with the name of each dirt that hard mode adds. */
export function* scripts(options: SourceOptions, note: (injected: string) => void = () => {}): Iterable<Script> {
  checkOptions(options);
  const latent = new LatentPosts(options.seed, options.posts);
  const writer = new RowWriter(latent.random);
  const switches = switchedOn(options.hardMode);
  const hardMode = switches.size > 0 ? new HardMode(options.seed, latent, writer, switches, note) : null;
  for (let key = 0; key < options.posts; key++) {
    const post = latent.at(key);
    if (hardMode !== null) {
      yield { key, drafts: hardMode.draftsOf(post) };
      continue;
    }
    yield {
      key,
      drafts: DATASETS.map((dataset) => {
        const verdict = { facts: FACTS[dataset](post) };
        return { dataset, value: writer[dataset](post), verdict, delay: 0 } as Draft;
      }),
    };
  }
}
