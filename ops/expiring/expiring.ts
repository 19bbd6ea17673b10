import dates from './dates.json';

/** One version of something that others stop supporting. */
export interface Support {
  readonly what: string;
  readonly version: string;
  /** Last day, as 2028-04-30; null where none is published. */
  readonly ends: string | null;
  /** The page that says so, or that will. */
  readonly source: string;
  /** Why it is used past its end all the same. */
  readonly accepted?: string;
}

export const SUPPORTED: readonly Support[] = dates.items;
/** When somebody last read the sources. */
export const READ = dates.read;

const DAY_MS = 86_400_000;

export interface Standing extends Support {
  /** Days until the last one; negative when it is past, null where no day is published. */
  readonly days: number | null;
  /** Whether somebody has to act. */
  readonly isDue: boolean;
}

/**
 * How long each is still supported.
 *
 * @param within days before the end from which something is due
 */
export function standings(nowMs: number, within: number, supported: readonly Support[] = SUPPORTED): Standing[] {
  return supported.map((support) => {
    const days = support.ends === null ? null : Math.floor((Date.parse(`${support.ends}T23:59:59Z`) - nowMs) / DAY_MS);
    return { ...support, days, isDue: days !== null && days <= within && support.accepted === undefined };
  });
}
