import { DATASETS, type Dataset } from '@pipeline/datasets/schema';

/** The SQL files as a test would save them: it edits them here, and touches no file. */
export const edits: {
  /** What becomes of a dataset's SQL. */
  clean: Partial<Record<Dataset, (sql: string) => string>>;
  /** What becomes of each statement that creates a shared function. */
  functions: (statement: string) => string;
} = { clean: {}, functions: (statement) => statement };

export function takeBackEdits(): void {
  edits.clean = {};
  edits.functions = (statement) => statement;
}

/** `@pipeline/datasets/sql` with the edits, for `jest.mock`. */
export function withEdits(real: typeof import('@pipeline/datasets/sql')) {
  const edited = (dataset: Dataset) => {
    const sql = real.CLEAN_SQL[dataset];
    return edits.clean[dataset]?.(sql) ?? sql;
  };
  const CLEAN_SQL = Object.defineProperties(
    {},
    Object.fromEntries(DATASETS.map((dataset) => [dataset, { enumerable: true, get: () => edited(dataset) }])),
  );
  return { ...real, CLEAN_SQL, duckdbFunctions: () => real.duckdbFunctions().map((each) => edits.functions(each)) };
}

/** Other rules that clean as those before. */
export const reworded = (sql: string): string => `${sql.trimEnd()} where 1 = 1\n`;
