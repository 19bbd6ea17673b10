import { type Dataset, SCHEMAS } from '../schema';
import { FUNCTIONS } from './functions';

/** Fields that the S3 sink adds to each line: arrival, not content. */
const SINK_FIELDS = ['kafka_partition', 'kafka_offset', 'kafka_timestamp'];

/** One CREATE TEMP MACRO statement per shared function, in the order in which they must run on each connection. */
export function duckdbFunctions(): string[] {
  return FUNCTIONS.map(({ name, parameters, body }) => {
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
 * A SELECT that turns `records`, a relation of (line, arrival_time_ms, arrival_partition, arrival_order), into the relation
 * `raw_<dataset>` that the dataset's clean file reads.
 */
export function duckdbRawRelation(dataset: Dataset, records: string): string {
  const fields = knownFields(dataset);
  const paths = fields.map((field) => `'$.${field}'`).join(', ');
  const ours = [...fields, ...SINK_FIELDS].map((field) => `'${field}'`).join(', ');
  return `with parsed as (
  select
    r.*,
    coalesce(json_valid(r.line), false) as is_json
  from ${records} as r
),
extracted as (
  select
    p.*,
    case when p.is_json then json_type(p.line) = 'OBJECT' else false end as is_object,
    case when p.is_json then json_extract_string(p.line, [${paths}]) end as fields,
    case when p.is_json then json_keys(p.line) end as field_names
  from parsed as p
)
select
  e.line,
  e.is_object,
  e.arrival_time_ms,
  e.arrival_partition,
  e.arrival_order,
${fields.map((field, index) => `  e.fields[${index + 1}] as f_${field},`).join('\n')}
  len(list_filter(e.field_names, lambda name: name not in (${ours}))) as extra_fields
from extracted as e`;
}
