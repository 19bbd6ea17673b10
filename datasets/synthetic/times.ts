const { floor } = Math;

const DAY = 86_400;
const days = new Map<number, { readonly date: string; readonly year: number }>();
const TWO_DIGITS = Array.from({ length: 100 }, (_, i) => `${i}`.padStart(2, '0'));

/** The calendar year in UTC of a time in seconds since 1970. */
export function yearOf(seconds: number): number {
  return dayOf(seconds).year;
}

/** `YYYY-MM-DD` of a time in seconds since 1970, UTC. */
export function dateText(seconds: number): string {
  return dayOf(seconds).date;
}

/** `HH:MM:SS` of a time in seconds since 1970, UTC. */
export function clockText(seconds: number): string {
  const inDay = seconds - floor(seconds / DAY) * DAY;
  const minutes = floor(inDay / 60);
  return `${TWO_DIGITS[floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[inDay % 60]}`;
}

/** The form that the source sends: `YYYY-MM-DDTHH:MM:SSZ`. */
export function isoText(seconds: number): string {
  return `${dateText(seconds)}T${clockText(seconds)}Z`;
}

// The data has some 2,600 different days, so each day is computed once.
function dayOf(seconds: number): { readonly date: string; readonly year: number } {
  const day = floor(seconds / DAY);
  let known = days.get(day);
  if (known === undefined) {
    const date = new Date(day * DAY * 1000).toISOString().slice(0, 10);
    known = { date, year: Number(date.slice(0, 4)) };
    days.set(day, known);
  }
  return known;
}
