/** One line of the bench: our figure, and another program's from the same run where one is named. */
export interface BenchRow {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly other: number | null;
  readonly otherName: string | null;
  /** ours / other. */
  readonly ratio: number | null;
}

/** A row whose figures are rounded to three digits. */
export function benchRow(what: string, unit: string, ours: number, other?: { name: string; figure: number }): BenchRow {
  return {
    what,
    unit,
    ours: rounded(ours),
    other: other ? rounded(other.figure) : null,
    otherName: other?.name ?? null,
    ratio: other ? rounded(ours / other.figure) : null,
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
