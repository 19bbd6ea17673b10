/** Columns of texts, each as one text: DuckDB takes that in one call, and a list in one for every value. */
export interface JoinedColumns {
  /** Stands between the values of every column, and in none of them. */
  readonly separator: string;
  readonly columns: readonly string[];
}

/** Joins the values of each column; all columns have at least one. DuckDB's `string_split` by the separator gives them back. */
export function joinColumns(columns: readonly (readonly string[])[]): JoinedColumns {
  const isWithin = (separator: string) => columns.some((values) => values.some((value) => value.includes(separator)));
  let nth = 0;
  // It begins with a character that it has nowhere else, so no part of a value makes one together with a part of it.
  const next = () => `\x1e${nth++}\x1f`;
  let separator = next();
  while (isWithin(separator)) separator = next();
  return { separator, columns: columns.map((values) => values.join(separator)) };
}
