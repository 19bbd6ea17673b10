import type { ReplayProgress } from './replay-options';

/** What happened in one stretch of a replay. Counts are of the stretch, in records. */
export interface TimelinePoint {
  /** Where the stretch ends, in seconds since the start. */
  readonly seconds: number;
  readonly length: number;
  readonly delivered: number;
  readonly retried: number;
  readonly deadLettered: number;
  /** Milliseconds; the worst of what was merged into the stretch. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** More points than this cannot be told apart on a page. */
const MOST_POINTS = 600;

/** A replay over time, in constant memory: when there are too many points, each two neighbours become one. */
export class Timeline {
  private kept: TimelinePoint[] = [];
  private before = { seconds: 0, delivered: 0, retried: 0, deadLettered: 0 };
  private shortest = 0;

  add(progress: ReplayProgress): void {
    const { before } = this;
    const length = progress.seconds - before.seconds;
    if (length <= 0) return;
    const point: TimelinePoint = {
      seconds: progress.seconds,
      length,
      delivered: progress.delivered - before.delivered,
      retried: progress.retried - before.retried,
      deadLettered: progress.deadLettered - before.deadLettered,
      p50: progress.latencyMs.p50,
      p95: progress.latencyMs.p95,
      p99: progress.latencyMs.p99,
    };
    this.before = { ...progress };
    const last = this.kept.at(-1);
    // After neighbours were merged, new points are as long as the merged ones.
    if (last !== undefined && last.length < this.shortest) this.kept[this.kept.length - 1] = merged(last, point);
    else this.kept.push(point);
    if (this.kept.length > MOST_POINTS) this.halve();
  }

  get points(): readonly TimelinePoint[] {
    return this.kept;
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
    p50: Math.max(a.p50, b.p50),
    p95: Math.max(a.p95, b.p95),
    p99: Math.max(a.p99, b.p99),
  };
}
