import { setMaxListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DATASETS } from '@pipeline/datasets/schema';
import type { ReplayReport } from '../show/report';
import { type Checkpoint, CheckpointFile, readCheckpoint } from './checkpoint';
import { type DeadLetter, DeadLetterFile } from './dead-letters';
import { type Item, Lane, type LaneOwner } from './lane';
import { Ledger, type OpenPost, ROUTES } from './ledger';
import { Meter } from './meter';
import { scheduleOf } from './pace';
import { ReplayFailed, type ReplayOptions, type ReplayPost, type ReplayRecord } from './replay-options';
import { type Clock, DEFAULT_RETRY, type RetrySettings, systemClock } from './retry';
import { type Route, routesOf } from './route';
import { Sender } from './sender';
import { requestSigner } from './sigv4';
import { Transport } from './transport';

const PROGRESS_MS = 250;

/**
 * Sends every post of a source through the HTTP API, into one layer or both, and accounts for every record.
 *
 * At least once: a record is delivered when its own entry in an answer says so. Network errors, 408, 429 and 5xx are repeated with
 * capped exponential backoff, full jitter and `Retry-After`, and only for the records that failed; permanent refusals go to the
 * dead letters. Records of one key keep their order within a dataset and layer. Memory is constant.
 *
 * @throws RangeError for options out of range, before anything is sent
 * @throws ReplayFailed when a topic or stream refuses everything, or never answers, before it has taken a single record, and when a
 *   record is refused and there is no dead-letter file
 */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  return await new Replay(options).run();
}

class Replay implements LaneOwner {
  readonly batchSize: number;
  readonly retry: RetrySettings;
  readonly clock: Clock;
  readonly random: () => number;
  sendsPartBatches: boolean;

  private readonly routes: readonly Route[];
  private readonly lanes: Lane[][] = [];
  private readonly allLanes: Lane[];
  private readonly concurrency: number;
  /** Posts that may be read and not yet settled. */
  private readonly window: number;
  private readonly before: Checkpoint | undefined;
  private readonly ledger: Ledger;
  private readonly deadLetterFile: DeadLetterFile | undefined;
  private readonly checkpointFile: CheckpointFile | undefined;
  private readonly transport: Transport;
  private readonly startedMs: number;
  /** Reading ends. */
  private readonly stopping = new AbortController();
  /** Everything ends. */
  private readonly hardStop = new AbortController();
  private readonly proven = new Array<boolean>(ROUTES).fill(false);
  private readonly meter = new Meter();
  private failure: string | undefined;
  private checkpointDue = false;
  private flushDue = false;
  private wakeReader: (() => void) | undefined;

  constructor(private readonly options: ReplayOptions) {
    this.batchSize = wholeNumber('batchSize', options.batchSize ?? 500, 1, 500);
    this.concurrency = wholeNumber('concurrency', options.concurrency ?? (this.batchSize === 1 ? 16 : 2), 1, 1024);
    this.retry = { ...DEFAULT_RETRY, ...options.retry };
    this.sendsPartBatches = options.pace !== undefined;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    // Room on every lane for one batch under way and two waiting.
    this.window = Math.max(64, 3 * this.batchSize * this.concurrency);
    this.routes = routesOf(options, this.batchSize);

    this.before =
      options.checkpoint === undefined ? undefined : readCheckpoint(options.checkpoint, sourceName(options));
    if (options.deadLetters !== undefined) {
      this.deadLetterFile = new DeadLetterFile(options.deadLetters, this.before?.deadLetterBytes);
    }
    this.ledger = new Ledger(this.before, (letters) => this.deadLetterFile?.append(letters));

    const url = new URL(options.target.apiUrl);
    this.transport = new Transport(url.origin, this.retry.timeoutMs);
    const sign = options.target.auth === 'iam' ? requestSigner(url, options.target.region) : undefined;
    for (const route of this.routes) {
      this.lanes[route.index] = Array.from({ length: this.concurrency }, () => {
        const sender = new Sender(route, url, this.transport.connect(), sign, this.clock);
        return new Lane(route, sender, this);
      });
    }
    this.allLanes = this.lanes.flat();
    // Every lane that waits for its next attempt listens.
    setMaxListeners(0, this.abort);
    this.startedMs = this.clock.now();
    if (options.checkpoint !== undefined)
      this.checkpointFile = new CheckpointFile(options.checkpoint, this.checkpoint(false));
  }

  /** Reads, sends, waits for the end of everything read, and closes what it opened. */
  async run(): Promise<ReplayReport> {
    const { signal, drainMs = 10_000 } = this.options;
    const ticker = setInterval(() => this.showProgress(), PROGRESS_MS);
    let drainTimer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      this.stopping.abort();
      drainTimer = setTimeout(() => this.stopAtOnce(), drainMs);
      this.wake();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      let ended = false;
      try {
        ended = this.before?.complete === true || (await this.read());
      } finally {
        // A source that breaks off does not take with it what it has given.
        await this.drain();
        this.saveCheckpoint(ended && this.ledger.pending === 0);
      }
      const complete = ended && this.ledger.pending === 0;
      this.showProgress();
      const report = this.report(complete);
      if (this.failure !== undefined) throw new ReplayFailed(this.failure, report);
      return report;
    } finally {
      clearInterval(ticker);
      clearTimeout(drainTimer);
      signal?.removeEventListener('abort', onAbort);
      this.hardStop.abort();
      this.deadLetterFile?.close();
      this.checkpointFile?.close();
      await this.transport.close(new Error('the replay has ended'));
    }
  }

  /** Reads the source into the lanes, never more than `window` posts ahead of what is settled. True when it came to its end. */
  private async read(): Promise<boolean> {
    const { source, pace } = this.options;
    const { posts: settled, lastKey } = this.ledger;
    const skip = typeof source === 'function' ? 0 : settled;
    const schedule = pace && scheduleOf(pace, this.startedMs, this.random);
    let position = 0;
    for await (const post of typeof source === 'function' ? source({ posts: settled, lastKey }) : source) {
      if (this.isStopping()) return false;
      if (position++ < skip) continue;
      while (this.ledger.pending >= this.window) {
        await this.untilProgress();
        if (this.isStopping()) return false;
      }
      const dueMs = schedule?.(post) ?? 0;
      const early = dueMs - this.clock.now();
      if (schedule && early > 0) {
        await this.clock.sleep(early, this.stopping.signal);
        if (this.isStopping()) return false;
      }
      this.enter(post, dueMs);
      // Sockets are written and read between turns of the event loop.
      if (position % 128 === 0) await nextTurn();
    }
    if (position < skip) {
      throw new Error(
        `the source ended after ${position} posts, but ${this.options.checkpoint} counts ${skip}; it is not the same source`,
      );
    }
    return !this.isStopping();
  }

  private enter(post: ReplayPost, dueMs: number): void {
    const read = new Array<number>(ROUTES).fill(0);
    const open: OpenPost = { key: post.key, remaining: 0, read, dead: undefined, retried: undefined };
    this.ledger.enter(open);
    for (const record of post.records) {
      let item: Item | undefined;
      for (const route of this.routes) {
        if (route.dataset !== record.dataset || (record.layer ?? route.layer) !== route.layer) continue;
        item ??= itemOf(record, open, dueMs);
        open.remaining++;
        read[route.index]!++;
        this.lanes[route.index]![laneOf(record.key, this.concurrency)]!.push(item);
      }
    }
    if (open.remaining === 0) this.fold();
    else if (this.options.pace && !this.flushDue) {
      this.flushDue = true;
      setImmediate(() => {
        this.flushDue = false;
        this.flush();
      });
    }
  }

  /** Waits until something ends. When nothing is under way, only part batches can bring that about. */
  private async untilProgress(): Promise<void> {
    if (this.allLanes.every((lane) => lane.isIdle)) this.flush();
    await new Promise<void>((resolve) => {
      this.wakeReader = resolve;
    });
  }

  private flush(): void {
    const before = this.sendsPartBatches;
    this.sendsPartBatches = true;
    for (const lane of this.allLanes) lane.wake();
    this.sendsPartBatches = before;
  }

  private async drain(): Promise<void> {
    this.sendsPartBatches = true;
    this.flush();
    while (!this.abort.aborted && this.ledger.pending > 0) await this.untilProgress();
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private stopAtOnce(): void {
    this.stopping.abort();
    this.hardStop.abort();
    void this.transport.close(new Error('the replay was stopped'));
    this.wake();
  }

  private wake(): void {
    const wakeReader = this.wakeReader;
    this.wakeReader = undefined;
    wakeReader?.();
  }

  // What the lanes call.

  get abort(): AbortSignal {
    return this.hardStop.signal;
  }

  delivered(route: Route, items: readonly Item[], startedMs: number): void {
    this.proven[route.index] = true;
    this.meter.add('delivered', items.length);
    const now = this.clock.now();
    if (items[0]!.dueMs === 0) this.meter.addLatency(now - startedMs, items.length);
    for (const item of items) {
      item.post.remaining--;
      if (item.dueMs > 0) this.meter.addLatency(now - item.dueMs, 1);
    }
    this.fold();
  }

  retrying(route: Route, items: readonly Item[], reason: string): void {
    this.meter.addRetried(items.length, reason);
    for (const { post } of items) {
      post.retried ??= new Array<number>(ROUTES).fill(0);
      post.retried[route.index]!++;
    }
  }

  deadLettered(route: Route, items: readonly Item[], reason: string, attempts: number): void {
    if (this.deadLetterFile === undefined) {
      this.fail(`no dead-letter file to keep ${route.dataset} ${items[0]!.key}, which cannot be delivered: ${reason}`);
      return;
    }
    this.meter.add('deadLettered', items.length);
    const at = new Date(this.clock.now()).toISOString();
    for (const { post, key, valueJson } of items) {
      post.remaining--;
      const letter: DeadLetter = { layer: route.layer, dataset: route.dataset, key, valueJson, reason, attempts, at };
      post.dead ??= [];
      post.dead.push(letter);
    }
    this.fold();
  }

  isUnproven(route: Route): boolean {
    return !this.proven[route.index];
  }

  fail(reason: string): void {
    this.failure ??= reason;
    this.stopAtOnce();
  }

  idle(): void {
    this.wake();
  }

  // The books.

  private fold(): void {
    if (!this.ledger.fold()) return;
    this.wake();
    if (this.checkpointFile === undefined || this.checkpointDue) return;
    this.checkpointDue = true;
    setImmediate(() => {
      if (!this.checkpointDue || this.abort.aborted) return;
      try {
        this.saveCheckpoint(false);
      } catch (error) {
        this.fail((error as Error).message);
      }
    });
  }

  private saveCheckpoint(complete: boolean): void {
    this.checkpointDue = false;
    this.checkpointFile?.write(this.checkpoint(complete));
  }

  private checkpoint(complete: boolean): Checkpoint {
    return {
      version: 1,
      source: sourceName(this.options),
      posts: this.ledger.posts,
      lastKey: this.ledger.lastKey,
      seconds: this.seconds(),
      complete,
      deadLetterBytes: this.deadLetterFile?.bytes ?? 0,
      counts: this.ledger.totals,
    };
  }

  private seconds(): number {
    return (this.before?.seconds ?? 0) + (this.before?.complete ? 0 : (this.clock.now() - this.startedMs) / 1000);
  }

  private showProgress(): void {
    const seconds = (this.clock.now() - this.startedMs) / 1000;
    this.options.onProgress?.({ ...this.meter.read(), posts: this.ledger.posts, seconds });
  }

  private report(complete: boolean): ReplayReport {
    return {
      layers: this.ledger.counts(),
      posts: this.ledger.posts,
      seconds: this.seconds(),
      complete,
      latencyMs: this.meter.latency.summary(),
    };
  }
}

/** What a checkpoint belongs to: the source, and where it goes. */
function sourceName({ sourceName = '', layers, datasets = DATASETS }: ReplayOptions): string {
  return `${sourceName} [${[...layers].sort()} of ${[...datasets].sort()}]`;
}

function itemOf({ key, value }: ReplayRecord, post: OpenPost, dueMs: number): Item {
  return { post, key, keyJson: JSON.stringify(key), valueJson: JSON.stringify(value), dueMs };
}

/** All records of a key take the same lane. */
function laneOf(key: string, lanes: number): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) >>> 0;
  return hash % lanes;
}

function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, got ${value}`);
}
