import geo from './geo.json';
import pin from './pin.json';
import user from './user.json';

export { PICTURES, type Picture } from './picture';

/** The three datasets, in the order in which everything lists them. */
export const DATASETS = ['pin', 'geo', 'user'] as const;
export type Dataset = (typeof DATASETS)[number];

/** The two layers that hold records. The serving layer answers from both and holds none of its own. */
export const LAYERS = ['batch', 'speed'] as const;
export type Layer = (typeof LAYERS)[number];

export interface SourceColumn {
  readonly name: string;
  /** The column's type in MySQL's words, as written in the DDL. */
  readonly mysqlType: string;
}

export interface CleanColumn {
  readonly name: string;
  /** The column's type after cleaning, in Spark SQL's words. */
  readonly type: string;
}

export interface DatasetSchema {
  readonly dataset: Dataset;
  /** The MySQL table that holds the raw rows. */
  readonly sourceTable: string;
  /** The key column of the source table: `index` for pins, `ind` for the other two. */
  readonly sourceKey: string;
  /** Columns of the source table, in the order `SELECT *` returns them. */
  readonly sourceColumns: readonly SourceColumn[];
  /** Columns after cleaning: the exercise's order, then our extras. */
  readonly cleanColumns: readonly CleanColumn[];
  /** A record that passes every rule, with as few fields as that takes: what examples and tests begin with. */
  readonly smallestRecord: Readonly<Record<string, string | number>>;
}

/** Columns, types and keys of each dataset, read from the JSON files that Python reads too. */
export const SCHEMAS: Readonly<Record<Dataset, DatasetSchema>> = {
  pin: pin as DatasetSchema,
  geo: geo as DatasetSchema,
  user: user as DatasetSchema,
};
