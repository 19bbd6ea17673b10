import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { textLiteral } from '../tables/text-literal';
import { activeFiles, isDelta } from './delta';

/** A table of somebody's, in the database under a name of ours. */
export interface Relation {
  /** File or folder that it came from. */
  readonly path: string;
  /** The file's name without its ending. */
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: number;
}

/** What cannot be looked at; the message is a sentence with what was looked for. */
export class Unreadable extends Error {
  override name = 'Unreadable';
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

const ENDINGS = ['.csv', '.tsv', '.json', '.ndjson', '.jsonl', '.parquet'];
/** What writers of CSV put where there is nothing. 'None' is not among these: it is what some write by mistake. */
const NULLS = ['', 'NULL', 'null', 'NaN', 'nan', 'NaT', '<NA>', '\\N'];

/** Everything to look at: a file, a folder of one table (part files, Delta), or what a folder holds. @throws Unreadable */
export function pathsIn(path: string): string[] {
  if (!existsSync(path)) throw new Unreadable(path, `${path} is not there; pass files or folders that are`);
  if (!statSync(path).isDirectory()) return [path];
  if (isDelta(path) || partsOf(path).length > 0) return [path];
  const inside = readdirSync(path)
    .filter((entry) => !/^[._]/.test(entry))
    .sort()
    .map((entry) => join(path, entry))
    .filter((entry) => statSync(entry).isDirectory() || endingOf(entry) !== undefined);
  if (inside.length === 0)
    throw new Unreadable(path, `${path} holds no table; looked for ${ENDINGS.join(', ')} and Delta`);
  return inside.flatMap(pathsIn);
}

/** Reads a table. @throws Unreadable */
export async function read(connection: DuckDBConnection, path: string, table: string): Promise<Relation> {
  const name = basename(path).replace(/(\.(csv|tsv|json|ndjson|jsonl|parquet))?(\.gz)?$/i, '');
  const source = await sourceOf(connection, path);
  try {
    await connection.run(`create or replace table main.${table} as select * from ${source}`);
  } catch (error) {
    throw new Unreadable(path, `${path} cannot be read: ${firstLine(error)}`);
  }
  const described = await connection.runAndReadAll(`describe main.${table}`);
  const columns = described
    .getRows()
    .map(([column]) => String(column))
    // What pandas writes before the first column.
    .filter((column) => !/^(column0+|unnamed: ?0|__index_level_0__|_c0)$/i.test(column));
  const counted = await connection.runAndReadAll(`select count(*) from main.${table}`);
  const rows = Number(counted.value(0, 0));
  if (rows === 0) throw new Unreadable(path, `${path} has no rows (columns: ${columns.join(', ') || 'none'})`);
  return { path, name, table, columns, rows };
}

async function sourceOf(connection: DuckDBConnection, path: string): Promise<string> {
  if (isDelta(path)) return readParquet(await activeFiles(connection, path));
  const parts = existsSync(path) && statSync(path).isDirectory() ? partsOf(path) : [path];
  switch (endingOf(parts[0]!)) {
    case '.csv':
    case '.tsv':
      return `read_csv(${list(parts)}, all_varchar = true, header = true, nullstr = ${list(NULLS)}, strict_mode = false)`;
    case '.json':
    case '.ndjson':
    case '.jsonl':
      return `read_json(${list(parts)}, format = 'auto', convert_strings_to_integers = false)`;
    case '.parquet':
      return readParquet(parts);
    default:
      throw new Unreadable(path, `${path} has an ending that is not known; looked for ${ENDINGS.join(', ')} and Delta`);
  }
}

const readParquet = (files: readonly string[]) => `read_parquet(${list(files)})`;

/** The files that Spark writes a table into. */
function partsOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((entry) => /^part-/.test(entry) && endingOf(entry) !== undefined)
    .sort()
    .map((entry) => join(folder, entry));
}

function endingOf(path: string): string | undefined {
  const ending = extname(path.toLowerCase().replace(/\.gz$/, ''));
  return ENDINGS.includes(ending) ? ending : undefined;
}

const list = (texts: readonly string[]) => `[${texts.map(textLiteral).join(', ')}]`;

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}
