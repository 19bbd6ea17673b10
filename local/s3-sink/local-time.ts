const formats = new Map<string, Intl.DateTimeFormat>();

export function isTimezone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The local time in `timezone`, as the ms of a UTC clock that shows the same time. */
export function toLocalMs(utcMs: number, timezone: string): number {
  if (timezone === 'UTC') return utcMs;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timezone).formatToParts(utcMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const ms = ((utcMs % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) + ms;
}

/**
 * The next rotation after `utcMs`: a whole number of intervals after midnight in `timezone`.
 */
export function nextRotation(
  utcMs: number,
  { intervalMs, timezone }: { readonly intervalMs: number; readonly timezone: string },
): number {
  const localMs = toLocalMs(utcMs, timezone);
  const dayMs = 86_400_000;
  const sinceMidnight = ((localMs % dayMs) + dayMs) % dayMs;
  return utcMs - sinceMidnight + (Math.floor(sinceMidnight / intervalMs) + 1) * intervalMs;
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timezone, format);
  return format;
}
