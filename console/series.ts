import { type Change, HOPS, type HopId, type Series, type Snapshot } from '@pipeline/local/serving/contract';

/** The snapshot after a change: whole members replaced, and the window of seconds moved on. */
export function applied(snapshot: Snapshot, { nowMs, changed, ticks = [] }: Change): Snapshot {
  const live = { ...snapshot.live, ...changed };
  if (ticks.length === 0) return { ...snapshot, nowMs, live };
  const { perSecond } = snapshot.series;
  const length = perSecond[HOPS[0]].length;
  const moved = (hop: HopId) => [...perSecond[hop], ...ticks.map((tick) => tick.perSecond[hop])].slice(-length);
  const series: Series = {
    endsAt: ticks.at(-1)!.second,
    perSecond: Object.fromEntries(HOPS.map((hop) => [hop, moved(hop)])) as Record<HopId, number[]>,
  };
  return { nowMs, live, series };
}

/** Seconds of the window and the values of some hops, as a chart takes them. */
export function columnsOf({ endsAt, perSecond }: Series, hops: readonly HopId[]): number[][] {
  const length = perSecond[HOPS[0]].length;
  const seconds = Array.from({ length }, (_, at) => endsAt - length + 1 + at);
  return [seconds, ...hops.map((hop) => [...perSecond[hop]])];
}

/** A round number at or above the greatest value, so that a scale changes seldom and in steps that one can name. */
export function roundAbove(greatest: number): number {
  if (greatest <= 10) return 10;
  const power = 10 ** Math.floor(Math.log10(greatest));
  return ([1, 2, 5, 10].find((step) => step * power >= greatest) ?? 10) * power;
}
