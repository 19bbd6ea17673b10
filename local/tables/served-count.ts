import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { recordsTable } from './ddl';
import type { Session } from './session';

interface Counted {
  /** Number of the newest ingest of each layer that is counted. */
  readonly marks: Readonly<Record<Layer, bigint>>;
  readonly rows: number;
  /** What the layers held then. */
  readonly held: string;
}

/**
 * Rows that the serving layer shows of each dataset: one for every key that is clean in either layer. They are counted once, and then only
 * what came since: a key that has a clean row keeps one, and the ingests of a table are committed in the order of their numbers.
 */
export class ServedCount {
  private readonly counted = new Map<Dataset, Counted>();
  private renewed = 0;

  /**
   * @param session of this alone, so that nobody's question keeps it waiting
   * @param heldOf what the layers hold of a dataset: another text whenever that is another
   */
  constructor(
    private readonly session: Session,
    private readonly heldOf: (dataset: Dataset) => string,
  ) {}

  /** @param renewed how often the tables were emptied or their rows replaced: what was counted before that is not there any more */
  count(renewed: number): Promise<Record<Dataset, number>> {
    return this.session.exclusive(async () => {
      if (renewed !== this.renewed) this.counted.clear();
      this.renewed = renewed;
      const counts: Partial<Record<Dataset, number>> = {};
      for (const dataset of DATASETS) counts[dataset] = await this.countOf(dataset);
      return counts as Record<Dataset, number>;
    });
  }

  private async countOf(dataset: Dataset): Promise<number> {
    const before = this.counted.get(dataset);
    const held = this.heldOf(dataset);
    if (before?.held === held) return before.rows;
    // One statement sees one moment.
    const newest = LAYERS.map(
      (layer) => `(select coalesce(max(r.ingest), 0) from ${recordsTable(layer, dataset)} as r)`,
    );
    const keys = before ? addedKeys(dataset, before.marks) : allKeys(dataset);
    const reader = await this.session.connection.runAndReadAll(
      `select (select count(*) from (${keys}) as k), ${newest.join(', ')}`,
    );
    const [found, ...marks] = reader.getRows()[0] as bigint[];
    const rows = (before?.rows ?? 0) + Number(found);
    const marksOf = Object.fromEntries(LAYERS.map((layer, at) => [layer, marks[at]!])) as Record<Layer, bigint>;
    this.counted.set(dataset, { marks: marksOf, rows, held });
    return rows;
  }
}

function allKeys(dataset: Dataset): string {
  return LAYERS.map((layer) => `select c.ind from ${layer}.${dataset} as c`).join(' union ');
}

/** Keys among what came since that were in neither layer before. */
function addedKeys(dataset: Dataset, marks: Counted['marks']): string {
  const taken = (layer: Layer, ingests: '>' | '<=') =>
    `select r.ind from ${recordsTable(layer, dataset)} as r where r.ingest ${ingests} ${marks[layer]} and r.outcome <> 'quarantined'`;
  const fresh = LAYERS.map((layer) => taken(layer, '>')).join(' union ');
  const older = LAYERS.map((layer) => taken(layer, '<=')).join(' union all ');
  return `select f.ind from (${fresh}) as f where not exists (select 1 from (${older}) as o where o.ind = f.ind)`;
}
