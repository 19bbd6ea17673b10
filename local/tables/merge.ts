import type { Dataset, Layer } from '@pipeline/datasets/schema';
import { CLEAN_SQL, duckdbRawRelation } from '@pipeline/datasets/sql';
import { ARRIVAL_COLUMNS, cleanColumns } from './ddl';

/**
 * Statements that take the temporary table `incoming` into the tables of one dataset and layer.
 *
 * Every record ends in exactly one of three tables: clean (the latest of its key), quarantine, or duplicates. So counts
 * are the sizes of tables, and a record that is in one of them already is passed over: replays change nothing, and the
 * end is the same however the input was cut.
 */
export function mergeStatements(layer: Layer, dataset: Dataset): string[] {
  const table = `${layer}.${dataset}`;
  const arrival = (alias: string) => ARRIVAL_COLUMNS.map((column) => `${alias}.${column}`).join(', ');
  const sameRecord = (a: string, b: string) =>
    ARRIVAL_COLUMNS.map((column) => `${a}.${column} = ${b}.${column}`).join(' and ');
  const unseenIn = (suffix: string) =>
    `not exists (select 1 from ${table}${suffix} as t where ${sameRecord('t', 'i')})`;
  // Greatest arrival time, then offset or sequence number; the partition settles what is left.
  const later = (a: string, b: string) =>
    `(${a}.arrival_time_ms, ${a}.arrival_order, ${a}.arrival_partition) > (${b}.arrival_time_ms, ${b}.arrival_order, ${b}.arrival_partition)`;
  const columns = [...cleanColumns(dataset), ...ARRIVAL_COLUMNS, 'findings'];
  return [
    `create or replace temp table fresh as
      select distinct on (i.arrival_time_ms, i.arrival_partition, i.arrival_order) i.*
      from incoming as i
      where ${['', '_quarantine', '_duplicates'].map(unseenIn).join(' and ')}`,
    `create or replace temp table cleaned as
      with raw_${dataset} as (${duckdbRawRelation(dataset, 'fresh')})
      select * from (${CLEAN_SQL[dataset]})`,
    `insert into ${table}_quarantine
      select ${arrival('c')}, c.reason, c.line from cleaned as c where c.outcome = 'quarantined'`,
    `insert into ${table}_duplicates
      select c.ind, ${arrival('c')} from cleaned as c where c.outcome = 'duplicate'
      union all
      select c.ind, ${arrival('c')} from cleaned as c inner join ${table} as t on t.ind = c.ind
      where c.outcome = 'clean' and not ${later('c', 't')}
      union all
      select t.ind, ${arrival('t')} from cleaned as c inner join ${table} as t on t.ind = c.ind
      where c.outcome = 'clean' and ${later('c', 't')}`,
    `delete from ${table} as t
      where exists (select 1 from cleaned as c where c.outcome = 'clean' and c.ind = t.ind and ${later('c', 't')})`,
    `insert into ${table} (${columns.join(', ')})
      select ${columns.map((column) => `c.${column}`).join(', ')} from cleaned as c
      where c.outcome = 'clean' and not exists (select 1 from ${table} as t where t.ind = c.ind)`,
  ];
}
