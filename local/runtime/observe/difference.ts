import type { ViewResult } from '../../serving/contract';

/** The first row in which an answer is not the right one. */
export interface RowDifference {
  /** Place of the row, from 1; 0 when the columns differ. */
  readonly row: number;
  readonly got: string | null;
  readonly expected: string | null;
}

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** Compares columns, then rows one by one, in their order, without tolerance; undefined when all is equal. */
export function firstDifference(answer: ViewResult, right: Rows): RowDifference | undefined {
  const columns = answer.columns.map(({ name }) => name);
  if (columns.join() !== right.columns.join())
    return { row: 0, got: JSON.stringify(columns), expected: JSON.stringify(right.columns) };
  for (let at = 0; at < Math.max(answer.rows.length, right.rows.length); at += 1) {
    const got = JSON.stringify(answer.rows[at]) ?? null;
    const expected = JSON.stringify(right.rows[at]) ?? null;
    if (got !== expected) return { row: at + 1, got, expected };
  }
  return undefined;
}
