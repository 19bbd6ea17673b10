import { type Dataset, SCHEMAS, SINK_FIELDS } from '../schema';
import { sqlFunctions } from './functions';

/** Fields of arrival, in the order in which a line's are read. */
const ARRIVAL = [SINK_FIELDS.timestamp, SINK_FIELDS.partition, SINK_FIELDS.offset];

/** One CREATE TEMP MACRO statement per shared function, in the order in which they must run on each connection. */
export function duckdbFunctions(): string[] {
  return sqlFunctions().map(({ name, parameters, body }) => {
    const lines = 'duckdb' in body ? body.duckdb : body;
    return `create or replace temp macro ${name}(${parameters.map(({ name }) => name).join(', ')}) as (${lines.join('\n')})`;
  });
}

/** Fields of a record that mean something to `dataset`: its source columns, with the key under both of its names. */
export function knownFields(dataset: Dataset): string[] {
  const { sourceColumns, sourceKey } = SCHEMAS[dataset];
  return ['index', 'ind', ...sourceColumns.map(({ name }) => name).filter((name) => name !== sourceKey)];
}

/**
 * A SELECT that makes the relation `raw_<dataset>` out of the relation `records`, which has (line, arrival_time_ms,
 * arrival_partition, arrival_order).
 */
export function duckdbRawRelation(dataset: Dataset, records: string): string {
  return rawRelation(dataset, records, ['arrival_time_ms', 'arrival_partition', 'arrival_order']);
}

/**
 * A SELECT that makes the relation `raw_<dataset>` out of the relation `lines`, which has (line, filename, line_number):
 * lines of files that the S3 sink wrote, whose arrival is in the fields that the sink added.
 *
 * A line without them counts as older than any other, and is told apart by its file and its place in it.
 */
export function duckdbRawRelationOfFiles(dataset: Dataset, lines: string): string {
  const [time, partition, offset] = ARRIVAL.map((_, index) => `try_cast(e.fields[${index + 1}] as bigint)`);
  const stamped = `${partition} >= 0 and ${offset} >= 0`;
  return rawRelation(dataset, lines, [
    `coalesce(${time}, 0) as arrival_time_ms`,
    `case when ${stamped} then e.fields[2] else e.filename end as arrival_partition`,
    `lpad(case when ${stamped} then e.fields[3] else cast(e.line_number as string) end, 20, '0') as arrival_order`,
  ]);
}

function rawRelation(dataset: Dataset, records: string, arrival: readonly string[]): string {
  const known = [...ARRIVAL, ...knownFields(dataset)];
  // One pass over the text for all fields; a path per field would be one pass each.
  const paths = known.map((field) => `'/${field}'`).join(', ');
  return `with extracted as (
  select
    r.*,
    case when ${hasNoNumberWord('r.line')} then try(json_extract_string(mend_surrogates(r.line), [${paths}])) end as fields
  from ${records} as r
),
named as (
  select
    x.*,
    case when x.fields is not null then json_keys(mend_surrogates(x.line)) end as names
  from extracted as x
)
select
  e.line,
  e.fields is not null and in_braces(e.line) as is_object,
  ${arrival.join(',\n  ')},
${knownFields(dataset)
  .map((field) => `  e.fields[${known.indexOf(field) + 1}] as f_${field},`)
  .join('\n')}
  -- As many names as values: all are known, and looking at each is not needed.
  case when len(e.names) = list_count(e.fields) then 0
    else len(list_filter(e.names, lambda name: name not in (${known.map((field) => `'${field}'`).join(', ')})))
    end as extra_fields
from named as e`;
}

/**
 * NaN and Infinity, as Python writes them, are no JSON, but DuckDB reads them. Few lines hold such a word at all; of those,
 * texts are cut out before it is looked for.
 */
function hasNoNumberWord(line: string): string {
  const withoutTexts = String.raw`regexp_replace(${line}, '"(?:[^"\\]|\\.)*"', '""', 'g')`;
  return `(not (contains(${line}, 'NaN') or contains(${line}, 'Infinity'))
      or not regexp_matches(${withoutTexts}, 'NaN|Infinity'))`;
}
