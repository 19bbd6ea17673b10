import { setMaxListeners } from 'node:events';
import type { ReplayReport } from '../show/report';
import { Books } from './books';
import type { Item } from './lane';
import { Lanes } from './lanes';
import type { OpenPost } from './ledger';
import { Reader } from './reader';
import { ReplayFailed, type ReplayOptions, type ReplayPost, type ReplayRecord } from './replay-options';
import { DEFAULT_RETRY, type RetrySettings, systemClock } from './retry';
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

/** One run: the reader fills the lanes, the lanes send, the books account. Here they meet, and here the run ends. */
class Replay {
  private readonly routes: readonly Route[];
  private readonly transport: Transport;
  private readonly books: Books;
  private readonly lanes: Lanes;
  private readonly reader: Reader;
  /** Everything ends, without waiting for what is under way. */
  private readonly hardStop = new AbortController();
  private failure: string | undefined;
  private flushDue = false;

  constructor(private readonly options: ReplayOptions) {
    const { pace, target, clock = systemClock, random = Math.random } = options;
    const batchSize = wholeNumber('batchSize', options.batchSize ?? 500, 1, 500);
    const concurrency = wholeNumber('concurrency', options.concurrency ?? (batchSize === 1 ? 16 : 2), 1, 1024);
    const retry: RetrySettings = { ...DEFAULT_RETRY, ...options.retry };
    // Room on every lane for one batch under way and two waiting.
    const window = Math.max(64, 3 * batchSize * concurrency);
    const fail = (reason: string) => this.fail(reason);
    const progress = () => this.reader.progress();

    this.routes = routesOf(options, batchSize);
    this.books = new Books(options, { clock, settled: progress, fail });
    const url = new URL(target.apiUrl);
    this.transport = new Transport(url.origin, retry.timeoutMs);
    const sign = target.auth === 'iam' ? requestSigner(url, target.region) : undefined;
    const abort = this.hardStop.signal;
    // Every lane that waits for its next attempt listens.
    setMaxListeners(0, abort);
    this.lanes = new Lanes(
      this.routes,
      concurrency,
      { batchSize, retry, clock, random, abort },
      (route) => new Sender(route, url, this.transport.connect(), sign, clock),
      { books: this.books, fail, idle: progress },
    );
    if (pace !== undefined) this.lanes.stopFillingBatches();
    const { books, lanes } = this;
    this.reader = new Reader(options, window, {
      clock,
      random,
      get pending() {
        return books.pending;
      },
      enter: (post, dueMs) => this.enter(post, dueMs),
      // When nothing is under way, only a part batch can bring it about that something ends.
      waiting: () => lanes.areIdle && lanes.flush(),
    });
  }

  /** Reads, sends, waits for the end of everything read, and closes what it opened. */
  async run(): Promise<ReplayReport> {
    const { signal, drainMs = 3_000 } = this.options;
    const ticker = setInterval(() => this.showProgress(), PROGRESS_MS);
    let drainTimer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      this.reader.stop();
      drainTimer = setTimeout(() => this.stopAtOnce(), drainMs);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      let ended = false;
      try {
        ended = this.books.isComplete || (await this.reader.read(this.books.settled));
      } finally {
        // A source that breaks off does not take with it what it has given.
        await this.drain();
        this.books.save(ended && this.books.pending === 0);
      }
      this.showProgress();
      const report = this.books.report(ended && this.books.pending === 0);
      if (this.failure !== undefined) throw new ReplayFailed(this.failure, report);
      return report;
    } finally {
      clearInterval(ticker);
      clearTimeout(drainTimer);
      signal?.removeEventListener('abort', onAbort);
      this.hardStop.abort();
      this.books.close();
      await this.transport.close(new Error('the replay has ended'));
    }
  }

  private enter(post: ReplayPost, dueMs: number): void {
    const open = this.books.open(post.key);
    for (const record of post.records) {
      let item: Item | undefined;
      for (const route of this.routes) {
        if (route.dataset !== record.dataset || (record.layer ?? route.layer) !== route.layer) continue;
        item ??= itemOf(record, open, dueMs);
        this.books.add(open, route);
        this.lanes.push(route, item);
      }
    }
    if (open.remaining === 0) this.books.settle();
    else if (this.options.pace) this.flushSoon();
  }

  /** Sends part batches once the posts that are due together have been entered. */
  private flushSoon(): void {
    if (this.flushDue) return;
    this.flushDue = true;
    setImmediate(() => {
      this.flushDue = false;
      this.lanes.flush();
    });
  }

  private async drain(): Promise<void> {
    this.lanes.stopFillingBatches();
    this.lanes.flush();
    while (!this.hardStop.signal.aborted && this.books.pending > 0) await this.reader.untilProgress();
  }

  private fail(reason: string): void {
    this.failure ??= reason;
    this.stopAtOnce();
  }

  private stopAtOnce(): void {
    this.hardStop.abort();
    void this.transport.close(new Error('the replay was stopped'));
    this.reader.stop();
  }

  private showProgress(): void {
    this.options.onProgress?.(this.books.progress());
  }
}

function itemOf({ key, value }: ReplayRecord, post: OpenPost, dueMs: number): Item {
  return { post, key, keyJson: JSON.stringify(key), valueJson: JSON.stringify(value), dueMs };
}

function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, got ${value}`);
}
