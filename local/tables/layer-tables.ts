import type { DuckDBInstance } from '@duckdb/node-api';
import { DATASETS, type Dataset, type Layer } from '@pipeline/datasets/schema';
import { cleanColumns, tablesOf } from './ddl';
import { inParts, type RawRecord, Records } from './records';
import { type ViewResult, viewResult } from './result';
import { Session } from './session';

/** Where the records of one dataset are in one layer: `taken = clean + quarantined + duplicates`. */
export interface Counts {
  readonly clean: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly quarantinedByReason: Readonly<Record<string, number>>;
  /** Clean rows by quality finding, such as `sentinel:title`; a row may have several. */
  readonly findings: Readonly<Record<string, number>>;
}

/** The three clean tables of one layer, with quarantine, duplicates and the positions up to which they hold their input. */
export class LayerTables {
  /** Grows with every change, so that answers can be kept until then. */
  version = 0;
  private counted: { readonly version: number; readonly counts: Promise<Record<Dataset, Counts>> } | undefined;

  private constructor(
    readonly layer: Layer,
    private readonly writers: Readonly<Record<Dataset, Session>>,
    private readonly reader: Session,
    private readonly filePartBytes: number,
    private lastIngest: bigint,
  ) {}

  static async open(instance: DuckDBInstance, layer: Layer, filePartBytes: number): Promise<LayerTables> {
    const writers: Partial<Record<Dataset, Session>> = {};
    for (const dataset of DATASETS) writers[dataset] = await Session.open(instance, layer);
    const reader = await Session.open(instance, layer);
    const newest = await reader.read(
      `select coalesce(max(i.ingest), 0) from (${DATASETS.map((dataset) => `select ingest from ${layer}.${dataset}_records`).join(' union all ')}) as i`,
    );
    return new LayerTables(
      layer,
      writers as Record<Dataset, Session>,
      reader,
      filePartBytes,
      newest.value(0, 0) as bigint,
    );
  }

  /** Takes in records and, with them, the positions reached, in one transaction. Records taken in before change nothing. */
  ingest(dataset: Dataset, records: readonly RawRecord[], progress: Readonly<Record<string, string>>): Promise<void> {
    return this.take(dataset, progress, async (table) => {
      if (records.length > 0) await table.add(records, ++this.lastIngest);
    });
  }

  /** As `ingest`, for every line of newline-delimited JSON files that the S3 sink wrote. */
  ingestFiles(dataset: Dataset, paths: readonly string[], progress: Readonly<Record<string, string>>): Promise<void> {
    return this.take(dataset, progress, async (table) => {
      for (const part of inParts(paths, this.filePartBytes)) await table.addFiles(part, ++this.lastIngest);
    });
  }

  /** Positions stored with the rows they stand for. */
  async progress(): Promise<Map<string, string>> {
    const reader = await this.reader.read(`select name, position from ${this.layer}.progress`);
    return new Map(reader.getRows().map(([name, position]) => [String(name), String(position)]));
  }

  /** Counts of all three datasets at one moment. */
  counts(): Promise<Record<Dataset, Counts>> {
    if (this.counted?.version !== this.version) {
      const { version } = this;
      const counts = this.count();
      this.counted = { version, counts };
      counts.catch(() => {
        this.counted = undefined;
      });
    }
    return this.counted!.counts;
  }

  private async count(): Promise<Record<Dataset, Counts>> {
    const reader = await this.reader.read(DATASETS.map((dataset) => countsOf(this.layer, dataset)).join(' union all '));
    const counts = Object.fromEntries(
      DATASETS.map((dataset) => [
        dataset,
        { clean: 0, quarantined: 0, duplicates: 0, quarantinedByReason: {}, findings: {} },
      ]),
    ) as Record<Dataset, { -readonly [K in keyof Counts]: Counts[K] extends number ? number : Record<string, number> }>;
    for (const [dataset, kind, word, amount] of reader.getRows()) {
      const of = counts[dataset as Dataset];
      if (kind === 'clean') of.clean = Number(amount);
      else if (kind === 'duplicate') of.duplicates = Number(amount);
      else if (kind === 'finding') of.findings[String(word)] = Number(amount);
      else {
        of.quarantinedByReason[String(word)] = Number(amount);
        of.quarantined += Number(amount);
      }
    }
    return counts;
  }

  /** The latest quarantined records, each with its reason and its text as it came. */
  async quarantine(dataset: Dataset, limit: number): Promise<ViewResult> {
    return viewResult(
      await this.reader.read(
        `select q.reason, q.line, q.arrival_time_ms, q.arrival_partition, q.arrival_order
        from ${this.layer}.${dataset}_records as q where q.outcome = 'quarantined'
        order by q.arrival_time_ms desc, q.arrival_order desc, q.arrival_partition desc limit $1::bigint`,
        [BigInt(limit)],
      ),
    );
  }

  /** Clean rows by key, with where each came from and its findings. */
  async rows(dataset: Dataset, limit: number): Promise<ViewResult> {
    const columns = [...cleanColumns(dataset), 'arrival_time_ms', 'arrival_partition', 'arrival_order', 'findings'];
    return viewResult(
      await this.reader.read(
        `select ${columns.map((column) => `t.${column}`).join(', ')} from ${this.layer}.${dataset} as t
        order by t.ind limit $1::bigint`,
        [BigInt(limit)],
      ),
    );
  }

  /** Forgets everything, positions included. */
  async reset(): Promise<void> {
    const { pin, geo, user } = this.writers;
    await geo.exclusive(() =>
      user.exclusive(() =>
        pin.transaction(async () => {
          for (const table of tablesOf(this.layer)) await pin.connection.run(`delete from ${table}`);
        }),
      ),
    );
    this.version++;
  }

  /** The answer to `sql`, which names the relations pin, geo and user. */
  async answer(sql: string): Promise<ViewResult> {
    return viewResult(await this.reader.read(sql));
  }

  async close(): Promise<void> {
    for (const session of [...Object.values(this.writers), this.reader]) await session.close();
  }

  private async take(
    dataset: Dataset,
    progress: Readonly<Record<string, string>>,
    add: (records: Records) => Promise<void>,
  ): Promise<void> {
    const session = this.writers[dataset];
    await session.transaction(async () => {
      await add(new Records(session, this.layer, dataset));
      for (const [name, position] of Object.entries(progress)) await this.keepPosition(session, name, position);
    });
    this.version++;
  }

  private async keepPosition({ connection }: Session, name: string, position: string): Promise<void> {
    const table = `${this.layer}.progress`;
    const updated = await connection.run(`update ${table} set position = $2 where name = $1`, [name, position]);
    if (updated.rowsChanged === 0) await connection.run(`insert into ${table} values ($1, $2)`, [name, position]);
  }
}

function countsOf(layer: Layer, dataset: Dataset): string {
  const table = `${layer}.${dataset}_records`;
  return `
    select '${dataset}', r.outcome, r.reason, count(*) from ${table} as r group by r.outcome, r.reason
    union all select '${dataset}', 'finding', f.word, count(*)
    from (
      select unnest(string_split(r.findings, ',')) as word from ${table} as r where r.outcome = 'clean' and r.findings <> ''
    ) as f group by f.word${dataset === 'pin' ? ` union all ${pinsSharingAnId(layer)}` : ''}`;
}

/** Two keys with one unique_id are both kept, and counted. */
function pinsSharingAnId(layer: Layer): string {
  return `select 'pin', 'finding', 'shared:unique_id', sum(i.pins)::bigint
    from (select count(*) as pins from ${layer}.pin as p group by p.unique_id having count(*) > 1) as i
    having count(*) > 0`;
}
