import type { ViewAnswer } from '../contract';

/** The answer as CSV (RFC 4180 quoting, lines end in LF): a header, then a line per row. Null is an empty field. */
export function toCsv({ columns, rows }: ViewAnswer): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\n`).join('');
}

function field(value: string | number | null): string {
  const text = value === null ? '' : `${value}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
