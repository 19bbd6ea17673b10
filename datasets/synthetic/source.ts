import { checkOptions, type Post, type SourceOptions, type SourceRecord } from './contract';
import { type Draft, geoFacts, pinFacts, userFacts } from './draft';
import { LatentPosts } from './latent-post';
import { RowWriter } from './rows';

/** The posts of a source, in key order, each made when asked for. Memory grows by about half a byte per post. */
export function* syntheticPosts(options: SourceOptions): Iterable<Post> {
  for (const { key, drafts } of scripts(options)) {
    const text = `${key}`;
    const records = drafts.map(({ dataset, value }): SourceRecord => ({ dataset, key: text, value }));
    yield { key, records };
  }
}

/** Everything that will ever be sent for one key, in order within each dataset. */
export interface Script {
  readonly key: number;
  readonly drafts: readonly Draft[];
}

export function* scripts(options: SourceOptions): Iterable<Script> {
  checkOptions(options);
  const latent = new LatentPosts(options.seed, options.posts);
  const writer = new RowWriter(latent.random);
  for (let key = 0; key < options.posts; key++) {
    const post = latent.at(key);
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
