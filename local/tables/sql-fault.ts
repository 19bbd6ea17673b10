/** Text of a file that a statement holds. */
export interface SqlPart {
  /** The file's path in the project. */
  readonly file: string;
  readonly text: string;
}

/** The database refuses a statement that holds text of the project's files; the message says which file, where in it, and why. */
export class SqlFault extends Error {
  override readonly name = 'SqlFault';
  /** Told whole, with the line and the caret. */
  readonly exitCode = 1;
}

/** Does `work`, and tells what the database says of `statement` in the words of whoever wrote the files in it. @throws SqlFault */
export async function withFiles<T>(
  statement: string,
  parts: readonly SqlPart[],
  work: (statement: string) => Promise<T>,
): Promise<T> {
  try {
    return await work(statement);
  } catch (error) {
    throw explained(error, statement, parts);
  }
}

/** DuckDB's kinds of error that are the statement's; a disk, the memory or an interrupted query is nobody's SQL. */
const OF_THE_SQL = /^(Parser|Binder|Catalog|Syntax|Conversion|Invalid Input|Out of Range|Mismatch Type) Error: /;

function explained(error: unknown, statement: string, parts: readonly SqlPart[]): unknown {
  const { message } = Object(error) as { message?: string };
  if (message === undefined || !OF_THE_SQL.test(message)) return error;
  const what = message.replace(/\n+LINE \d+: [\s\S]*$/, '').replace(/\s*\n\s*/g, '; ');
  const place = placeOf(message, statement, parts);
  if (place) {
    const { part, line, column } = place;
    const text = part.text.split('\n')[line - 1]!.trimEnd();
    const caret = `${' '.repeat(String(line).length + 3 + column - 1)}^`;
    return new SqlFault(`${part.file}:${line}:${column}: ${what}\n${line} | ${text}\n${caret}`, { cause: error });
  }
  return new SqlFault(`${parts.map(({ file }) => file).join(', ')}: ${what}`, { cause: error });
}

/** DuckDB shows the line of the statement, cut where it is long, and a caret below the place. */
const SHOWN = /^(LINE (\d+): (?:\.\.\.)?)(.*)\n( *)\^/m;

function placeOf(message: string, statement: string, parts: readonly SqlPart[]) {
  const [, lead = '', number, shown = '', spaces = ''] = SHOWN.exec(message) ?? [];
  if (number === undefined) return undefined;
  const lines = statement.split('\n');
  const before = lines.slice(0, Number(number) - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const shownAt = lines[Number(number) - 1]?.indexOf(shown.replace(/\.\.\.$/, '')) ?? 0;
  const at = before + Math.max(0, shownAt) + Math.max(0, spaces.length - lead.length);
  for (const part of parts) {
    const from = statement.indexOf(part.text);
    if (from < 0 || at < from || at > from + part.text.length) continue;
    const until = part.text.slice(0, at - from).split('\n');
    return { part, line: until.length, column: until.at(-1)!.length + 1 };
  }
  return undefined;
}
