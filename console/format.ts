/** A whole number with its thousands apart. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** `1 record`, `2 records`. */
export const counted = (value: number, noun: string, plural = `${noun}s`): string =>
  `${count(value)} ${value === 1 ? noun : plural}`;

/** A number as short as a label needs: 12.3k, 4.56M. */
export function short(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude < 10_000) return count(Math.round(value * 10) / 10);
  const [unit, size] = magnitude >= 1e9 ? ['G', 1e9] : magnitude >= 1e6 ? ['M', 1e6] : ['k', 1e3];
  return `${Number((value / (size as number)).toPrecision(3)).toLocaleString('en-US')}${unit}`;
}

/** A span of time in its two greatest units at most: 0.2 s, 12 s, 3 min, 2 h 5 min, 4 d. */
export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
}

/** Milliseconds as a page shows latencies: 3.1 ms, 240 ms, 1.2 s. */
export function latency(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : span(ms);
}

export function bytes(size: number): string {
  if (size < 1024) return counted(size, 'byte');
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(1)} kB`;
  return `${(size / 1024 / 1024).toFixed(1)} MB`;
}

/** The exact time, in UTC, for whoever points at a relative one. */
export const exact = (ms: number): string => `${new Date(ms).toISOString().replace('T', ' ').replace('Z', '')} UTC`;

/** Hours, minutes, seconds and ms in UTC. */
export const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 23);

/** `median_followers` as words. */
export const words = (name: string): string => name.replaceAll('_', ' ');
