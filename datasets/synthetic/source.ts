import { checkOptions, type Post, type SourceOptions, type SourceRecord } from './contract';
import { type Draft, geoFacts, pinFacts, userFacts } from './draft';
import { HardMode } from './hard-mode';
import { switchedOn } from './hard-mode/switches';
import { LatentPosts } from './latent-post';
import { RowWriter } from './rows';

/** The posts of a source, in key order, each made when asked for. Memory grows by about half a byte per post. */
export function* syntheticPosts(options: SourceOptions): Iterable<Post> {
  const late = new Map<number, SourceRecord[]>();
  for (const { key, drafts } of scripts(options)) {
    const records: SourceRecord[] = [];
    const isLast = key === options.posts - 1;
    for (const { dataset, value, delay } of drafts) {
      const record: SourceRecord = { dataset, key: `${key}`, value };
      if (delay === 0) records.push(record);
      else late.set(key + delay, [...(late.get(key + delay) ?? []), record]);
    }
    const due = isLast ? [...late.keys()].sort((a, b) => a - b) : [key];
    for (const at of due) {
      records.push(...(late.get(at) ?? []));
      late.delete(at);
    }
    yield { key, records };
  }
}

/** Everything that will ever be sent for one key, in order within each dataset. */
export interface Script {
  readonly key: number;
  readonly drafts: readonly Draft[];
}

/** The scripts of all keys. `note` hears the name of everything that hard mode injects. */
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
      drafts: [
        { dataset: 'pin', value: writer.pin(post), verdict: { facts: pinFacts(post) }, delay: 0 },
        { dataset: 'geo', value: writer.geo(post), verdict: { facts: geoFacts(post) }, delay: 0 },
        { dataset: 'user', value: writer.user(post), verdict: { facts: userFacts(post) }, delay: 0 },
      ],
    };
  }
}
