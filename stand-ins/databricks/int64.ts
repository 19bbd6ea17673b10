/**
 * Job and run ids are 64-bit integers, written as bare numbers in JSON, and may lie beyond 2^53, where
 * `JSON.parse` rounds them. The stand-in keeps them as text inside and writes them bare.
 */

const MARK = '@int64:';

/** An id that {@link stringify} writes as a bare number. `digits` is its decimal text. */
export class Int64 {
  constructor(readonly digits: string) {}

  toJSON(): string {
    return MARK + this.digits;
  }
}

/** `JSON.stringify`, with every {@link Int64} as a bare number, all its digits kept. */
export function stringify(value: unknown): string {
  return JSON.stringify(value).replace(/"@int64:(-?\d+)"/g, '$1');
}

/** `JSON.parse`, with `job_id` and `run_id` as `{ int64: digits }` so that no digit is lost and text is told from number. */
export function parse(text: string): unknown {
  return JSON.parse(text.replace(/("(?:job_id|run_id)"\s*:\s*)(-?\d+)(?=\s*[,}])/g, '$1{"int64":"$2"}'));
}
