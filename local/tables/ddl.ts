import { ARRIVAL_COLUMNS, DATASETS, type Dataset, LAYERS, type Layer, SCHEMAS } from '@pipeline/datasets/schema';

/** Names of a dataset's columns after cleaning. */
export function cleanColumns(dataset: Dataset): string[] {
  return SCHEMAS[dataset].cleanColumns.map(({ name }) => name);
}

/** Columns of a records table, in the order in which the clean files give them; `ingest` follows. */
export function recordColumns(dataset: Dataset): string[] {
  return [...cleanColumns(dataset), ...ARRIVAL_COLUMNS, 'line', 'outcome', 'reason', 'findings'];
}

/** Statements that make the tables of both layers, and the serving views over them; harmless where they exist. */
export function createStatements(): string[] {
  return [
    ...LAYERS.flatMap(createLayer),
    'create schema if not exists made',
    // Of before the rules of each dataset were noted for themselves.
    'drop table if exists made.by',
    'create table if not exists made.cleaned (layer string not null, dataset string not null, rules string not null, outlived bigint not null)',
    'create table if not exists made.once (id string not null)',
    'insert into made.once select uuid()::string where not exists (select 1 from made.once)',
    'create schema if not exists serving',
    ...DATASETS.map(createServingView),
  ];
}

/** Tables of one layer that `reset` empties. */
export function tablesOf(layer: Layer): string[] {
  return [`${layer}.progress`, ...DATASETS.map((dataset) => recordsTable(layer, dataset))];
}

/**
 * Per dataset one table of all records ever taken in, each with its outcome, and as the relation of the dataset's own name
 * those that are clean. So every record is in one place, and counts are counts of rows.
 */
function createLayer(layer: Layer): string[] {
  return [
    `create schema if not exists ${layer}`,
    `create table if not exists ${layer}.progress (name string not null, position string not null)`,
    ...DATASETS.flatMap((dataset) => [
      // What a sudden end has left of a cleaning anew.
      `drop table if exists ${anewTable(layer, dataset)}`,
      `create table if not exists ${recordsTable(layer, dataset)} ${recordsColumns(dataset)}`,
      `create or replace view ${layer}.${dataset} as
        select ${[...cleanColumns(dataset), ...ARRIVAL_COLUMNS, 'findings'].map((column) => `r.${column}`).join(', ')}
        from ${recordsTable(layer, dataset)} as r where r.outcome = 'clean'`,
    ]),
  ];
}

/** Name of the table of all records of a dataset in a layer. */
export function recordsTable(layer: Layer, dataset: Dataset): string {
  return `${layer}.${dataset}_records`;
}

/** Name of the table that takes the records' place when all of them are cleaned anew. */
export function anewTable(layer: Layer, dataset: Dataset): string {
  return `${recordsTable(layer, dataset)}_anew`;
}

/** Columns of a records table as a statement creates them. */
export function recordsColumns(dataset: Dataset): string {
  return `(
        ${SCHEMAS[dataset].cleanColumns.map(({ name, type }) => `${name} ${duckdbType(type)}`).join(', ')},
        arrival_time_ms bigint not null, arrival_partition string not null, arrival_order string not null,
        line string, outcome string not null, reason string, findings string not null, ingest bigint not null)`;
}

/** A column type of the schema files, in DuckDB's words. */
function duckdbType(sparkType: string): string {
  const element = /^ARRAY<(.+)>$/.exec(sparkType)?.[1];
  return element === undefined ? sparkType : `${duckdbType(element)}[]`;
}

/** One row per key over both layers: the later arrival, and on equal time the speed layer's. */
function createServingView(dataset: Dataset): string {
  return `create or replace view serving.${dataset} as
    ${servingRelation(cleanColumns(dataset), `batch.${dataset}`, `speed.${dataset}`)}`;
}

/** A SELECT of one row per key of two relations: the later arrival, and on equal time the speed layer's. */
export function servingRelation(columns: readonly string[], batch: string, speed: string): string {
  const of = (alias: string) => columns.map((column) => `${alias}.${column}`).join(', ');
  return `select ${of('b')} from ${batch} as b
    where not exists (
      select 1 from ${speed} as s where s.ind = b.ind and s.arrival_time_ms >= b.arrival_time_ms)
    union all
    select ${of('s')} from ${speed} as s
    where not exists (
      select 1 from ${batch} as b where b.ind = s.ind and b.arrival_time_ms > s.arrival_time_ms)`;
}
