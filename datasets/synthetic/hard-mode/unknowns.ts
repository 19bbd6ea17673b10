import type { Column, Dirt } from './dirty-row';

const EMPTY = ['', '', ' ', '   ', '\u00a0', '\t', ' \r\n'];
const NULL_TEXTS = ['null', 'NULL', 'None', 'none', 'N/A', 'n/a', 'nan', 'NaN'];
const WHITE_SPACE = [' ', '  ', '\u00a0', '\t', '\n', '\r', ' \u00a0 '];

/** Dirt that makes a value unknown as producers do (null, missing, empty, the text None), and white space around texts. */
export function unknowns<F>(columns: Readonly<Record<string, Column<F>>>): readonly Dirt<F>[] {
  const names = Object.keys(columns);
  const texts = names.filter((name) => columns[name]?.isText);
  return [
    {
      by: 'nulls',
      per1000: 30,
      apply(row, random) {
        const name = random.pick(names);
        if (!row.touch(name)) return null;
        if (random.oneIn(1, 2)) row.wire[name] = null;
        else delete row.wire[name];
        columns[name]?.forget?.(row.facts);
        return 'nulls';
      },
    },
    {
      by: 'emptyTexts',
      per1000: 20,
      apply(row, random) {
        const name = random.pick(names);
        if (!row.touch(name)) return null;
        row.wire[name] = random.pick(EMPTY);
        columns[name]?.forget?.(row.facts);
        return 'emptyTexts';
      },
    },
    {
      by: 'nullTexts',
      per1000: 20,
      apply(row, random) {
        const name = random.pick(names);
        if (!row.touch(name)) return null;
        const text = random.pick(NULL_TEXTS);
        row.wire[name] = text;
        const { forget, rename } = columns[name] as Column<F>;
        if (rename !== undefined) rename(row.facts, text);
        else forget?.(row.facts);
        return rename === undefined ? 'nullTexts' : 'nullTexts.names';
      },
    },
    {
      by: 'whitespace',
      per1000: 20,
      apply(row, random) {
        const name = random.pick(texts);
        const text = row.wire[name];
        if (typeof text !== 'string' || !row.touch(name)) return null;
        row.wire[name] = random.pick(WHITE_SPACE) + text + random.pick(WHITE_SPACE);
        return 'whitespace';
      },
    },
  ];
}
