/** Numbers by two names. */
export interface Grid {
  /** What stands down the side and along the top. */
  readonly sides: readonly [string, string];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** By row, then column; null where there is none. */
  readonly values: readonly (readonly (number | null)[])[];
}
