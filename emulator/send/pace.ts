/**
 * When posts are sent. Left out, each goes as soon as the target takes it.
 *
 * - `rate`: posts per second, evenly (`constant`), with the gaps of independent senders (`poisson`), or all posts of a second at its
 *   start (`burst`).
 * - `realtime`: at the distances of the posts' own times `at`, this many times as fast; the source must be in order of `at`.
 */
export type Pace =
  | { readonly rate: number; readonly pattern?: 'constant' | 'poisson' | 'burst' }
  | { readonly realtime: number };

/** The time, in milliseconds since the epoch, at which the next post should be sent. Never goes back. */
export type Schedule = (post: { readonly key: number; readonly at?: number }) => number;

/**
 * The schedule of a replay that begins at `startMs`.
 *
 * @throws RangeError for a rate or speed-up that is not above 0
 */
export function scheduleOf(pace: Pace, startMs: number, random: () => number): Schedule {
  if ('realtime' in pace) return realtime(above0('realtime', pace.realtime), startMs);
  const gapMs = 1000 / above0('rate', pace.rate);
  let sent = 0;
  let dueMs = startMs;
  switch (pace.pattern ?? 'constant') {
    case 'constant':
      // Counted from the start, so that rounding does not add up.
      return () => startMs + sent++ * gapMs;
    case 'burst':
      return () => startMs + Math.floor((sent++ * gapMs) / 1000) * 1000;
    case 'poisson':
      return () => {
        dueMs += -Math.log(1 - random()) * gapMs;
        return dueMs;
      };
  }
}

function realtime(speedUp: number, startMs: number): Schedule {
  let firstMs: number | undefined;
  let dueMs = startMs;
  return ({ key, at }) => {
    if (at === undefined) throw new Error(`post ${key} has no time of its own, so it cannot be replayed in real time`);
    firstMs ??= at;
    dueMs = Math.max(dueMs, startMs + (at - firstMs) / speedUp);
    return dueMs;
  };
}

function above0(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new RangeError(`${name} must be a number above 0, got ${value}`);
}
