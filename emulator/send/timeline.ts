import type { ReplayProgress } from './replay-options';

/** What happened in one stretch of a replay. Counts are of the stretch, in records. */
export interface TimelinePoint {
  /** Where the stretch ends, in seconds since the start. */
  readonly seconds: number;
  readonly length: number;
  readonly delivered: number;
  readonly retried: number;
  readonly deadLettered: number;
  /** Milliseconds; the worst of what was merged into the stretch. Undefined where nothing was delivered. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

/** More points than this cannot be told apart on a page. */
const MOST_POINTS = 600;

const NO_LATENCY = { p50: undefined, p95: undefined, p99: undefined };

/** A replay over time, in constant memory: when there are too many points, each two neighbours become one. */
export class Timeline {
  private kept: TimelinePoint[] = [];
  private before = { seconds: 0, delivered: 0, retried: 0, deadLettered: 0 };
  private shortest = 0;

  add(progress: ReplayProgress): void {
    const { before } = this;
    const length = progress.seconds - before.seconds;
    if (length <= 0) return;
    const delivered = progress.delivered - before.delivered;
    const { p50, p95, p99 } = delivered > 0 ? progress.latencyMs : NO_LATENCY;
    const point: TimelinePoint = {
      seconds: progress.seconds,
      length,
      delivered,
      retried: progress.retried - before.retried,
      deadLettered: progress.deadLettered - before.deadLettered,
      p50,
      p95,
      p99,
    };
    this.before = { ...progress };
    const last = this.kept.at(-1);
    // After neighbours were merged, new points are as long as the merged ones.
    if (last !== undefined && last.length < this.shortest) this.kept[this.kept.length - 1] = merged(last, point);
    else this.kept.push(point);
    if (this.kept.length > MOST_POINTS) this.halve();
  }

  /** In their order. A last stretch that is too short for a rate of its own counts with the one before. */
  get points(): readonly TimelinePoint[] {
    const [before, last] = this.kept.slice(-2);
    if (before === undefined || last === undefined || last.length >= before.length / 2) return this.kept;
    return [...this.kept.slice(0, -2), merged(before, last)];
  }

  private halve(): void {
    const half: TimelinePoint[] = [];
    for (let i = 0; i < this.kept.length; i += 2) {
      const next = this.kept[i + 1];
      half.push(next === undefined ? this.kept[i]! : merged(this.kept[i]!, next));
    }
    this.kept = half;
    this.shortest = half[0]!.length * 0.9;
  }
}

function merged(a: TimelinePoint, b: TimelinePoint): TimelinePoint {
  return {
    seconds: b.seconds,
    length: a.length + b.length,
    delivered: a.delivered + b.delivered,
    retried: a.retried + b.retried,
    deadLettered: a.deadLettered + b.deadLettered,
    p50: worse(a.p50, b.p50),
    p95: worse(a.p95, b.p95),
    p99: worse(a.p99, b.p99),
  };
}

function worse(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}
