/** Sub-buckets per power of two: a percentile is right within 1/32, about 3 %. */
const STEPS = 32;
/** Microseconds up to 2^40, twelve days. */
const POWERS = 40;

/** A histogram of durations in constant memory, whatever the number of values. */
export class LatencyHistogram {
  private readonly buckets = new Float64Array((POWERS + 1) * STEPS);
  private count = 0;
  private maximum = 0;

  /** Adds `times` durations of `milliseconds`; below a microsecond counts as one. */
  record(milliseconds: number, times = 1): void {
    const micros = Math.max(1, milliseconds * 1000);
    const power = Math.min(POWERS, Math.floor(Math.log2(micros)));
    const step = Math.min(STEPS - 1, Math.floor((micros / 2 ** power - 1) * STEPS));
    this.buckets[power * STEPS + step]! += times;
    this.count += times;
    if (milliseconds > this.maximum) this.maximum = milliseconds;
  }

  /** The duration in milliseconds that `share` (0 to 1) of the values do not exceed; 0 when there are none. */
  percentile(share: number): number {
    if (this.count === 0) return 0;
    const wanted = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (let i = 0; i < this.buckets.length; i++) {
      seen += this.buckets[i]!;
      if (seen >= wanted) {
        const upper = (2 ** Math.floor(i / STEPS) * (1 + ((i % STEPS) + 1) / STEPS)) / 1000;
        return Math.min(upper, this.maximum);
      }
    }
    return this.maximum;
  }

  /** The four figures of a report, in milliseconds. */
  summary(): { p50: number; p95: number; p99: number; max: number } {
    return {
      p50: this.percentile(0.5),
      p95: this.percentile(0.95),
      p99: this.percentile(0.99),
      max: this.maximum,
    };
  }

  /** Forgets every value. */
  clear(): void {
    this.buckets.fill(0);
    this.count = 0;
    this.maximum = 0;
  }
}
