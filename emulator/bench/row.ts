/** One line of the bench: our figure, and beside it another program's from the same run where there is one. */
export interface BenchRow {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly other: number | null;
  readonly otherName: string | null;
  /** ours / other. */
  readonly ratio: number | null;
  /** What the ratio is meant to be, such as `≥ 0.6`. */
  readonly aim: string | null;
}

/** A row with its ratio, figures rounded to three digits. */
export function benchRow(
  what: string,
  unit: string,
  ours: number,
  other?: number,
  otherName?: string,
  aim?: string,
): BenchRow {
  return {
    what,
    unit,
    ours: rounded(ours),
    other: other === undefined ? null : rounded(other),
    otherName: otherName ?? null,
    ratio: other === undefined ? null : rounded(ours / other),
    aim: aim ?? null,
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** The middle one: a round that something else disturbed does not count. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
