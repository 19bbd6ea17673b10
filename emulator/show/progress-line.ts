import type { ReplayProgress } from '../send/replay-options';

const BAR_WIDTH = 24;

/** A line on a terminal that redraws itself; on anything else it stays silent. */
export class ProgressLine {
  private drawn = false;
  private rate = 0;
  private lastDelivered = 0;
  private lastSeconds = 0;
  private before: number | undefined;

  /** @param posts how many there will be; `undefined` when nobody knows. */
  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly posts: number | undefined,
  ) {}

  draw(progress: ReplayProgress): void {
    if (!this.stream.isTTY) return;
    this.before ??= progress.posts;
    const since = progress.seconds - this.lastSeconds;
    if (since > 0.1) {
      const now = (progress.delivered - this.lastDelivered) / since;
      this.rate = this.rate === 0 ? now : this.rate * 0.7 + now * 0.3;
      this.lastDelivered = progress.delivered;
      this.lastSeconds = progress.seconds;
    }
    const text = renderProgress(progress, this.posts, this.rate, this.before);
    this.stream.write(`\r\x1b[K${text.slice(0, Math.max(20, (this.stream.columns || 120) - 1))}`);
    this.drawn = true;
  }

  /** Wipes the line, so that what follows starts clean. */
  clear(): void {
    if (this.drawn) this.stream.write('\r\x1b[K');
    this.drawn = false;
  }
}

/** The live line. `rate` is in records per second, `before` the posts of earlier runs. */
export function renderProgress(
  progress: ReplayProgress,
  posts: number | undefined,
  rate: number,
  before: number,
): string {
  const { p50, p95, p99 } = progress.latencyMs;
  const parts = [
    `${grouped(progress.posts)} posts`,
    `${grouped(Math.round(rate))} records/s`,
    `delivered ${grouped(progress.delivered)}`,
    `retried ${grouped(progress.retried)}`,
    `dead ${grouped(progress.deadLettered)}`,
    `p50/p95/p99 ${[p50, p95, p99].map((ms) => Math.round(ms)).join('/')} ms`,
  ];
  if (posts === undefined) return parts.join(' · ');
  const share = Math.min(1, posts === 0 ? 1 : progress.posts / posts);
  const filled = Math.floor(BAR_WIDTH * share);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const perSecond = progress.seconds > 0 ? (progress.posts - before) / progress.seconds : 0;
  const eta = perSecond > 0 && share < 1 ? ` · ${clock((posts - progress.posts) / perSecond)} left` : '';
  return `${bar} ${Math.floor(share * 100)} % ${parts.join(' · ')}${eta}`;
}

const grouped = (value: number): string => value.toLocaleString('en-US');

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${twoDigits(whole % 60)}` : `${minutes}:${twoDigits(whole % 60)}`;
}
