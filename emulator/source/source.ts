import type { ReplayPost, ResumePoint } from '../send/replay-options';

/** In which order a source gives its posts: by key, as the stock emulator draws them, or by the posts' own times. */
export type Order = { readonly by: 'key' } | { readonly by: 'random'; readonly seed: number } | { readonly by: 'time' };

/** An order in words. */
export function orderName(order: Order): string {
  return order.by === 'random' ? `random order of seed ${order.seed}` : `by ${order.by}`;
}

/** Where posts come from. */
export interface Source {
  /** What is replayed, in words, without secrets: a checkpoint belongs to one name. */
  readonly name: string;
  /** How many posts there will be; `undefined` when nobody knows, or when there is no end. */
  readonly posts: number | undefined;
  /** The posts behind `resume`, in the same order in every run. */
  open(resume: ResumePoint): Iterable<ReplayPost> | AsyncIterable<ReplayPost>;
  close(): Promise<void>;
}

/** The first `count` posts of a source, counted over all runs; all of them when it is left out. */
export function first(count: number | undefined, source: Source): Source {
  if (count === undefined) return source;
  return {
    name: `${source.name}, first ${count}`,
    posts: source.posts === undefined ? count : Math.min(count, source.posts),
    close: () => source.close(),
    async *open(resume) {
      let left = count - resume.posts;
      if (left <= 0) return;
      for await (const post of source.open(resume)) {
        yield post;
        if (--left === 0) return;
      }
    },
  };
}
