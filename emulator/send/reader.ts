import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Schedule, scheduleOf } from './pace';
import type { ReplayOptions, ReplayPost, ResumePoint } from './replay-options';
import type { Clock } from './retry';

/** What the reader needs of the replay that it reads for. */
interface ReaderOwner {
  readonly clock: Clock;
  readonly random: () => number;
  /** Posts that were read and are not yet settled. */
  readonly pending: number;
  /** Takes a post that should be sent at `dueMs`, milliseconds since the epoch; 0 when as soon as possible. */
  enter(post: ReplayPost, dueMs: number): void;
  /** Called when the reader can go on only after something has ended. */
  waiting(): void;
}

/** Reads a source at its pace, never more than `window` posts ahead of what is settled. */
export class Reader {
  private readonly stopping = new AbortController();
  private goOn: (() => void) | undefined;

  constructor(
    private readonly options: Pick<ReplayOptions, 'source' | 'pace' | 'checkpoint' | 'stopAfter'>,
    private readonly window: number,
    private readonly owner: ReaderOwner,
  ) {}

  /**
   * Reads to the end of the source, or until `stop`.
   *
   * @returns true when it came to the end
   * @throws Error when the source ends before the posts that are settled already: it is another source
   */
  async read(settled: ResumePoint): Promise<boolean> {
    const { source, pace, stopAfter = Number.POSITIVE_INFINITY } = this.options;
    const { clock, random } = this.owner;
    const schedule = pace && scheduleOf(pace, clock.now(), random);
    const skip = typeof source === 'function' ? 0 : settled.posts;
    /** Posts of the source that stand before the first one that is read here. */
    const before = settled.posts - skip;
    let position = 0;
    for await (const post of typeof source === 'function' ? source(settled) : source) {
      if (this.isStopped || before + position >= stopAfter) return false;
      if (position++ < skip) continue;
      while (this.owner.pending >= this.window && !this.isStopped) await this.untilProgress();
      const dueMs = await this.untilDue(post, schedule);
      if (this.isStopped) return false;
      this.owner.enter(post, dueMs);
      // Sockets are written and read between turns of the event loop.
      if (position % 128 === 0) await nextTurn();
    }
    if (position < skip) {
      throw new Error(
        `the source ended after ${position} posts, but ${this.options.checkpoint} counts ${skip}; it is not the same source`,
      );
    }
    return !this.isStopped;
  }

  /** Waits until `progress` is called. */
  async untilProgress(): Promise<void> {
    this.owner.waiting();
    await new Promise<void>((resolve) => {
      this.goOn = resolve;
    });
  }

  /** Lets a waiting reader look again. */
  progress(): void {
    const { goOn } = this;
    this.goOn = undefined;
    goOn?.();
  }

  stop(): void {
    this.stopping.abort();
    this.progress();
  }

  private async untilDue(post: ReplayPost, schedule: Schedule | undefined): Promise<number> {
    if (schedule === undefined || this.isStopped) return 0;
    const dueMs = schedule(post);
    const early = dueMs - this.owner.clock.now();
    if (early > 0) await this.owner.clock.sleep(early, this.stopping.signal);
    return dueMs;
  }

  private get isStopped(): boolean {
    return this.stopping.signal.aborted;
  }
}
