import type { Cell, ViewResult } from '../serving/contract';

/** An answer as RFC 4180 has it: CRLF, a header, fields quoted where they need to be. Null is an empty field, a list is JSON. */
export function csvOf({ columns, rows }: ViewResult): string {
  return [columns.map(({ name }) => name), ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(cell: Cell): string {
  if (cell === null) return '';
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  // An empty text is told from null by its quotes.
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
