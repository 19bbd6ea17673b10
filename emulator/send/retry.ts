import { setTimeout as wait } from 'node:timers/promises';

/** How failed requests are repeated. All times in milliseconds. */
export interface RetrySettings {
  /** Attempts in a row that settle not one record of a batch, before what is left of it is dead-lettered. */
  readonly maxAttempts: number;
  /** Time without progress that must have passed as well: an outage or a crowded stream is waited for. */
  readonly giveUpMs: number;
  /** Upper bound of the first pause; each further bound is twice the one before. */
  readonly baseMs: number;
  /** No bound grows beyond this. */
  readonly capMs: number;
  /** A request without an answer for this long counts as failed. API Gateway itself gives up after 29 s. */
  readonly timeoutMs: number;
  /**
   * What happens to records that got nowhere for `giveUpMs`. `dead-letter` keeps them aside and goes on. `stop` ends the replay with the
   * reason when it is the target's fault, so that the next run goes on there; only what fails while others pass is dead-lettered.
   */
  readonly afterwards: 'dead-letter' | 'stop';
}

export const DEFAULT_RETRY: RetrySettings = {
  maxAttempts: 12,
  giveUpMs: 60_000,
  baseMs: 50,
  capMs: 20_000,
  timeoutMs: 35_000,
  afterwards: 'dead-letter',
};

/** Where records fail one by one, the server is well and counts by the second: longer pauses would only leave it idle. */
export const RECORDS_CAP_MS = 1_000;

/** A server may ask for a longer pause than `capMs`, up to this. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** How long to go on with one batch. A throttled stream takes a part each time: that is progress, not failure. */
export class Patience {
  /** Which bound the next pause has: 1 for the first. */
  level = 0;
  /** Attempts in a row that settled nothing. */
  fruitless = 0;
  private progressMs: number;

  constructor(
    private readonly settings: RetrySettings,
    private readonly now: () => number,
  ) {
    this.progressMs = now();
  }

  /** @param settled share of the batch that the last attempt settled, 0 to 1 */
  after(settled: number): void {
    if (settled > 0) this.progressMs = this.now();
    this.fruitless = settled > 0 ? 0 : this.fruitless + 1;
    this.level = settled >= 0.5 ? Math.max(1, this.level - 1) : this.level + 1;
  }

  get isOver(): boolean {
    const { maxAttempts, giveUpMs } = this.settings;
    return this.fruitless >= maxAttempts && this.now() - this.progressMs >= giveUpMs;
  }
}

/**
 * The pause in milliseconds at a level of backoff: capped exponential backoff with full jitter, a time drawn from 0 to the
 * bound, and never shorter than the server's `Retry-After`.
 */
export function pauseMs(
  level: number,
  settings: RetrySettings,
  random: () => number,
  retryAfterMs?: number,
  capMs = settings.capMs,
): number {
  const bound = Math.min(capMs, settings.baseMs * 2 ** (level - 1));
  return Math.max(random() * bound, Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS));
}

/** `Retry-After` in milliseconds: whole seconds or an HTTP date. Nothing when absent or unreadable. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** Time, so that tests can own it. */
export interface Clock {
  /** Milliseconds since the epoch, fractions allowed; never goes back. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  async sleep(ms, signal) {
    if (signal.aborted) return;
    await wait(ms, undefined, { signal }).catch(() => undefined);
  },
};
