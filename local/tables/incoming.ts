import { statSync } from 'node:fs';
import type { Session } from './session';

/** One record as it left a log or stream. */
export interface RawRecord {
  /** The value as text. */
  readonly line: string;
  /** Milliseconds since 1970 at which the log or stream took it. */
  readonly arrivalTimeMs: number;
  /** Partition or shard that holds it. */
  readonly arrivalPartition: string;
  /** Its place there, such that text order is arrival order: an offset with 20 digits, or a sequence number with 56. */
  readonly arrivalOrder: string;
}

const CREATE_INCOMING = `create or replace temp table incoming (
  line varchar not null, arrival_time_ms bigint not null, arrival_partition varchar not null, arrival_order varchar not null)`;

/** Puts `records` into the temporary table `incoming`. */
export async function loadRecords({ connection }: Session, records: readonly RawRecord[]): Promise<void> {
  await connection.run(CREATE_INCOMING);
  const appender = await connection.createAppender('incoming', 'main', 'temp');
  try {
    for (const record of records) {
      appender.appendVarchar(record.line);
      appender.appendBigInt(BigInt(record.arrivalTimeMs));
      appender.appendVarchar(record.arrivalPartition);
      appender.appendVarchar(record.arrivalOrder);
      appender.endRow();
    }
  } finally {
    appender.closeSync();
  }
}

/**
 * Puts the lines of newline-delimited JSON files into the temporary table `incoming`.
 *
 * The arrival of a line is what the sink wrote into it: kafka_timestamp, kafka_partition, kafka_offset. A line without
 * them counts as older than any other, and is told apart by its file and its number there.
 */
export async function loadFiles({ connection }: Session, paths: readonly string[]): Promise<void> {
  const list = paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ');
  await connection.run(`create or replace temp table incoming as
    with lines as (
      select
        f.filename,
        unnest(string_split(f.content, chr(10))) as line,
        generate_subscripts(string_split(f.content, chr(10)), 1) as line_number
      from read_text([${list}]) as f
    ),
    stamped as (
      select
        l.*,
        case when json_valid(l.line)
          then json_extract_string(l.line, ['$.kafka_timestamp', '$.kafka_partition', '$.kafka_offset']) end as stamp
      from lines as l
      where l.line <> ''
    ),
    typed as (
      select
        s.*,
        try_cast(s.stamp[1] as bigint) as time_ms,
        try_cast(s.stamp[2] as bigint) as kafka_partition,
        try_cast(s.stamp[3] as bigint) as kafka_offset
      from stamped as s
    )
    select
      t.line,
      coalesce(t.time_ms, 0) as arrival_time_ms,
      case when t.kafka_partition >= 0 and t.kafka_offset >= 0
        then cast(t.kafka_partition as varchar) else t.filename end as arrival_partition,
      lpad(cast(case when t.kafka_partition >= 0 and t.kafka_offset >= 0
        then t.kafka_offset else t.line_number end as varchar), 20, '0') as arrival_order
    from typed as t`);
}

/** Cuts a list of files into parts of at most `maxBytes`, or of one file where that alone is larger. */
export function inParts(paths: readonly string[], maxBytes: number): string[][] {
  const parts: string[][] = [];
  let room = 0;
  for (const path of paths) {
    const { size } = statSync(path);
    if (size > room || parts.length === 0) {
      parts.push([]);
      room = maxBytes;
    }
    parts.at(-1)!.push(path);
    room -= size;
  }
  return parts;
}
