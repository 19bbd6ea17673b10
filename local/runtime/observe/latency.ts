import type { Latency } from '../../serving/contract';

const WINDOW_S = 60;
/** Each bucket is so much wider than the one before: a percentile is at most 5 % too high. */
const STEP = Math.log(1.05);
const BUCKETS = 300;

/** Durations of the last minute, and their percentiles. */
export class DurationWindow {
  private readonly seconds: { second: number; counts: Uint32Array; records: number }[] = [];

  add(durationMs: number, records: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    let slot = this.seconds.at(-1);
    if (slot === undefined || slot.second < second) {
      slot = { second, counts: new Uint32Array(BUCKETS), records: 0 };
      this.seconds.push(slot);
      this.forget(second);
    }
    const bucket = Math.min(BUCKETS - 1, Math.ceil(Math.log(1 + Math.max(0, durationMs)) / STEP));
    slot.counts[bucket]! += records;
    slot.records += records;
  }

  at(nowMs: number): Latency {
    this.forget(Math.floor(nowMs / 1000));
    const counts = new Float64Array(BUCKETS);
    let records = 0;
    for (const slot of this.seconds) {
      records += slot.records;
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) counts[bucket]! += slot.counts[bucket]!;
    }
    const percentile = (part: number) => {
      if (records === 0) return null;
      let seen = 0;
      const bucket = counts.findIndex((count) => {
        seen += count;
        return seen >= records * part;
      });
      const durationMs = Math.exp(bucket * STEP) - 1;
      return durationMs < 10 ? Math.round(durationMs * 10) / 10 : Math.round(durationMs);
    };
    return { records, p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
  }

  private forget(second: number): void {
    while (this.seconds[0] !== undefined && this.seconds[0].second <= second - WINDOW_S) this.seconds.shift();
  }
}

interface Waiting {
  readonly last: number;
  readonly records: number;
  readonly sinceMs: number;
}

/** Entries that wait in one partition before the oldest are given up. */
const LONGEST_QUEUE = 20_000;

/** Records on their way from the gateway to where they can be seen. */
export class InFlight {
  private readonly queues = new Map<string, Waiting[]>();

  /** Records up to the offset `last` of a partition came to the gateway at `sinceMs`. */
  note(log: string, partition: number, last: number, records: number, sinceMs: number): void {
    const name = `${log}/${partition}`;
    let queue = this.queues.get(name);
    if (queue === undefined) {
      queue = [];
      this.queues.set(name, queue);
    }
    // Answers come in another order than offsets now and then.
    let at = queue.length;
    while (at > 0 && queue[at - 1]!.last > last) at -= 1;
    queue.splice(at, 0, { last, records, sinceMs });
    if (queue.length > LONGEST_QUEUE) queue.splice(0, LONGEST_QUEUE / 10);
  }

  /** Everything before `next` can be seen now; `each` hears of it. */
  arrive(log: string, partition: number, next: number, each: (records: number, sinceMs: number) => void): void {
    const queue = this.queues.get(`${log}/${partition}`);
    if (queue === undefined) return;
    let count = 0;
    while (queue[count] !== undefined && queue[count]!.last < next) count += 1;
    for (const { records, sinceMs } of queue.splice(0, count)) each(records, sinceMs);
  }
}
