/**
 * How an answer is drawn. Its last column is the number; the columns before it say what the number counts.
 * - `firsts`: for each value of the first column, the entries in first place, ties too
 * - `grid`: the first column against the second, the number as a shade
 * - `number`: one row, the number large
 * - `bars`: a bar for each row
 * - `grouped bars`: a group of bars for each value of the first column
 */
export const PICTURES = ['firsts', 'grid', 'number', 'bars', 'grouped bars'] as const;
export type Picture = (typeof PICTURES)[number];
