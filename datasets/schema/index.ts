import arrival from './arrival.json';
import datasets from './datasets.json';
import geo from './geo.json';
import pin from './pin.json';
import user from './user.json';

export { PICTURES, type Picture } from './picture';

const FILES = { pin, geo, user };
export type Dataset = keyof typeof FILES;

/** The datasets, in the order of all lists and pages. */
export const DATASETS = datasets as readonly Dataset[];

/** Fields about a record's arrival, which the S3 sink adds to each line. */
export const SINK_FIELDS: Readonly<Record<'partition' | 'offset' | 'timestamp', string>> = arrival.sinkFields;

/** Columns with a record's position in its log or stream. Together they identify one record. */
export const ARRIVAL_COLUMNS: readonly string[] = arrival.columns;

/** The two layers that hold records. The serving layer has no records of its own and answers from both. */
export const LAYERS = ['batch', 'speed'] as const;
export type Layer = (typeof LAYERS)[number];

export interface SourceColumn {
  readonly name: string;
  /** The column's MySQL type, as written in the DDL. */
  readonly mysqlType: string;
  /** Texts that the source writes where it has no value. Cleaning makes all of them null. */
  readonly sentinels?: readonly string[];
  /** All values of the source, for a column with few values. */
  readonly values?: readonly string[];
}

export interface CleanColumn {
  readonly name: string;
  /** The column's Spark SQL type after cleaning. */
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
  /** Columns after cleaning: the exercise's order, then further columns of ours. */
  readonly cleanColumns: readonly CleanColumn[];
  /** A record with the fewest fields that pass every rule. Examples and tests begin with it. */
  readonly smallestRecord: Readonly<Record<string, string | number>>;
}

/** Columns, types and keys of each dataset, read from the JSON files that Python reads too. */
export const SCHEMAS = FILES as Readonly<Record<Dataset, DatasetSchema>>;

/** One value for each dataset. */
export function perDataset<T>(value: (dataset: Dataset) => T): Record<Dataset, T> {
  return Object.fromEntries(DATASETS.map((dataset) => [dataset, value(dataset)])) as Record<Dataset, T>;
}

/** A column of the source. @throws Error when the dataset has no column of that name. */
export function sourceColumn(dataset: Dataset, name: string): SourceColumn {
  const column = SCHEMAS[dataset].sourceColumns.find((each) => each.name === name);
  if (!column) throw new Error(`${dataset} has no source column '${name}'`);
  return column;
}
