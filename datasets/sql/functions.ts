import { join } from 'node:path';
import { readJson } from './read-json';

/** Path in the project of the file that holds the functions. */
export const FUNCTIONS_FILE = 'datasets/sql/functions.json';

export interface SqlFunction {
  readonly name: string;
  /** What it returns for what, in a sentence. */
  readonly about: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  /** Type of the result, in Spark SQL's words. */
  readonly returns: string;
  /** Lines of one SQL expression; apart for each engine where the two have nothing in common (arrays). */
  readonly body: readonly string[] | { readonly duckdb: readonly string[]; readonly spark: readonly string[] };
}

/** The functions that the clean files and the views call, each after those it calls itself; as their file says now. */
export function sqlFunctions(): readonly SqlFunction[] {
  return readJson(join(__dirname, 'functions.json'), FUNCTIONS_FILE);
}
