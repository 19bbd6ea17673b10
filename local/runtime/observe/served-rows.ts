import type { Dataset } from '@pipeline/datasets/schema';
import { forEachDataset } from '../pipeline';

/** Rows are counted anew at most so often, and in a third of the time; but nobody waits longer for them than this. */
const COUNT_MS = 200;
const COUNT_REST = 2;
const LONGEST_REST_MS = 1_000;
/** A layer's new number waits so long at most for the serving layer's, so that pages get both in one event. */
const COUNTED_SOON_MS = 200;

export interface ServedRowsOptions {
  readonly count: () => Promise<Readonly<Record<Dataset, number>>>;
  /** What the layers hold now: another text whenever that is another. */
  readonly versions: () => string;
  /** What was counted before this start. */
  readonly last: Readonly<Record<Dataset, number>> | undefined;
  /** The number has come, or it is time to count again. */
  readonly onCounted: () => void;
  readonly onError: (error: Error) => void;
}

/** How many rows the serving layer shows of each dataset, as counted last. */
export class ServedRows {
  private rows: Readonly<Record<Dataset, number>>;
  private versions = '';
  private restsUntilMs = 0;
  private untilCounted: NodeJS.Timeout | undefined;

  constructor(private readonly options: ServedRowsOptions) {
    this.rows = options.last ?? forEachDataset(() => 0);
  }

  get now(): Readonly<Record<Dataset, number>> {
    return this.rows;
  }

  /** Begins to count, unless nothing has changed since, or the last count was just now. Gives whether it has begun. */
  count(): boolean {
    const { count, versions, onError } = this.options;
    const counted = versions();
    const startedMs = Date.now();
    if (counted === this.versions || startedMs < this.restsUntilMs) return false;
    this.restsUntilMs = Number.POSITIVE_INFINITY;
    count()
      .then((rows) => {
        this.rows = rows;
        this.versions = counted;
        this.tell();
      })
      .catch(onError)
      .finally(() => this.rest(Date.now() - startedMs));
    return true;
  }

  /** Whether the number is being counted, so that an event should wait for it. `onCounted` follows, if need be without the number. */
  soonCounted(): boolean {
    if (this.untilCounted === undefined && this.count())
      this.untilCounted = setTimeout(() => this.tell(), COUNTED_SOON_MS).unref();
    return this.untilCounted !== undefined;
  }

  stop(): void {
    clearTimeout(this.untilCounted);
  }

  private tell(): void {
    clearTimeout(this.untilCounted);
    this.untilCounted = undefined;
    this.options.onCounted();
  }

  private rest(tookMs: number): void {
    const restMs = Math.min(LONGEST_REST_MS, Math.max(COUNT_MS, COUNT_REST * tookMs));
    this.restsUntilMs = Date.now() + restMs;
    // What came meanwhile is counted right after the rest, also where nothing else happens then.
    setTimeout(() => {
      if (this.options.versions() !== this.versions) this.options.onCounted();
    }, restMs).unref();
  }
}
