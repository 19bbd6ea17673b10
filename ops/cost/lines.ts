import { findPrice, HOURS_PER_MONTH, type Price } from './price-table';

/** Costs the same whether posts come or not. */
export interface FixedLine {
  readonly kind: 'fixed';
  readonly what: string;
  readonly usdPerHour: number;
  readonly usdPerMonth: number;
  readonly source: string;
}

/** Costs what is used of it. */
export interface UseLine {
  readonly kind: 'use';
  readonly what: string;
  readonly usdPerMonth: number;
  readonly source: string;
}

/** Costs something, nobody here knows how much. Never counted as nothing. */
export interface UnknownLine {
  readonly kind: 'unknown';
  readonly what: string;
  readonly why: string;
  /** It is charged while nothing happens, as a fixed line is. */
  readonly stands?: boolean;
}

export type Line = FixedLine | UseLine | UnknownLine;

export const NO_PRICE = 'no price known here';

/** `count` of something that is charged by the hour. Without a price, what is not known. */
export function hourly(what: string, count: number, name: string): FixedLine | UnknownLine {
  const price = findPrice(name);
  if (!price) return standing(what);
  return fixed(what, count * price.usd, count * price.usd * HOURS_PER_MONTH, price);
}

/** `count` of something that is charged by the month. */
export function monthly(what: string, count: number, name: string): FixedLine | UnknownLine {
  const price = findPrice(name);
  if (!price) return standing(what);
  return fixed(what, (count * price.usd) / HOURS_PER_MONTH, count * price.usd, price);
}

/** Something that stands there at a price nobody has looked up. */
export function standing(what: string, why = NO_PRICE): UnknownLine {
  return { kind: 'unknown', what, why, stands: true };
}

export function unknown(what: string, why: string): UnknownLine {
  return { kind: 'unknown', what, why };
}

/** `3 things`, `1 thing`. */
export function counted(count: number, thing: string, things = `${thing}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? thing : things}`;
}

function fixed(what: string, usdPerHour: number, usdPerMonth: number, price: Price): FixedLine {
  return { kind: 'fixed', what, usdPerHour, usdPerMonth, source: price.source };
}
