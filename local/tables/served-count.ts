import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import type { Session } from './session';

interface Counted {
  /** Number of the newest ingest of each layer that is counted. */
  readonly marks: Readonly<Record<Layer, bigint>>;
  readonly rows: number;
}

/**
 * Rows that the serving layer shows of each dataset: one for every key that is clean in either layer. They are counted once, and then only
 * what came since: a key that has a clean row keeps one, and the ingests of a table are committed in the order of their numbers.
 */
export class ServedCount {
  private readonly counted = new Map<Dataset, Counted>();
  private emptied = 0;

  /** @param session of this alone, so that nobody's question keeps it waiting */
  constructor(private readonly session: Session) {}

  /** @param emptied how often the tables were emptied: what was counted before that is not there any more */
  count(emptied: number): Promise<Record<Dataset, number>> {
    return this.session.exclusive(async () => {
      if (emptied !== this.emptied) this.counted.clear();
      this.emptied = emptied;
      const counts: Partial<Record<Dataset, number>> = {};
      for (const dataset of DATASETS) counts[dataset] = await this.atOneMoment(() => this.countOf(dataset));
      return counts as Record<Dataset, number>;
    });
  }

  private async countOf(dataset: Dataset): Promise<number> {
    const before = this.counted.get(dataset);
    const marks = await this.marks(dataset);
    const rows = before ? before.rows + (await this.added(dataset, before.marks)) : await this.all(dataset);
    this.counted.set(dataset, { marks, rows });
    return rows;
  }

  private async marks(dataset: Dataset): Promise<Record<Layer, bigint>> {
    const newest = LAYERS.map((layer) => `(select coalesce(max(r.ingest), 0) from ${layer}.${dataset}_records as r)`);
    const [row] = await this.rows(`select ${newest.join(', ')}`);
    return Object.fromEntries(LAYERS.map((layer, at) => [layer, row![at] as bigint])) as Record<Layer, bigint>;
  }

  private async all(dataset: Dataset): Promise<number> {
    const keys = LAYERS.map((layer) => `select c.ind from ${layer}.${dataset} as c`).join(' union ');
    const [row] = await this.rows(`select count(*) from (${keys}) as k`);
    return Number(row![0]);
  }

  /** Keys among what came since that were in neither layer before. */
  private async added(dataset: Dataset, marks: Counted['marks']): Promise<number> {
    const taken = (layer: Layer, ingests: string, bounds = '') =>
      `select r.ind from ${layer}.${dataset}_records as r
      where r.ingest ${ingests} ${marks[layer]} and r.outcome <> 'quarantined' ${bounds}`;
    const fresh = LAYERS.map((layer) => taken(layer, '>')).join(' union ');
    const [range] = await this.rows(`select min(f.ind), max(f.ind) from (${fresh}) as f`);
    const [least, greatest] = range!;
    if (least === null) return 0;
    // The bounds let DuckDB pass over the row groups of other keys.
    const bounds = `and r.ind between ${least} and ${greatest}`;
    const older = LAYERS.map((layer) => taken(layer, '<=', bounds)).join(' union all ');
    const [row] = await this.rows(
      `select count(*) from (${fresh}) as f where not exists (select 1 from (${older}) as o where o.ind = f.ind)`,
    );
    return Number(row![0]);
  }

  private async rows(sql: string) {
    return (await this.session.connection.runAndReadAll(sql)).getRows();
  }

  private async atOneMoment<T>(work: () => Promise<T>): Promise<T> {
    const { connection } = this.session;
    await connection.run('begin transaction');
    try {
      return await work();
    } finally {
      await connection.run('rollback').catch(() => {});
    }
  }
}
