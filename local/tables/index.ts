/** DuckDB tables of the layers: clean rows, quarantine, duplicates, and the answers to every question. */
export type { Ingest, LayerTables } from './layer-tables';
export type { RawRecord } from './records';
export type { Cell, ViewResult } from './result';
export { rulesDigest } from './rules-digest';
export { SqlFault } from './sql-fault';
export { Tables, type TablesOptions } from './tables';
export type { Counts } from './tally';
