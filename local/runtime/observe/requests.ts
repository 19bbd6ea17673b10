import type { ObservedRequest } from '../../gateway';
import type { RequestEntry } from '../../serving/contract';
import { type Stored, storedBy } from './stored';

/** Requests that are remembered. */
export const REMEMBERED_REQUESTS = 10_000;
/** Ranges of offsets listed of one request. */
const LISTED_RANGES = 20;
const LONGEST_OUTCOME = 200;

/** The last requests to the API, without their bodies. */
export class Requests {
  private readonly ring: RequestEntry[] = [];
  private total = 0;

  /** Remembers a request and tells what it stored. */
  add(observed: ObservedRequest): Stored {
    const stored = storedBy(observed);
    const { requestId, atMs, tookMs, verb, route, status } = observed;
    this.ring[this.total % REMEMBERED_REQUESTS] = {
      requestId,
      atMs,
      tookMs: Math.round(tookMs * 100) / 100,
      verb,
      route,
      status,
      outcome: outcomeOf(observed, stored),
      stored: stored.ranges.slice(0, LISTED_RANGES),
    };
    this.total += 1;
    return stored;
  }

  /** Newest first. @param before a request id: only those that came earlier; one that is not remembered gives none. */
  list(limit: number, before?: string): RequestEntry[] {
    const entries: RequestEntry[] = [];
    let isPast = before === undefined;
    for (const entry of this.newestFirst()) {
      if (entries.length >= limit) break;
      if (isPast) entries.push(entry);
      else if (entry.requestId === before) isPast = true;
    }
    return entries;
  }

  /** The request that stored a record; undefined when it is not, or no longer, among those remembered. */
  thatStored(log: string, partition: number, offset: number): RequestEntry | undefined {
    for (const entry of this.newestFirst()) {
      const has = entry.stored.some(
        (range) => range.log === log && range.partition === partition && range.first <= offset && offset <= range.last,
      );
      if (has) return entry;
    }
    return undefined;
  }

  /** Whether requests have fallen out of what is remembered. */
  get hasForgotten(): boolean {
    return this.total > REMEMBERED_REQUESTS;
  }

  private *newestFirst(): Generator<RequestEntry> {
    for (let at = this.total - 1; at >= Math.max(0, this.total - REMEMBERED_REQUESTS); at -= 1)
      yield this.ring[at % REMEMBERED_REQUESTS]!;
  }
}

function outcomeOf({ status, refused, backend }: ObservedRequest, { ranges, failed }: Stored): string {
  if (refused !== undefined) return `refused by the gateway: ${refused}`.slice(0, LONGEST_OUTCOME);
  if (status >= 400) {
    const said = backend?.response.body.toString() ?? '';
    return `refused by the backend: ${said}`.slice(0, LONGEST_OUTCOME);
  }
  if (failed > 0) return `stored, but for ${failed} records that were refused one by one`;
  return ranges.length > 0 ? 'stored' : 'answered';
}
