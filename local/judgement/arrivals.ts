import { ARRIVAL_COLUMNS, DATASETS, type Dataset, LAYERS, type Layer, perDataset } from '@pipeline/datasets/schema';
import { AnswerSheet, type KeyFacts, type SourceOptions, type ViewAnswer } from '@pipeline/datasets/synthetic';
import { VIEW_LAYERS } from '../serving';
import type { Others, ViewLayer } from '../serving/contract';
import { cleanColumns, servingRelation } from '../tables/ddl';
import type { Session } from '../tables/session';
import { SourceRows } from './source-rows';

/**
 * The records of a known source among those that arrived: per layer and key the last one, as relations `pin`, `geo` and `user` in the
 * schemas `batch`, `speed` and `serving` of `catalog`. A record of the source that another's superseded is there as itself. What cleaning
 * put aside is in none of these, but has arrived: the tables `<dataset>_arrived` hold it, too.
 *
 * A record is the source's when its key is one of the source's and cleaning turns it into the same row as the generator's record, in whatever form it was sent.
 */
export class Arrivals {
  private constructor(
    private readonly session: Session,
    private readonly catalog: string,
    private readonly rows: SourceRows,
    readonly others: readonly Others[],
  ) {}

  /** @param catalog an empty attached database that this may fill */
  static async find(session: Session, catalog: string, source: SourceOptions): Promise<Arrivals> {
    const rows = await SourceRows.load(session, catalog, source);
    for (const schema of VIEW_LAYERS) await session.read(`create schema ${catalog}.${schema}`);
    const others: Others[] = [];
    for (const layer of LAYERS) {
      for (const dataset of DATASETS) {
        await session.read(lastOfSource(catalog, layer, dataset));
        const found = await othersIn(session, catalog, layer, dataset);
        if (found) others.push(found);
      }
    }
    for (const dataset of DATASETS) {
      const columns = [...cleanColumns(dataset), ...ARRIVAL_COLUMNS, 'quarantined', 'draft'];
      const of = (layer: ViewLayer) => `${catalog}.${layer}.${dataset}_arrived`;
      await session.read(`create table ${of('serving')} as ${servingRelation(columns, of('batch'), of('speed'))}`);
      for (const layer of VIEW_LAYERS)
        await session.read(
          `create view ${catalog}.${layer}.${dataset} as select * from ${of(layer)} as a where not a.quarantined`,
        );
    }
    return new Arrivals(session, catalog, rows, others);
  }

  /** The right answer to every question that has one, from the latent truth of the keys that arrived in a layer. */
  async rightAnswers(layer: ViewLayer): Promise<Readonly<Record<string, ViewAnswer>>> {
    const sheet = new AnswerSheet();
    const schema = `${this.catalog}.${layer}`;
    const keys = `select ${DATASETS.map((dataset) => `${dataset}_rows.draft`).join(', ')}
        from (${DATASETS.map((dataset) => `select ind from ${schema}.${dataset}_arrived`).join(' union ')}) as keys
        ${DATASETS.map((dataset) => `left join ${schema}.${dataset}_arrived as ${dataset}_rows on ${dataset}_rows.ind = keys.ind`).join('\n')}`;
    await this.session.exclusive(async () => {
      const found = await this.session.connection.stream(keys);
      // Between two parts of some thousand keys others of the process get their turn.
      for await (const rows of found.yieldRows()) {
        for (const drafts of rows) {
          const facts = perDataset((dataset) => {
            const draft = drafts[DATASETS.indexOf(dataset)];
            return draft === null ? null : this.rows.of(dataset, Number(draft));
          });
          sheet.add(facts as KeyFacts);
        }
      }
    });
    return sheet.views();
  }

  /** Keys of each dataset that arrived in a layer. */
  async count(layer: ViewLayer): Promise<Readonly<Record<Dataset, number>>> {
    const counted = await this.session.read(
      `select ${DATASETS.map((dataset) => `(select count(*) from ${this.catalog}.${layer}.${dataset}_arrived)`).join(', ')}`,
    );
    return perDataset((dataset) => Number(counted.value(DATASETS.indexOf(dataset), 0)));
  }
}

/** A row of a layer is one of the source's when all its columns are, and the verdict on it is. */
function isSame(dataset: Dataset): string {
  return cleanColumns(dataset)
    .map((column) => (column === 'ind' ? 's.ind = r.ind' : `s.${column} is not distinct from r.${column}`))
    .concat("s.quarantined = (r.outcome = 'quarantined')")
    .join(' and ');
}

function lastOfSource(catalog: string, layer: Layer, dataset: Dataset): string {
  const columns = [...cleanColumns(dataset), ...ARRIVAL_COLUMNS].map((column) => `r.${column}`).join(', ');
  return `create table ${catalog}.${layer}.${dataset}_arrived as
    select m.* exclude (nth) from (
      select ${columns}, s.quarantined, s.draft, row_number() over (
        partition by r.ind
        order by r.arrival_time_ms desc, r.arrival_order desc, r.arrival_partition desc, s.draft desc) as nth
      from ${layer}.${dataset}_records as r
      inner join ${catalog}.main.${dataset} as s on ${isSame(dataset)}
    ) as m where m.nth = 1`;
}

async function othersIn(
  session: Session,
  catalog: string,
  layer: Layer,
  dataset: Dataset,
): Promise<Others | undefined> {
  const found = await session.read(
    `select r.ind, r.arrival_time_ms, count(*) over () as records from ${layer}.${dataset}_records as r
      where r.outcome <> 'quarantined'
        and not exists (select 1 from ${catalog}.main.${dataset} as s where ${isSame(dataset)})
      order by r.arrival_time_ms, r.arrival_order, r.arrival_partition limit 1`,
  );
  const [first] = found.getRows();
  if (first === undefined) return undefined;
  const [key, arrivedMs, records] = first.map(Number);
  return { layer, dataset, records: records!, first: { key: key!, arrivedMs: arrivedMs! } };
}
