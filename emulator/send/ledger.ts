import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import { type LayerCounts, noCounts } from '../show/report';
import type { Checkpoint } from './checkpoint';
import type { DeadLetter } from './dead-letters';

/** One post between being read and being settled. */
export interface OpenPost {
  readonly key: number;
  /** Records without an end yet, over all routes. */
  remaining: number;
  /** Records per route. */
  readonly read: number[];
  dead: DeadLetter[] | undefined;
  /** Repeated sends per route. */
  retried: number[] | undefined;
}

/** Number of routes there can be: every dataset in every layer. */
export const ROUTES = LAYERS.length * DATASETS.length;

type RouteTuple = [read: number, delivered: number, deadLettered: number, retried: number];
const NOTHING: RouteTuple = [0, 0, 0, 0];

/**
 * The books. Posts enter in source order and are entered into the totals in the same order, each once it is settled, so that the
 * totals always cover a prefix of the source: what a checkpoint can hold, and where `read = delivered + deadLettered`.
 */
export class Ledger {
  /** One tuple per route. */
  readonly totals: RouteTuple[];
  /** Posts in the totals. */
  posts: number;
  /** Key of the last of them. */
  lastKey: number | null;
  private open: OpenPost[] = [];
  private head = 0;

  /**
   * @param before what to go on from
   * @param onDead called with the dead letters of a post, if it has any, as it enters the totals
   */
  constructor(
    before: Pick<Checkpoint, 'counts' | 'posts' | 'lastKey'> | undefined,
    private readonly onDead: (letters: readonly DeadLetter[]) => void,
  ) {
    this.totals = Array.from({ length: ROUTES }, (_, route): RouteTuple => [...(before?.counts[route] ?? NOTHING)]);
    this.posts = before?.posts ?? 0;
    this.lastKey = before?.lastKey ?? null;
  }

  /** Posts read and not yet in the totals. */
  get pending(): number {
    return this.open.length - this.head;
  }

  enter(post: OpenPost): void {
    this.open.push(post);
  }

  /** Moves every settled post at the front into the totals. True when there was one. */
  fold(): boolean {
    const before = this.posts;
    while (this.head < this.open.length && this.open[this.head]!.remaining === 0) this.settle(this.open[this.head++]!);
    if (this.head > 1024 && this.head * 2 > this.open.length) {
      this.open = this.open.slice(this.head);
      this.head = 0;
    }
    return this.posts > before;
  }

  private settle(post: OpenPost): void {
    for (let route = 0; route < ROUTES; route++) {
      const total = this.totals[route]!;
      total[0] += post.read[route]!;
      total[1] += post.read[route]!;
      total[3] += post.retried?.[route] ?? 0;
    }
    for (const letter of post.dead ?? []) {
      const total = this.totals[routeIndex(letter)]!;
      total[1]--;
      total[2]++;
    }
    if (post.dead !== undefined) this.onDead(post.dead);
    this.posts++;
    this.lastKey = post.key;
  }

  counts(): LayerCounts {
    const layers = noCounts();
    for (const layer of LAYERS) {
      for (const dataset of DATASETS) {
        const [read, delivered, deadLettered, retried] = this.totals[routeIndex({ layer, dataset })]!;
        layers[layer][dataset] = { read, delivered, deadLettered, retried };
      }
    }
    return layers;
  }
}

/** Position of a dataset's way into a layer, 0 to `ROUTES - 1`. */
export function routeIndex({ layer, dataset }: Pick<DeadLetter, 'layer' | 'dataset'>): number {
  return LAYERS.indexOf(layer) * DATASETS.length + DATASETS.indexOf(dataset);
}
