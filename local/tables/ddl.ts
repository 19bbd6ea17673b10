import { DATASETS, type Dataset, LAYERS, type Layer, SCHEMAS } from '@pipeline/datasets/schema';

/** Where a record stands in the log or stream it came from. Together these name one record, whichever way it is read. */
export const ARRIVAL_COLUMNS = ['arrival_time_ms', 'arrival_partition', 'arrival_order'] as const;

const ARRIVAL_DDL =
  'arrival_time_ms bigint not null, arrival_partition varchar not null, arrival_order varchar not null';

/** Statements that make the tables of both layers, and the serving views over them; harmless where they exist. */
export function createStatements(): string[] {
  return [...LAYERS.flatMap(createLayer), 'create schema if not exists serving', ...DATASETS.map(createServingView)];
}

function createLayer(layer: Layer): string[] {
  return [
    `create schema if not exists ${layer}`,
    `create table if not exists ${layer}.progress (name varchar not null, position varchar not null)`,
    ...DATASETS.flatMap((dataset) => [
      `create table if not exists ${layer}.${dataset} (${cleanColumnsDdl(dataset)}, ${ARRIVAL_DDL}, findings varchar not null)`,
      `create table if not exists ${layer}.${dataset}_quarantine (${ARRIVAL_DDL}, reason varchar not null, line varchar not null)`,
      `create table if not exists ${layer}.${dataset}_duplicates (ind bigint not null, ${ARRIVAL_DDL})`,
    ]),
  ];
}

/** Tables of one layer that `reset` empties. */
export function tablesOf(layer: Layer): string[] {
  return [
    `${layer}.progress`,
    ...DATASETS.flatMap((dataset) =>
      ['', '_quarantine', '_duplicates'].map((suffix) => `${layer}.${dataset}${suffix}`),
    ),
  ];
}

/** Names of a dataset's columns after cleaning. */
export function cleanColumns(dataset: Dataset): string[] {
  return SCHEMAS[dataset].cleanColumns.map(({ name }) => name);
}

function cleanColumnsDdl(dataset: Dataset): string {
  return SCHEMAS[dataset].cleanColumns.map(({ name, type }) => `${name} ${duckdbType(type)}`).join(', ');
}

/** A column type of the schema files, in DuckDB's words. */
function duckdbType(sparkType: string): string {
  const element = /^ARRAY<(.+)>$/.exec(sparkType)?.[1];
  return element === undefined ? sparkType : `${duckdbType(element)}[]`;
}

/** One row per key over both layers: the later arrival, and on equal time the speed layer's. */
function createServingView(dataset: Dataset): string {
  const columns = cleanColumns(dataset);
  const select = (alias: string) => columns.map((column) => `${alias}.${column}`).join(', ');
  return `create or replace view serving.${dataset} as
    select ${select('b')} from batch.${dataset} as b
    where not exists (
      select 1 from speed.${dataset} as s where s.ind = b.ind and s.arrival_time_ms >= b.arrival_time_ms)
    union all
    select ${select('s')} from speed.${dataset} as s
    where not exists (
      select 1 from batch.${dataset} as b where b.ind = s.ind and b.arrival_time_ms > s.arrival_time_ms)`;
}
