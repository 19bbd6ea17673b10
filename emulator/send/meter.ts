import { LatencyHistogram } from './latency';
import type { ReplayProgress } from './replay-options';

type Counts = Pick<ReplayProgress, 'delivered' | 'retried' | 'deadLettered' | 'lastFailure'>;

/** What a run has done so far: for showing, not for the books. */
export class Meter {
  /** In milliseconds, of the whole run. */
  readonly latency = new LatencyHistogram();
  private readonly recent = new LatencyHistogram();
  private readonly counts = { delivered: 0, retried: 0, deadLettered: 0 };
  private lastFailure: string | undefined;

  add(count: 'delivered' | 'deadLettered', records: number): void {
    this.counts[count] += records;
  }

  addRetried(records: number, reason: string): void {
    this.counts.retried += records;
    this.lastFailure = reason;
  }

  addLatency(milliseconds: number, records: number): void {
    this.latency.record(milliseconds, records);
    this.recent.record(milliseconds, records);
  }

  /** The counts, and the latency since this was last asked. */
  read(): Counts & Pick<ReplayProgress, 'latencyMs'> {
    const latencyMs = this.recent.summary();
    this.recent.clear();
    return { ...this.counts, lastFailure: this.lastFailure, latencyMs };
  }
}
