import { HOPS, type HopId, type Series, type Tick } from '../../serving/contract';

/** Seconds that are remembered. */
export const REMEMBERED_SECONDS = 300;

export type Totals = Readonly<Record<HopId, number>>;

/** Records a second at each hop, from totals that are read once a second. */
export class Rates {
  private readonly perSecond: Record<HopId, number[]>;
  private second: number;
  private totals: Totals;

  constructor(totals: Totals, nowMs: number) {
    this.totals = totals;
    this.second = Math.floor(nowMs / 1000);
    this.perSecond = forEachHop(() => Array.from({ length: REMEMBERED_SECONDS }, () => 0));
  }

  /** Ends every second that is over. One that passed unread while the process was busy gets its equal share. */
  read(totals: Totals, nowMs: number): Tick[] {
    const second = Math.floor(nowMs / 1000);
    const passed = second - this.second;
    if (passed <= 0) return [];
    const perSecond = forEachHop((hop) => Math.max(0, totals[hop] - this.totals[hop]) / passed);
    const ticks: Tick[] = [];
    for (let nth = passed - 1; nth >= 0; nth -= 1) {
      if (nth >= REMEMBERED_SECONDS) continue;
      for (const hop of HOPS) {
        this.perSecond[hop].push(perSecond[hop]);
        if (this.perSecond[hop].length > REMEMBERED_SECONDS) this.perSecond[hop].shift();
      }
      ticks.push({ second: second - 1 - nth, perSecond });
    }
    this.second = second;
    this.totals = totals;
    return ticks;
  }

  get series(): Series {
    return { endsAt: this.second - 1, perSecond: this.perSecond };
  }

  /** Mean over the last full second. */
  last(hop: HopId): number {
    return this.perSecond[hop].at(-1)!;
  }
}

export function forEachHop<T>(value: (hop: HopId) => T): Record<HopId, T> {
  return Object.fromEntries(HOPS.map((hop) => [hop, value(hop)])) as Record<HopId, T>;
}
