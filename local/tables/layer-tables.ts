import type { DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { DATASETS, type Dataset, type Layer } from '@pipeline/datasets/schema';
import type { Checkpoints } from './checkpoints';
import { type CleanedBy, keepCleanedBy, readCleanedBy, SEVERAL } from './cleaned-by';
import { cleanColumns, recordsTable, tablesOf } from './ddl';
import { keepPositions, readPositions } from './positions';
import { changesIn, type RawRecord, Records, type Taken } from './records';
import { type ViewResult, viewResult } from './result';
import { type SharedFunction, sharedFunctions } from './rules-digest';
import { Session } from './session';
import { type Change, type Counts, newTallies, recordsIn, type Tallies } from './tally';

/** One transaction that took records in. */
export interface Ingest {
  readonly layer: Layer;
  readonly dataset: Dataset;
  /** When it was committed, in ms since 1970. */
  readonly committedMs: number;
  /** Positions that it reached. */
  readonly positions: Readonly<Record<string, string>>;
}

/** Ingests whose commit times are remembered. */
const REMEMBERED_INGESTS = 10_000;

/** How often each layer's tables were opened by this process. */
const opened = new Map<Layer, number>();

/** The three clean tables of one layer, with quarantine, duplicates and the positions up to which they hold their input. */
export class LayerTables {
  /** Grows with every change, so that answers can be kept until then; tables that are opened later begin beyond it. */
  version: number;
  /** Arrival of the newest record taken in, in ms since 1970; undefined when there is none. */
  newestMs: number | undefined;
  /** How often its rows were forgotten, or replaced by others. */
  renewed = 0;
  private tallies: Tallies = newTallies();
  private shared: { readonly version: number; readonly ids: Promise<number> } | undefined;
  private readonly commits = new Map<bigint, number>();
  /** Opened when something first comes: whoever only asks has no use for them. */
  private readonly writers = new Map<Dataset, Promise<Session>>();
  private cleanedBy = new Map<Dataset, CleanedBy>();
  private readonly listeners = new Set<(ingest: Ingest) => void>();

  private constructor(
    readonly layer: Layer,
    private readonly instance: DuckDBInstance,
    private functions: readonly SharedFunction[],
    private readonly reader: Session,
    /** Apart from the reader: whoever looks one record up does not wait for a question that takes seconds. */
    private readonly answerer: Session,
    readonly checkpoints: Checkpoints,
    private lastIngest: bigint,
  ) {
    const before = opened.get(layer) ?? 0;
    opened.set(layer, before + 1);
    this.version = before * 2 ** 32;
  }

  static async open(instance: DuckDBInstance, layer: Layer, checkpoints: Checkpoints): Promise<LayerTables> {
    const functions = sharedFunctions();
    const reader = await Session.open(instance, layer, functions);
    const newest = await reader.read(
      `select coalesce(max(i.ingest), 0) from (${DATASETS.map((dataset) => `select ingest from ${recordsTable(layer, dataset)}`).join(' union all ')}) as i`,
    );
    const tables = new LayerTables(
      layer,
      instance,
      functions,
      reader,
      await Session.open(instance, layer, functions),
      checkpoints,
      newest.value(0, 0) as bigint,
    );
    await tables.count();
    return tables;
  }

  /** Takes in records and, with them, the positions reached, in one transaction. Records taken in before change nothing. */
  ingest(dataset: Dataset, records: readonly RawRecord[], progress: Readonly<Record<string, string>>): Promise<void> {
    return this.take(dataset, progress, async (table) =>
      records.length > 0 ? [await table.add(records, this.nextIngest())] : [],
    );
  }

  /** As `ingest`, for every line of newline-delimited JSON files that the S3 sink wrote. */
  ingestFiles(dataset: Dataset, paths: readonly string[], progress: Readonly<Record<string, string>>): Promise<void> {
    return this.take(dataset, progress, async (table) =>
      paths.length > 0 ? [await table.addFiles(paths, this.nextIngest())] : [],
    );
  }

  /** The rules that cleaned a dataset's records; undefined where there are none, or where that was not kept. */
  rulesOf(dataset: Dataset): CleanedBy | undefined {
    return this.cleanedBy.get(dataset);
  }

  /** The number of the next ingest. */
  nextIngest(): bigint {
    this.lastIngest += 1n;
    return this.lastIngest;
  }

  /** Statements of now call these functions. */
  async replaceFunctions(functions: readonly SharedFunction[]): Promise<void> {
    this.functions = functions;
    for (const session of await this.sessions()) await session.replaceFunctions(functions);
    this.version++;
  }

  /** Other rows have taken the place of those that were there: counts them. */
  async renew(taken: readonly Taken[]): Promise<void> {
    await this.count();
    for (const { ingest } of taken) this.remember(ingest, Date.now());
    this.renewed++;
    this.version++;
  }

  /** Positions stored with the rows they stand for. */
  progress(): Promise<Map<string, string>> {
    return readPositions(this.reader, this.layer);
  }

  /** Counts of all three datasets as the ingests have kept them: nothing is computed. */
  tally(): Record<Dataset, Counts> {
    return forEachDataset((dataset) => this.tallies[dataset].counts);
  }

  /** As `tally`, with the pins that share a unique_id, which are counted anew after each change. */
  async counts(): Promise<Record<Dataset, Counts>> {
    if (this.shared?.version !== this.version) {
      this.shared = { version: this.version, ids: this.pinsSharingAnId() };
      this.shared.ids.catch(() => {
        this.shared = undefined;
      });
    }
    const sharing = await this.shared!.ids;
    const counts = this.tally();
    if (sharing === 0) return counts;
    return { ...counts, pin: { ...counts.pin, findings: { ...counts.pin.findings, 'shared:unique_id': sharing } } };
  }

  /** When the ingest that took a record in was committed, in ms since 1970; undefined when that is not known any more. */
  committedMs(ingest: bigint): number | undefined {
    return this.commits.get(ingest);
  }

  /** Calls back after each ingest; returns what ends that. */
  onIngest(listener: (ingest: Ingest) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async count(): Promise<void> {
    const tallies = newTallies();
    let newestMs: number | undefined;
    for (const dataset of DATASETS) {
      const table = recordsTable(this.layer, dataset);
      tallies[dataset].add(
        changesIn(
          await this.reader.read(
            `select r.outcome, r.reason, r.findings, count(*) from ${table} as r group by r.outcome, r.reason, r.findings`,
          ),
        ),
      );
      const newest = (await this.reader.read(`select max(r.arrival_time_ms) from ${table} as r`)).value(0, 0);
      if (newest !== null) newestMs = Math.max(newestMs ?? 0, Number(newest));
    }
    this.cleanedBy = await readCleanedBy(this.reader, this.layer);
    this.tallies = tallies;
    this.newestMs = newestMs;
  }

  /** Two keys with one unique_id are both kept, and counted. */
  private async pinsSharingAnId(): Promise<number> {
    const reader = await this.reader.read(
      `select coalesce(sum(i.pins), 0)::bigint
      from (select count(*) as pins from ${this.layer}.pin as p group by p.unique_id having count(*) > 1) as i`,
    );
    return Number(reader.value(0, 0));
  }

  /** The latest quarantined records, each with its reason and its text as it came. */
  async quarantine(dataset: Dataset, limit: number): Promise<ViewResult> {
    return viewResult(
      await this.reader.read(
        `select q.reason, q.line, q.arrival_time_ms, q.arrival_partition, q.arrival_order
        from ${recordsTable(this.layer, dataset)} as q where q.outcome = 'quarantined'
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
    const [first, ...others] = await Promise.all(DATASETS.map((dataset) => this.writer(dataset)));
    const emptied = () =>
      first!.transaction(async () => {
        for (const table of tablesOf(this.layer)) await first!.connection.run(`delete from ${table}`);
        await first!.connection.run('delete from made.cleaned where layer = $1', [this.layer]);
      });
    await this.checkpoints.beside(others.reduce((inner, writer) => () => writer.exclusive(inner), emptied));
    await this.count();
    this.commits.clear();
    this.renewed++;
    this.version++;
  }

  /** Rows of a statement of ours, which names the layer's tables. */
  async read(sql: string, values?: DuckDBValue[]): Promise<ViewResult> {
    return viewResult(await this.reader.read(sql, values));
  }

  /** The answer to `sql`, which names the relations pin, geo and user. */
  async answer(sql: string): Promise<ViewResult> {
    return viewResult(await this.answerer.read(sql));
  }

  async close(): Promise<void> {
    for (const session of await this.sessions()) await session.close();
  }

  private async sessions(): Promise<Session[]> {
    return [...(await Promise.all(this.writers.values())), this.reader, this.answerer];
  }

  private writer(dataset: Dataset): Promise<Session> {
    let writer = this.writers.get(dataset);
    if (!writer) {
      writer = Session.open(this.instance, this.layer, this.functions);
      this.writers.set(dataset, writer);
    }
    return writer;
  }

  private async take(
    dataset: Dataset,
    progress: Readonly<Record<string, string>>,
    add: (records: Records) => Promise<readonly Taken[]>,
  ): Promise<void> {
    const session = await this.writer(dataset);
    let taken: readonly Taken[] = [];
    let cleanedBy = this.cleanedBy.get(dataset);
    await this.checkpoints.beside(() =>
      session.transaction(async () => {
        const records = new Records(session, this.layer, dataset);
        taken = await add(records);
        if (taken.length > 0) cleanedBy = await this.keepRules(session, dataset, records.rules);
        await keepPositions(session, this.layer, progress);
      }),
    );
    const committedMs = Date.now();
    if (cleanedBy) this.cleanedBy.set(dataset, cleanedBy);
    for (const { ingest, changes, newestMs } of taken) this.note(dataset, ingest, committedMs, changes, newestMs);
    this.version++;
    for (const listener of this.listeners) listener({ layer: this.layer, dataset, committedMs, positions: progress });
  }

  private note(
    dataset: Dataset,
    ingest: bigint,
    committedMs: number,
    changes: readonly Change[],
    newestMs: number | undefined,
  ): void {
    this.tallies[dataset].add(changes);
    if (newestMs !== undefined) this.newestMs = Math.max(this.newestMs ?? 0, newestMs);
    this.remember(ingest, committedMs);
  }

  private remember(ingest: bigint, committedMs: number): void {
    this.commits.set(ingest, committedMs);
    if (this.commits.size > REMEMBERED_INGESTS) this.commits.delete(this.commits.keys().next().value!);
  }

  /** Keeps by which rules records came in, which may not be those that cleaned the ones before. */
  private async keepRules(session: Session, dataset: Dataset, rules: string): Promise<CleanedBy | undefined> {
    const known = this.cleanedBy.get(dataset);
    const isKept = known
      ? known.rules === rules || known.rules === SEVERAL
      : recordsIn(this.tallies[dataset].counts) > 0;
    if (isKept) return known;
    const cleanedBy = known ? { ...known, rules: SEVERAL } : { rules, outlived: 0 };
    await keepCleanedBy(session, this.layer, dataset, cleanedBy);
    return cleanedBy;
  }
}

function forEachDataset<T>(value: (dataset: Dataset) => T): Record<Dataset, T> {
  return Object.fromEntries(DATASETS.map((dataset) => [dataset, value(dataset)])) as Record<Dataset, T>;
}
