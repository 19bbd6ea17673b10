/** Columns that a terminal shows without folding lines. */
export const LINE_WIDTH = 80;

export interface TableOptions {
  /** Columns whose cells stand to the right. @default those whose cells are all numbers */
  readonly right?: readonly number[];
  /** @default 80 */
  readonly width?: number;
}

/** In a header: where it may be broken when the table would be too wide. */
const SOFT_HYPHEN = '\u00ad';

/** What counts as a number: digits with their signs and a unit, or a sign that there is none. */
const NUMBER = /^(?:[-?]?|(?:< )?-?[\d.,]+(?: ?(?:×|%|s|ms|MB))?)$/;

/**
 * A header and rows as lines, columns under one another, numbers to the right. A table that would be wider than 80 characters
 * breaks its headers at spaces and soft hyphens, then stands closer, then breaks the longest text.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string[] {
  const right = options.right ?? numberColumns(rows);
  const width = options.width ?? LINE_WIDTH;
  const plain = header.map((title) => title.replaceAll(SOFT_HYPHEN, ''));
  const body = widthsOf(rows, header.length);
  const whole = body.map((least, column) => Math.max(least, plain[column]!.length));
  if (totalOf(whole, 2) <= width) return laidOut([plain, ...rows], whole, 2, right);

  const broken = header.map((title) => title.split(/ |(?<=\u00ad)/).map(hyphenated));
  const headed = body.map((least, column) => Math.max(least, ...broken[column]!.map((piece) => piece.length)));
  const closer = totalOf(headed, 1) <= width || shrunk(headed, right, 0).every((least, i) => least === headed[i]);
  const gap = totalOf(headed, 2) > width && closer ? 1 : 2;
  const room = width - gap * (headed.length - 1);
  const narrowed = relaxed(header, shrunk(headed, right, room), room);
  const titles = header.map((title, column) => headerLines(title, narrowed[column]!));
  const height = Math.max(...titles.map((lines) => lines.length));
  const headers = Array.from({ length: height }, (_, line) =>
    titles.map((lines) => lines[line - (height - lines.length)] ?? ''),
  );
  return laidOut([...headers, ...rows], narrowed, gap, right);
}

/** Rows alone, as `table` lays them out. A row of one cell goes over the whole width. */
export function columns(rows: readonly (readonly string[])[], options: TableOptions = {}): string[] {
  const cells = rows.filter((row) => row.length > 1);
  const widths = widthsOf(cells, Math.max(0, ...cells.map((row) => row.length)));
  const right = options.right ?? numberColumns(cells);
  const width = options.width ?? LINE_WIDTH;
  const narrowed = shrunk(widths, right, width - 2 * (widths.length - 1));
  return rows.flatMap((row) => (row.length === 1 ? wrapped(row[0]!, width) : laidOut([row], narrowed, 2, right)));
}

/** Text as lines of at most `width`; what follows the first stands in by two more than it does. */
export function wrapped(text: string, width: number = LINE_WIDTH): string[] {
  const indent = /^ */.exec(text)![0];
  const lines: string[] = [];
  let line = indent;
  for (const word of text.trim().split(' ')) {
    const glued = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
    if (glued.length <= width || line.trim() === '') line = glued;
    else {
      lines.push(line);
      line = `${indent}  ${word}`;
    }
    // A word longer than the line, a file's name perhaps, is cut rather than let out: behind a sign where it has one.
    while (line.length > width) {
      const sign = /.*[_/.,:-]/.exec(line.slice(Math.floor(width / 2), width))?.[0].length;
      const cut = sign === undefined ? width : Math.floor(width / 2) + sign;
      lines.push(line.slice(0, cut));
      line = `${indent}  ${line.slice(cut)}`;
    }
  }
  return [...lines, line.trimEnd()];
}

/** A number with commas, as all tables have it. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

function hyphenated(piece: string): string {
  return piece.endsWith(SOFT_HYPHEN) ? `${piece.slice(0, -1)}-` : piece;
}

/** A title in as few lines as its column's width allows. */
function headerLines(title: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of title.split(/(?<= )|(?<=\u00ad)/)) {
    const longer = line + piece;
    if (hyphenated(longer.trimEnd()).replaceAll(SOFT_HYPHEN, '').length <= width) line = longer;
    else {
      if (line !== '') lines.push(line);
      line = piece;
    }
  }
  return [...lines, line].map((each) => hyphenated(each.trimEnd()).replaceAll(SOFT_HYPHEN, ''));
}

/** Gives what room is left to the headers that were broken most. */
function relaxed(header: readonly string[], widths: readonly number[], room: number): number[] {
  const result = [...widths];
  for (let left = room - totalOf(widths, 0); left > 0; left--) {
    const heights = header.map((title, column) => headerLines(title, result[column]!).length);
    const highest = Math.max(...heights);
    if (highest <= 1) break;
    result[heights.indexOf(highest)]!++;
  }
  return result;
}

function numberColumns(rows: readonly (readonly string[])[]): number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, column) => column).filter(
    (column) =>
      rows.some((row) => /\d/.test(row[column] ?? '')) && rows.every((row) => NUMBER.test(row[column]?.trim() ?? '')),
  );
}

function widthsOf(rows: readonly (readonly string[])[], count: number): number[] {
  return Array.from({ length: count }, (_, column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
}

function totalOf(widths: readonly number[], gap: number): number {
  return widths.reduce((sum, width) => sum + width, gap * (widths.length - 1));
}

/** Takes from the widest columns of text what is too much; numbers are never broken. */
function shrunk(widths: readonly number[], right: readonly number[], room: number): number[] {
  const least = 12;
  const result = [...widths];
  for (;;) {
    const over = totalOf(result, 0) - room;
    if (over <= 0) return result;
    const texts = result.map((width, column) => (right.includes(column) ? 0 : width));
    const widest = texts.indexOf(Math.max(...texts));
    if (texts[widest]! <= least) return result;
    const next = Math.max(least, ...texts.filter((_, column) => column !== widest));
    result[widest] = Math.max(next < texts[widest]! ? next : texts[widest]! - 1, texts[widest]! - over, least);
  }
}

function laidOut(
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  gap: number,
  right: readonly number[],
): string[] {
  return rows.flatMap((row) => {
    const cells = widths.map((width, column) => {
      const cell = row[column] ?? '';
      return cell.length > width && !right.includes(column) ? wrapped(cell, width) : [cell];
    });
    const height = Math.max(1, ...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((lines, column) => {
          const text = lines[line] ?? '';
          return right.includes(column) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!);
        })
        .join(' '.repeat(gap))
        .trimEnd(),
    );
  });
}
