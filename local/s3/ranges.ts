import { S3Error } from './errors';

/** First and last byte, both inclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The bytes that a `Range` header asks for; undefined for all bytes: without a header, and for a header with several ranges or of an
 * unknown form, which S3 ignores.
 *
 * @throws S3Error 416 when the object has no byte of the range
 */
export function rangeOf(header: string | undefined, size: number): Range | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || (first === '' && last === '')) return undefined;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < from) return undefined;
  if (from < size && !(first === '' && Number(last) === 0)) return { from, to };
  throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable', {
    fields: { RangeRequested: header!, ActualObjectSize: size },
    headers: { 'content-range': `bytes */${size}` },
  });
}
