import type { DuckDBResultReader } from '@duckdb/node-api';
import { ARRIVAL_COLUMNS, type Dataset, type Layer } from '@pipeline/datasets/schema';
import { CLEAN_SQL, cleanFile, duckdbRawRelation, duckdbRawRelationOfFiles } from '@pipeline/datasets/sql';
import { recordColumns, recordsTable } from './ddl';
import { joinColumns } from './joined-columns';
import { rulesDigest } from './rules-digest';
import type { Session } from './session';
import { withFiles } from './sql-fault';
import type { Change, Outcome } from './tally';
import { textLiteral } from './text-literal';

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

/** What taking records in has changed. */
export interface Taken {
  /** The number under which they came in. */
  readonly ingest: bigint;
  readonly changes: readonly Change[];
  /** Arrival of the newest of them, in ms since 1970; undefined when there were none. */
  readonly newestMs: number | undefined;
}

/** What an ingest has put into the table. */
interface Added {
  readonly changes: readonly Change[];
  /** Whether a record is there twice. */
  readonly isRepeated: boolean;
  /** Undefined when nothing is there. */
  readonly bounds: Bounds | undefined;
}

/** Between which times and keys the records of an ingest are, as SQL: a number of JavaScript does not hold every bigint. */
interface Bounds {
  /** In ms since 1970. */
  readonly earliest: string;
  readonly latest: string;
  /** `null` when no record has a key. */
  readonly leastKey: string;
  readonly greatestKey: string;
}

/** The records table of one dataset in one layer, for writing within transactions of `session`, by the rules as their files say now. */
export class Records {
  private readonly clean: string;

  constructor(
    private readonly session: Session,
    layer: Layer,
    private readonly dataset: Dataset,
    /** The records' own table, or the one that will take its place. */
    private readonly table: string = recordsTable(layer, dataset),
  ) {
    this.clean = CLEAN_SQL[dataset];
  }

  /** Digest of the rules that clean what is added. */
  get rules(): string {
    return rulesDigest(this.dataset, this.session.functions, this.clean);
  }

  /** Adds records, cleaned, under the number `ingest`; those that are there already are left out. */
  async add(records: readonly RawRecord[], ingest: bigint): Promise<Taken> {
    // Kept as a plan, which DuckDB only does where parameters and tables are not read together, and no parameter stands twice.
    const raw = duckdbRawRelation(
      this.dataset,
      `(select unnest(string_split($1, $2)) as line, unnest(string_split($3, $4)::bigint[]) as arrival_time_ms,
        unnest(string_split($5, $6)) as arrival_partition, unnest(string_split($7, $8)) as arrival_order)`,
    );
    const insert = this.insert(raw, '$9::bigint');
    const parts = [{ file: cleanFile(this.dataset), text: this.clean }];
    const statement = await withFiles(insert, parts, (sql) => this.session.prepared(sql));
    const { separator, columns } = joinColumns([
      records.map(({ line }) => line),
      records.map(({ arrivalTimeMs }) => String(arrivalTimeMs)),
      records.map(({ arrivalPartition }) => arrivalPartition),
      records.map(({ arrivalOrder }) => arrivalOrder),
    ]);
    const texts = columns.flatMap((column) => [column, separator]);
    for (const [at, text] of texts.entries()) statement.bindVarchar(at + 1, text);
    statement.bindBigInt(9, ingest);
    await withFiles(insert, parts, () => statement.run());
    return this.settle(ingest);
  }

  /** As `add`, for every line of newline-delimited JSON files that the S3 sink wrote. */
  async addFiles(paths: readonly string[], ingest: bigint): Promise<Taken> {
    const raw = duckdbRawRelationOfFiles(this.dataset, `(${linesOf(paths)})`);
    const parts = [{ file: cleanFile(this.dataset), text: this.clean }];
    await withFiles(this.insert(raw, String(ingest)), parts, (sql) => this.session.connection.run(sql));
    return this.settle(ingest);
  }

  /** Adds the records of another table of the same make that are not there, as they were cleaned. */
  async addMissing(other: string, ingest: bigint): Promise<Taken> {
    const columns = recordColumns(this.dataset);
    await this.session.connection.run(
      `insert into ${this.table} (${columns.join(', ')}, ingest)
      select ${columns.map((column) => `o.${column}`).join(', ')}, ${ingest} from ${other} as o
      where not exists (
        select 1 from ${this.table} as t where ${sameArrival('t', 'o')})`,
    );
    return this.settle(ingest);
  }

  private insert(raw: string, ingest: string): string {
    const columns = recordColumns(this.dataset);
    return `insert into ${this.table} (${columns.join(', ')}, ingest)
      with raw_${this.dataset} as (${raw})
      select ${columns.map((column) => `c.${column}`).join(', ')}, ${ingest}
      from (${this.clean}) as c`;
  }

  /** Brings what was just added together with what was there: one row per record, and one clean row per key. */
  private async settle(ingest: bigint): Promise<Taken> {
    const added = await this.added(ingest);
    if (added.bounds === undefined) return { ingest, changes: [], newestMs: undefined };
    const newestMs = Number(added.bounds.latest);
    if (added.isRepeated) await this.dropRepeated(ingest);
    const { isKnown, isSuperseded } = await this.meets(ingest, added.bounds);
    // Most that comes has nothing to do with what was there.
    if (!added.isRepeated && !isKnown && !isSuperseded) return { ingest, changes: added.changes, newestMs };
    if (isKnown) await this.dropKnown(ingest, added.bounds);
    const superseded = isSuperseded ? await this.supersede(ingest, added.bounds) : [];
    return { ingest, changes: [...(await this.added(ingest)).changes, ...superseded], newestMs };
  }

  /** What stands in the table under the number `ingest`. */
  private async added(ingest: bigint): Promise<Added> {
    const reader = await this.session.connection.runAndReadAll(
      `with added as materialized (
        select n.ind, ${arrivalOf('n')}, n.outcome, n.reason, n.findings from ${this.table} as n where n.ingest = ${ingest}
      ),
      groups as (
        select a.outcome, a.reason, a.findings, count(*) as records from added as a group by a.outcome, a.reason, a.findings
      )
      select
        (select list(struct_pack(outcome := g.outcome, reason := g.reason, findings := g.findings, records := g.records)) from groups as g),
        count(*) > count(distinct (${arrivalOf('a')})), min(a.arrival_time_ms), max(a.arrival_time_ms), min(a.ind), max(a.ind)
      from added as a`,
    );
    const [groups, isRepeated, earliest, latest, leastKey, greatestKey] = reader.getRowsJS()[0]!;
    return {
      changes: ((groups ?? []) as Record<keyof Change, unknown>[]).map(({ outcome, reason, findings, records }) =>
        changeOf(outcome, reason, findings, records),
      ),
      isRepeated: isRepeated === true,
      bounds:
        earliest === null
          ? undefined
          : {
              earliest: String(earliest),
              latest: String(latest),
              leastKey: String(leastKey),
              greatestKey: String(greatestKey),
            },
    };
  }

  /** Whether what was added meets a copy of itself, or a clean row of its key, that was there. */
  private async meets(ingest: bigint, bounds: Bounds) {
    const reader = await this.session.connection.runAndReadAll(
      `select exists (select 1 ${this.known(ingest, bounds)}), exists (select 1 ${this.ofSameKey(ingest, bounds)})`,
    );
    const [isKnown, isSuperseded] = reader.getRows()[0]!;
    return { isKnown: isKnown === true, isSuperseded: isSuperseded === true };
  }

  /** Rows `n` that were added, each with the row `t` of the same record that was there. The bounds let DuckDB pass over the row groups of other times. */
  private known(ingest: bigint, { earliest, latest }: Bounds): string {
    return `from ${this.table} as n inner join ${this.table} as t on ${sameArrival('t', 'n')}
      where n.ingest = ${ingest} and t.ingest <> ${ingest} and t.arrival_time_ms between ${earliest} and ${latest}`;
  }

  /** Clean rows `n` that were added, each with the clean row `t` of its key that was there. The bounds let DuckDB pass over the row groups of other keys. */
  private ofSameKey(ingest: bigint, { leastKey, greatestKey }: Bounds): string {
    return `from ${this.table} as n inner join ${this.table} as t on t.ind = n.ind
      where n.ingest = ${ingest} and n.outcome = 'clean'
        and t.ingest <> ${ingest} and t.outcome = 'clean' and t.ind between ${leastKey} and ${greatestKey}`;
  }

  /** Of two copies of one record that came together, cleaning took the second for a duplicate of the first. */
  private async dropRepeated(ingest: bigint): Promise<void> {
    await this.session.connection.run(
      `delete from ${this.table} where rowid in (
        select m.id from (
          select n.rowid as id, row_number() over (partition by ${arrivalOf('n')} order by n.outcome) as nth
          from ${this.table} as n where n.ingest = ${ingest}
        ) as m where m.nth > 1)`,
    );
  }

  /** Leaves records out that were there already. */
  private async dropKnown(ingest: bigint, bounds: Bounds): Promise<void> {
    await this.session.connection.run(
      `delete from ${this.table} where rowid in (select n.rowid ${this.known(ingest, bounds)})`,
    );
  }

  /** Of two clean rows of one key the earlier becomes a duplicate. Gives what that changes of the rows that were there. */
  private async supersede(ingest: bigint, bounds: Bounds): Promise<Change[]> {
    const superseded = await this.session.connection.runAndReadAll(
      `update ${this.table} set outcome = 'duplicate' where rowid in (
        select case when ${later('n', 't')} then t.rowid else n.rowid end ${this.ofSameKey(ingest, bounds)})
      returning ingest <> ${ingest}, findings`,
    );
    const changes: Change[] = [];
    for (const [wasThere, findings] of superseded.getRows()) {
      if (!wasThere) continue;
      changes.push({ outcome: 'clean', reason: null, findings: String(findings), records: -1 });
      changes.push({ outcome: 'duplicate', reason: null, findings: '', records: 1 });
    }
    return changes;
  }
}

/** Rows of outcome, reason, findings and how many as changes. */
export function changesIn(reader: DuckDBResultReader): Change[] {
  return reader.getRows().map(([outcome, reason, findings, records]) => changeOf(outcome, reason, findings, records));
}

function changeOf(outcome: unknown, reason: unknown, findings: unknown, records: unknown): Change {
  return {
    outcome: outcome as Outcome,
    reason: reason as string | null,
    findings: String(findings),
    records: Number(records),
  };
}

/** What tells a record from all others. */
const arrivalOf = (alias: string) => ARRIVAL_COLUMNS.map((column) => `${alias}.${column}`).join(', ');
const sameArrival = (a: string, b: string) =>
  ARRIVAL_COLUMNS.map((column) => `${a}.${column} = ${b}.${column}`).join(' and ');

/** Whether `a` arrived after `b`: by time, then offset or sequence number; the partition settles what is left. */
function later(a: string, b: string): string {
  const arrival = (alias: string) => `(${alias}.arrival_time_ms, ${alias}.arrival_order, ${alias}.arrival_partition)`;
  return `${arrival(a)} > ${arrival(b)}`;
}

/** A SELECT of the lines of files, each with its file and its number there. */
function linesOf(paths: readonly string[]): string {
  // DuckDB reads the parts of a UNION ALL side by side, but one list of files with one thread.
  const halves = [0, 1]
    .map((half) => paths.filter((_, index) => index % 2 === half))
    .filter(({ length }) => length > 0);
  return halves
    .map(
      (half) => `select l.filename, l.line_number, l.line from (
        select
          f.filename,
          generate_subscripts(string_split(f.content, chr(10)), 1) as line_number,
          unnest(string_split(f.content, chr(10))) as line
        from read_text([${half.map(textLiteral).join(', ')}]) as f
      ) as l where l.line <> ''`,
    )
    .join(' union all ');
}
