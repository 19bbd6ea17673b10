/**
 * What one request came to.
 *
 * - `each`: the target answered record by record; `failures[i]` belongs to the i-th record, `undefined` is an acknowledgement.
 * - `failed`: nothing is known to be stored; worth another try.
 * - `refused`: another try would end the same. `because` tells whether the records are to blame (then a smaller batch may pass) or
 *   the whole target (wrong path, no permission).
 */
export type Outcome =
  | { readonly kind: 'each'; readonly failures: readonly (RecordFailure | undefined)[] }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly retryAfterMs?: number | undefined;
      /** No connection came about. */
      readonly isUnreachable?: boolean;
    }
  | { readonly kind: 'refused'; readonly because: 'records' | 'target'; readonly reason: string };

export interface RecordFailure {
  readonly reason: string;
  readonly retry: boolean;
}

/** Every record of a batch acknowledged: shared, because it is the usual answer. */
export const ALL_STORED: readonly undefined[] = [];

/** Error types of AWS that pass by themselves, as they stand in `__type`, `ErrorCode` or `x-amzn-ErrorType`. */
const PASSING =
  /ProvisionedThroughputExceeded|Throttl|LimitExceeded|TooManyRequests|InternalFailure|ServiceUnavailable|ExpiredToken|RequestExpired/;

/** True when an AWS error of this name is worth another try. */
export function passesByItself(errorType: string): boolean {
  return PASSING.test(errorType);
}

/** Reads an answer that is not a 2xx. */
export function readRefusal(request: string, status: number, body: string, afterMs: number | undefined): Outcome {
  const reason = `${request} answered ${status}: ${shortened(body) || '(no body)'}`;
  if (status === 408 || status === 425 || status === 429 || status >= 500 || passesByItself(body)) {
    return { kind: 'failed', reason, retryAfterMs: afterMs };
  }
  const because = status === 400 || status === 413 || status === 422 ? 'records' : 'target';
  return { kind: 'refused', because, reason };
}

/** A 2xx that does not say what became of the records: as good as no answer, the records may or may not be stored. */
export function unreadable(request: string, body: string, expected: string): Outcome {
  return { kind: 'failed', reason: `${request} answered 200 without ${expected}: ${shortened(body) || '(no body)'}` };
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

/** The value of a JSON text; `undefined` for any other text. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
