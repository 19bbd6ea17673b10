import {
  DuckDBListValue,
  type DuckDBResultReader,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';

export type Cell = string | number | null | readonly Cell[];

export interface ViewResult {
  /** Types in Spark SQL's words, as in `datasets/schema`. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Timestamps as ISO 8601 text in UTC, ending in Z. */
  readonly rows: readonly (readonly Cell[])[];
}

/** @throws Error for a type that no table of ours has. */
export function viewResult(reader: DuckDBResultReader): ViewResult {
  const names = reader.columnNames();
  return {
    columns: reader.columnTypes().map((type, index) => ({ name: names[index]!, type: sparkType(type) })),
    rows: reader.getRows().map((row) => row.map((value, index) => cell(value, names[index]!))),
  };
}

function sparkType(type: DuckDBType): string {
  switch (type.typeId) {
    case DuckDBTypeId.VARCHAR:
      return 'STRING';
    case DuckDBTypeId.INTEGER:
      return 'INT';
    case DuckDBTypeId.BIGINT:
      return 'BIGINT';
    case DuckDBTypeId.DOUBLE:
      return 'DOUBLE';
    case DuckDBTypeId.TIMESTAMP:
      return 'TIMESTAMP';
    case DuckDBTypeId.LIST:
      return `ARRAY<${sparkType((type as { valueType: DuckDBType } & DuckDBType).valueType)}>`;
    default:
      throw new Error(`no table of ours has the type ${type}; cast it in the SQL`);
  }
}

function cell(value: DuckDBValue, column: string): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return exact(value);
  if (value instanceof DuckDBTimestampValue) return isoText(value.micros);
  if (value instanceof DuckDBListValue) return value.items.map((item) => cell(item, column));
  throw new Error(`column ${column} holds ${value}, which has no form in JSON here; cast it in the SQL`);
}

/** A whole number beyond 2^53, which readers of JSON would round, comes as the text of its digits. */
function exact(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** Microseconds since 1970 as `2020-08-28T03:52:47Z`, with as many decimals as there are. */
function isoText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, -'.000Z'.length);
  const decimals = fraction === 0n ? '' : `.${fraction.toString().padStart(6, '0').replace(/0+$/, '')}`;
  return `${seconds}${decimals}Z`;
}
