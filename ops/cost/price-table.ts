import { z } from 'zod';
import table from './prices.json';

const priceTable = z.strictObject({
  region: z.string(),
  hoursPerMonth: z.int(),
  sources: z.record(z.string(), z.strictObject({ who: z.string(), date: z.string().regex(/^20\d\d/) })),
  prices: z.record(
    z.string(),
    z.strictObject({ usd: z.number().positive(), per: z.string().min(1), source: z.string() }),
  ),
});

/** What something costs, in whose words, and of when. */
export interface Price {
  readonly name: string;
  readonly usd: number;
  /** What the dollars are for: `broker-hour`, `GB-month`, `million requests`. */
  readonly per: string;
  /** Letter under which `SOURCES` says who said so, and when. */
  readonly source: string;
}

const checked = priceTable.parse(table);

/** Where the prices hold. Elsewhere they differ by some percent. */
export const PRICES_OF_REGION = checked.region;
export const HOURS_PER_MONTH = checked.hoursPerMonth;
export const SOURCES = checked.sources;
export const PRICES: readonly Price[] = Object.entries(checked.prices).map(([name, price]) => ({ name, ...price }));

/** The price of this name; undefined when nobody has looked it up, which is not the same as nothing. */
export function findPrice(name: string): Price | undefined {
  return PRICES.find((price) => price.name === name);
}

/**
 * A price that the code counts on.
 *
 * @throws Error when the table lacks it
 */
export function priceOf(name: string): Price {
  const price = findPrice(name);
  if (!price) throw new Error(`ops/cost/prices.json has no price '${name}'`);
  return price;
}
