import { bar, ProgressLine, percent } from '@pipeline/cli/progress-line';
import { grouped } from '@pipeline/cli/table';
import type { ReplayProgress } from '../send/replay-options';

/** The live line of a replay. */
export class ReplayProgressLine {
  private readonly line: ProgressLine;
  private readonly posts: number | undefined;
  private rate = 0;
  private lastDelivered = 0;
  private lastSeconds = 0;
  private before: number | undefined;

  /** @param posts how many there will be; `undefined` when nobody knows. */
  constructor(stream: NodeJS.WriteStream, posts: number | undefined) {
    this.line = new ProgressLine(stream);
    this.posts = posts;
  }

  draw(progress: ReplayProgress): void {
    this.before ??= progress.posts;
    const since = progress.seconds - this.lastSeconds;
    if (since > 0.1) {
      const now = (progress.delivered - this.lastDelivered) / since;
      this.rate = this.rate === 0 ? now : this.rate * 0.7 + now * 0.3;
      this.lastDelivered = progress.delivered;
      this.lastSeconds = progress.seconds;
    }
    this.line.draw(...progressParts(progress, this.posts, this.rate, this.before));
  }

  /** Wipes the line, so that what follows starts clean. */
  clear(): void {
    this.line.clear();
  }
}

/** What the live line says, the most telling first. `rate` is in records per second, `before` the posts of earlier runs. */
export function progressParts(
  progress: ReplayProgress,
  posts: number | undefined,
  rate: number,
  before: number,
): string[] {
  const { p50, p95, p99 } = progress.latencyMs;
  const perSecond = progress.seconds > 0 ? (progress.posts - before) / progress.seconds : 0;
  const isUnderWay = posts !== undefined && perSecond > 0 && progress.posts < posts;
  return [
    ...(posts === undefined ? [] : [`${bar(progress.posts, posts)} ${percent(progress.posts, posts)}`]),
    `${grouped(progress.posts)} posts`,
    ...(isUnderWay ? [`${clock((posts - progress.posts) / perSecond)} left`] : []),
    `${grouped(Math.round(rate))} records/s`,
    ...(progress.deadLettered > 0 ? [`dead ${grouped(progress.deadLettered)}`] : []),
    ...(progress.retried > 0 ? [`retried ${grouped(progress.retried)}`] : []),
    `delivered ${grouped(progress.delivered)}`,
    `p50/p95/p99 ${[p50, p95, p99].map((ms) => Math.round(ms)).join('/')} ms`,
  ];
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${twoDigits(whole % 60)}` : `${minutes}:${twoDigits(whole % 60)}`;
}
