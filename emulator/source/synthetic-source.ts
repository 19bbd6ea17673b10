import { type SourceOptions, syntheticPosts } from '@pipeline/datasets/synthetic';
import type { ReplayPost, ResumePoint } from '../send/replay-options';
import { STOCK_LAST_ROW, stockOrder } from './python-random';
import { type Order, orderName, type Source } from './source';

/** Posts that one run may hold in memory to put them in order of time: about half a gigabyte. */
const MOST_SORTED = 200_000;

/**
 * The generated source. In key order it is made as it is read; in random order the rows that the stock emulator can draw are held
 * in memory, in order of time all of them.
 *
 * @throws RangeError for more posts than can be sorted
 */
export function syntheticSource(options: SourceOptions, order: Order): Source {
  if (order.by === 'time' && options.posts > MOST_SORTED) {
    throw new RangeError(
      `the synthetic source can be put in order of time up to ${MOST_SORTED} posts, got ${options.posts}`,
    );
  }
  return {
    name: `synthetic, seed ${options.seed}, ${options.posts} posts${dirt(options)}, ${orderName(order)}`,
    posts: order.by === 'random' ? undefined : options.posts,
    open: (resume) => skipped(inOrder(options, order), resume),
    close: async () => undefined,
  };
}

function dirt({ hardMode = false }: SourceOptions): string {
  if (typeof hardMode === 'boolean') return hardMode ? ', hard mode' : '';
  return `, hard mode ${JSON.stringify(hardMode)}`;
}

function inOrder(options: SourceOptions, order: Order): Iterable<ReplayPost> {
  switch (order.by) {
    case 'key':
      return syntheticPosts(options);
    case 'time':
      return [...syntheticPosts(options)].map(timed).sort((a, b) => a.at - b.at || a.key - b.key);
    case 'random':
      return drawn(options, order.seed);
  }
}

function* drawn(options: SourceOptions, seed: number): Generator<ReplayPost> {
  const rows: ReplayPost[] = [];
  for (const post of syntheticPosts(options)) {
    if (post.key > STOCK_LAST_ROW) break;
    rows.push(post);
  }
  for (const row of stockOrder(seed)) {
    const post = rows[row];
    if (post !== undefined) yield post;
  }
}

function* skipped(posts: Iterable<ReplayPost>, { posts: settled }: ResumePoint): Generator<ReplayPost> {
  let position = 0;
  for (const post of posts) if (position++ >= settled) yield post;
}

/** With the time of its geo row; a post without one comes first. */
function timed(post: ReplayPost): ReplayPost & { at: number } {
  const geo = post.records.find(({ dataset, value }) => dataset === 'geo' && isRow(value))?.value;
  const at = isRow(geo) && typeof geo.timestamp === 'string' ? Date.parse(geo.timestamp) : Number.NaN;
  return { ...post, at: Number.isNaN(at) ? 0 : at };
}

function isRow(value: unknown): value is { readonly timestamp?: unknown } {
  return typeof value === 'object' && value !== null;
}
