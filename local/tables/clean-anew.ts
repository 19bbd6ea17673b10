import type { DuckDBInstance } from '@duckdb/node-api';
import type { Dataset, Layer } from '@pipeline/datasets/schema';
import { LAYERS } from '@pipeline/datasets/schema';
import { keepCleanedBy, SEVERAL } from './cleaned-by';
import { anewTable, recordsColumns, recordsTable } from './ddl';
import type { LayerTables } from './layer-tables';
import { type RawRecord, Records, type Taken } from './records';
import type { SharedFunction } from './rules-digest';
import { Session } from './session';

/** Takes raw records once more. */
export interface Anew {
  ingest(dataset: Dataset, records: readonly RawRecord[]): Promise<void>;
  /** As `ingest`, for every line of files that the S3 sink wrote. */
  ingestFiles(dataset: Dataset, paths: readonly string[]): Promise<void>;
}

/** Gives `into` all raw records of some datasets of a layer once more. */
export type Again = (layer: Layer, datasets: readonly Dataset[], into: Anew) => Promise<void>;

export interface Outdated {
  readonly instance: DuckDBInstance;
  readonly layers: Readonly<Record<Layer, LayerTables>>;
  readonly functions: readonly SharedFunction[];
  /** What is to be cleaned anew. */
  readonly outdated: Readonly<Record<Layer, readonly Dataset[]>>;
}

/** @see Tables.cleanAnew @returns the new name of what the tables hold */
export async function cleanAnew({ instance, layers, functions, outdated }: Outdated, again: Again): Promise<string> {
  const beside: LayerAnew[] = [];
  try {
    for (const layer of LAYERS) beside.push(await LayerAnew.begin(instance, layers[layer], outdated[layer], functions));
    // Both to their end, also where one fails: what is beside is removed then.
    const filled = await Promise.allSettled(beside.map((each) => each.fill(again)));
    for (const result of filled) if (result.status === 'rejected') throw result.reason;
    const id = await layers.batch.checkpoints.beside(() => putInPlace(beside));
    for (const each of beside) await each.renew();
    return id;
  } finally {
    for (const each of beside) await each.end();
  }
}

/** One transaction: whoever reads, and whoever opens the file after a sudden end, finds all rows of before or all new ones. */
async function putInPlace(beside: readonly LayerAnew[]): Promise<string> {
  const [{ session }] = beside as [LayerAnew];
  let id = '';
  await session.transaction(async () => {
    for (const each of beside) await each.replace(session);
    const { connection } = session;
    id = String((await connection.runAndReadAll('update made.once set id = uuid()::string returning id')).value(0, 0));
  });
  return id;
}

/** What is cleaned anew in one layer, beside the tables that are there. */
class LayerAnew implements Anew {
  private readonly taken: Taken[] = [];
  /** Digests of the rules that cleaned: several where a file was saved meanwhile. */
  private readonly rules = new Map<Dataset, Set<string>>();

  private constructor(
    private readonly tables: LayerTables,
    private readonly datasets: readonly Dataset[],
    readonly session: Session,
  ) {}

  static async begin(
    instance: DuckDBInstance,
    tables: LayerTables,
    datasets: readonly Dataset[],
    functions: readonly SharedFunction[],
  ): Promise<LayerAnew> {
    const session = await Session.open(instance, tables.layer, functions);
    for (const dataset of datasets)
      await session.connection.run(
        `create or replace table ${anewTable(tables.layer, dataset)} ${recordsColumns(dataset)}`,
      );
    return new LayerAnew(tables, datasets, session);
  }

  async fill(again: Again): Promise<void> {
    if (this.datasets.length > 0) await again(this.tables.layer, this.datasets, this);
  }

  async ingest(dataset: Dataset, records: readonly RawRecord[]): Promise<void> {
    if (records.length > 0) await this.take(dataset, (table, ingest) => table.add(records, ingest));
  }

  async ingestFiles(dataset: Dataset, paths: readonly string[]): Promise<void> {
    if (paths.length > 0) await this.take(dataset, (table, ingest) => table.addFiles(paths, ingest));
  }

  /** Takes over what was not given again, and lets the new tables have the names of the old ones. */
  async replace(session: Session): Promise<void> {
    const { connection } = session;
    const { layer } = this.tables;
    for (const dataset of this.datasets) {
      const anew = this.recordsOf(session, dataset);
      const missing = await anew.addMissing(recordsTable(layer, dataset), this.tables.nextIngest());
      this.taken.push(missing);
      const outlived = missing.changes.reduce((sum, { records }) => sum + records, 0);
      await connection.run(`drop table ${recordsTable(layer, dataset)}`);
      await connection.run(`alter table ${anewTable(layer, dataset)} rename to ${dataset}_records`);
      const [rules = anew.rules, ...others] = this.rules.get(dataset) ?? [];
      await keepCleanedBy(session, layer, dataset, { rules: others.length === 0 ? rules : SEVERAL, outlived });
    }
  }

  async renew(): Promise<void> {
    if (this.datasets.length > 0) await this.tables.renew(this.taken);
  }

  async end(): Promise<void> {
    for (const dataset of this.datasets)
      await this.session.connection.run(`drop table if exists ${anewTable(this.tables.layer, dataset)}`);
    await this.session.close();
  }

  private take(dataset: Dataset, add: (table: Records, ingest: bigint) => Promise<Taken>): Promise<void> {
    return this.tables.checkpoints.beside(() =>
      this.session.transaction(async () => {
        const table = this.recordsOf(this.session, dataset);
        this.taken.push(await add(table, this.tables.nextIngest()));
        this.rules.set(dataset, (this.rules.get(dataset) ?? new Set()).add(table.rules));
      }),
    );
  }

  private recordsOf(session: Session, dataset: Dataset): Records {
    return new Records(session, this.tables.layer, dataset, anewTable(this.tables.layer, dataset));
  }
}
