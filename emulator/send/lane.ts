import type { RecordText } from './layer-protocol';
import type { OpenPost } from './ledger';
import type { Outcome } from './outcome';
import { type Clock, Patience, pauseMs, RECORDS_CAP_MS, type RetrySettings } from './retry';
import type { Route } from './route';
import type { Sender } from './sender';

/** One record on its way into one layer. The same object serves both layers. */
export interface Item extends RecordText {
  readonly post: OpenPost;
  readonly key: string;
  /** When it should be sent, milliseconds since the epoch; 0 when as soon as possible. */
  readonly dueMs: number;
}

/** How a lane sends. */
export interface LaneSettings {
  readonly batchSize: number;
  readonly retry: RetrySettings;
  readonly clock: Clock;
  readonly random: () => number;
  /** Aborted when the replay ends without waiting for what is under way. */
  readonly abort: AbortSignal;
}

/** Who hears what became of a lane's records. */
export interface LaneBooks {
  delivered(route: Route, items: readonly Item[], startedMs: number): void;
  retrying(route: Route, items: readonly Item[], reason: string): void;
  deadLettered(route: Route, items: readonly Item[], reason: string, attempts: number): void;
  /** True while nothing has ever been acknowledged on this route: then a refusal is about the target, not about the records. */
  isUnproven(route: Route): boolean;
}

/** Who hears how a lane fares. */
export interface LaneOwner {
  /** Ends the replay: the target cannot be used at all. */
  fail(reason: string): void;
  /** Called when a lane has nothing under way any more. */
  idle(): void;
}

/** Attempts at a target that has never answered. Then the replay ends with its address: a wrong URL does not get better by waiting. */
const ATTEMPTS_TO_REACH = 5;

/** No batch grows beyond this many characters: even at three bytes each it stays under API Gateway's 10 MiB. */
const LONGEST_BATCH = 3 * 1024 * 1024;

/**
 * Sends the records of some keys along one route, one request at a time, each batch to its end before the next. Hence a record
 * never overtakes an earlier one of its key, whatever fails: that is also why no batch holds two records of one key.
 */
export class Lane {
  private queue: Item[] = [];
  private head = 0;
  private busy = false;
  private fillsBatches = true;

  constructor(
    private readonly route: Route,
    private readonly sender: Pick<Sender, 'send'>,
    private readonly settings: LaneSettings,
    private readonly books: LaneBooks,
    private readonly owner: LaneOwner,
  ) {}

  get isIdle(): boolean {
    return !this.busy;
  }

  /** Takes a record. It is sent as soon as there is a full batch. */
  push(item: Item): void {
    this.queue.push(item);
    if (this.waiting >= this.settings.batchSize) this.start();
  }

  /** Sends what waits now, a full batch or not. What comes meanwhile waits for a full batch again. */
  flush(): void {
    if (this.waiting > 0) this.start();
    // Nothing more will come to tell whether those are bad.
    else setImmediate(() => this.route.firstRefusals.busy === 0 && this.settleFirst());
  }

  /** From now on the lane sends what it has rather than wait for a full batch. */
  stopFillingBatches(): void {
    this.fillsBatches = false;
  }

  private get waiting(): number {
    return this.queue.length - this.head;
  }

  private start(): void {
    if (this.busy || this.settings.abort.aborted) return;
    this.busy = true;
    this.route.firstRefusals.busy++;
    // A full disk, where dead letters or checkpoint are: nothing can be kept any more.
    this.run().catch((error: Error) => this.owner.fail(error.message));
  }

  private async run(): Promise<void> {
    const least = () => (this.fillsBatches ? this.settings.batchSize : 1);
    do await this.deliver(this.takeBatch());
    while (this.waiting >= least() && !this.settings.abort.aborted);
    this.busy = false;
    this.route.firstRefusals.busy--;
    this.owner.idle();
  }

  private takeBatch(): Item[] {
    if (this.settings.batchSize === 1) return [this.takeOne()];
    const batch: Item[] = [];
    const keys = new Set<string>();
    let length = 0;
    while (this.head < this.queue.length && batch.length < this.settings.batchSize) {
      const item = this.queue[this.head]!;
      length += item.valueJson.length;
      if (batch.length > 0 && (keys.has(item.key) || length > LONGEST_BATCH)) break;
      keys.add(item.key);
      batch.push(this.takeOne());
    }
    return batch;
  }

  private takeOne(): Item {
    const item = this.queue[this.head++]!;
    if (this.head === this.queue.length) {
      this.queue.length = 0;
      this.head = 0;
    } else if (this.head >= 1024) {
      this.queue.splice(0, this.head);
      this.head = 0;
    }
    return item;
  }

  private async deliver(batch: Item[]): Promise<void> {
    const { books, owner, route } = this;
    const { abort, clock, random, retry } = this.settings;
    const startedMs = clock.now();
    const patience = new Patience(retry, () => clock.now());
    let waiting = batch;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.sender.send(route.protocol.body(waiting), waiting.length);
      if (abort.aborted && outcome.kind !== 'each') return;
      if (outcome.kind === 'refused') return this.refused(waiting, outcome, attempt);
      if (outcome.kind === 'each' && outcome.failures.length === 0) return this.delivered(waiting, startedMs);

      let reason: string;
      const before = waiting.length;
      if (outcome.kind === 'failed') reason = outcome.reason;
      else {
        const again = this.settle(waiting, outcome.failures, startedMs, attempt);
        if (again.items.length === 0) return;
        waiting = again.items;
        reason = again.reason;
      }
      patience.after((before - waiting.length) / before);
      const isUnproven = books.isUnproven(route);
      const isNowhere = outcome.kind === 'failed' && outcome.isUnreachable === true;
      if (isUnproven && isNowhere && patience.fruitless >= ATTEMPTS_TO_REACH) return owner.fail(reason);
      if (patience.isOver) {
        if (isUnproven) return owner.fail(reason);
        return this.giveUp(waiting, reason, attempt);
      }
      books.retrying(route, waiting, reason);
      const pause =
        outcome.kind === 'failed'
          ? pauseMs(patience.level, retry, random, outcome.retryAfterMs)
          : pauseMs(patience.level, retry, random, 0, Math.min(retry.capMs, RECORDS_CAP_MS));
      await clock.sleep(pause, abort);
      if (abort.aborted) return;
    }
  }

  /** Settles the records of an outcome given one by one, and returns those to be sent again. */
  private settle(
    batch: readonly Item[],
    failures: (Outcome & { kind: 'each' })['failures'],
    startedMs: number,
    attempt: number,
  ): { items: Item[]; reason: string } {
    const stored: Item[] = [];
    const again: Item[] = [];
    let reason = '';
    batch.forEach((item, i) => {
      const failure = failures[i];
      if (failure === undefined) stored.push(item);
      else if (failure.retry) {
        again.push(item);
        reason = failure.reason;
      } else this.refuse([item], failure.reason, attempt);
    });
    if (stored.length > 0) this.delivered(stored, startedMs);
    return { items: again, reason };
  }

  /** One bad record can have a whole batch refused, so halves are tried until it is alone. */
  private async refused(batch: Item[], outcome: Outcome & { kind: 'refused' }, attempt: number): Promise<void> {
    if (outcome.because === 'target' && this.books.isUnproven(this.route)) return this.owner.fail(outcome.reason);
    if (outcome.because === 'target' || batch.length === 1) return this.refuse(batch, outcome.reason, attempt);
    const middle = Math.ceil(batch.length / 2);
    this.books.retrying(this.route, batch, outcome.reason);
    await this.deliver(batch.slice(0, middle));
    if (!this.settings.abort.aborted) await this.deliver(batch.slice(middle));
  }

  private delivered(items: readonly Item[], startedMs: number): void {
    this.books.delivered(this.route, items, startedMs);
    this.settleFirst();
  }

  /** Records that the target will never take; before it has taken any, they are kept back until that is sure. */
  private refuse(items: readonly Item[], reason: string, attempts: number): void {
    const { books, owner, route } = this;
    if (!books.isUnproven(route)) books.deadLettered(route, items, reason, attempts);
    else if (route.firstRefusals.add({ items, reason, attempts })) owner.fail(`every record is refused: ${reason}`);
  }

  private settleFirst(): void {
    if (this.settings.abort.aborted) return;
    for (const { items, reason, attempts } of this.route.firstRefusals.release())
      this.books.deadLettered(this.route, items, reason, attempts);
  }

  /** Records that got nowhere for long enough. Alone, they tell whether it is they or the target. */
  private async giveUp(batch: readonly Item[], reason: string, attempts: number): Promise<void> {
    const { books, owner, route, sender } = this;
    const { abort, clock, retry } = this.settings;
    const failed: Item[] = [];
    let isAlive = retry.afterwards === 'dead-letter';
    if (isAlive) failed.push(...batch);
    else if (batch.length > 1) {
      for (const item of batch) {
        const startedMs = clock.now();
        const outcome = await sender.send(route.protocol.body([item]), 1);
        if (abort.aborted && outcome.kind !== 'each') return;
        if (outcome.kind === 'each' && outcome.failures[0] === undefined) {
          this.delivered([item], startedMs);
          isAlive = true;
        } else if (failed.push(item) >= retry.maxAttempts && !isAlive) break;
      }
    }
    if (!isAlive) return owner.fail(reason);
    if (failed.length > 0)
      books.deadLettered(route, failed, `given up after ${attempts} attempts: ${reason}`, attempts);
  }
}
