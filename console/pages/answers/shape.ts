import type { Cell, Picture, ViewLayer, ViewResult } from '@pipeline/local/serving/contract';
import type { Bar } from '../../charts/bars';
import type { Grid } from '../../charts/grid';
import { count } from '../../format';

export const VIEW_LAYERS: readonly ViewLayer[] = ['batch', 'speed', 'serving'];

/** A cell as text: lists with commas, nothing for null. */
export const textOf = (cell: Cell | undefined): string =>
  cell === null || cell === undefined ? '' : Array.isArray(cell) ? cell.map(textOf).join(', ') : String(cell);

/** A cell as people read it. A year is no amount: it has no thousands. */
export const cellText = (cell: Cell | undefined, column: string): string =>
  typeof cell === 'number' && !column.endsWith('year') ? count(cell) : textOf(cell);

const joined = (cells: readonly Cell[]): string => cells.map(textOf).join(' · ');

/** Columns that tell one row, or one group of tied rows, from another: of a list of firsts the first, else all but the number. */
export const keyWidth = ({ columns }: ViewResult, picture: Picture): number =>
  picture === 'firsts' || picture === 'number' ? 1 : columns.length - 1;

/** Rows as bars: in the order of the answer, or, where there are many, the greatest first. */
export function barsOf(result: ViewResult, picture: Picture): Bar[] {
  const last = result.columns.length - 1;
  const width = keyWidth(result, picture);
  const times = new Map<string, number>();
  for (const row of result.rows) {
    const key = joined(row.slice(0, width));
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  const bars = result.rows.map((row) => {
    const label = joined(row.slice(0, width));
    return { label, note: joined(row.slice(width, last)), value: Number(row[last]), isTied: times.get(label)! > 1 };
  });
  return bars.length > 12 ? bars.sort((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1)) : bars;
}

/** Three columns as a grid: of the first two, the one with more values stands down the side. */
export function gridOf({ columns, rows }: ViewResult): Grid {
  const distinct = (at: number) => inOrder([...new Set(rows.map((row) => textOf(row[at])))]);
  const [down, along] = distinct(0).length > distinct(1).length ? [0, 1] : [1, 0];
  const place = (row: string, column: string) => JSON.stringify([row, column]);
  const byPlace = new Map(rows.map((row) => [place(textOf(row[down]), textOf(row[along])), Number(row[2])]));
  return {
    sides: [columns[down]!.name, columns[along]!.name],
    rows: distinct(down),
    columns: distinct(along),
    values: distinct(down).map((row) => distinct(along).map((column) => byPlace.get(place(row, column)) ?? null)),
  };
}

/** Numbers by size; all else, such as age groups, in the answer's own order. */
const inOrder = (values: string[]): string[] =>
  values.every((value) => /^-?\d+$/.test(value)) ? values.sort((a, b) => Number(a) - Number(b)) : values;

/** Rows of one key in each layer, and whether they are the same in all. */
export interface Compared {
  readonly key: string;
  readonly cells: Readonly<Record<ViewLayer, readonly string[]>>;
  readonly same: boolean;
}

/** Three answers side by side, by key, in the order of their first appearance. */
export function comparedRows(answers: Readonly<Record<ViewLayer, ViewResult>>, picture: Picture): Compared[] {
  const width = keyWidth(answers.serving, picture);
  const byKey = new Map<string, Record<ViewLayer, string[]>>();
  for (const layer of VIEW_LAYERS) {
    for (const row of answers[layer].rows) {
      const key = joined(row.slice(0, width));
      if (!byKey.has(key)) byKey.set(key, { batch: [], speed: [], serving: [] });
      const values = row.slice(width).map((cell, at) => cellText(cell, answers[layer].columns[width + at]!.name));
      byKey.get(key)![layer].push(values.join(' · '));
    }
  }
  return [...byKey].map(([key, cells]) => {
    const serving = JSON.stringify(cells.serving);
    return { key, cells, same: VIEW_LAYERS.every((layer) => JSON.stringify(cells[layer]) === serving) };
  });
}

export interface Sorting {
  readonly column: number;
  readonly descending: boolean;
}

/** Rows that hold the text somewhere, sorted by a column: numbers by size, all else by code unit; null last. */
export function arranged(rows: ViewResult['rows'], filter: string, sorting: Sorting | undefined): (readonly Cell[])[] {
  const wanted = filter.trim().toLowerCase();
  const found = rows.filter((row) => row.some((cell) => textOf(cell).toLowerCase().includes(wanted)));
  if (!sorting) return found;
  const { column, descending } = sorting;
  return found.sort((a, b) => {
    const [left, right] = [a[column] ?? null, b[column] ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    const order = ascending(left, right);
    return descending ? -order : order;
  });
}

function ascending(left: Cell, right: Cell): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [textOf(left), textOf(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
