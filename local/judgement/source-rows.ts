import { LIST, VARCHAR } from '@duckdb/node-api';
import { DATASETS, type Dataset, perDataset } from '@pipeline/datasets/schema';
import { CLEAN_SQL, duckdbRawRelation } from '@pipeline/datasets/sql';
import { type FactsOf, type SourceOptions, scripts } from '@pipeline/datasets/synthetic';
import { cleanColumns } from '../tables/ddl';
import type { Session } from '../tables/session';

/** Posts whose records are cleaned at a time. Between two of these, others of the process get their turn. */
const POSTS_AT_A_TIME = 2_000;

type Facts = { readonly [D in Dataset]: FactsOf[D][] };

/**
 * The good records of a known source, cleaned by the same SQL as those that arrived, in tables `<catalog>.main.<dataset>`: the clean
 * columns, `quarantined`, and `draft`, the number under which `facts` has what is true of the row. A good record that cleaning puts aside
 * is there as well: it is a fault of the cleaning, and answers without it must be found wrong.
 */
export class SourceRows {
  private readonly facts = perDataset((): unknown[] => []) as Facts;

  private constructor(
    private readonly session: Session,
    private readonly catalog: string,
  ) {}

  static async load(session: Session, catalog: string, source: SourceOptions): Promise<SourceRows> {
    const rows = new SourceRows(session, catalog);
    for (const dataset of DATASETS) await rows.createTable(dataset);
    const lines = perDataset((): string[] => []);
    let posts = 0;
    for (const { drafts } of scripts(source)) {
      for (const draft of drafts) {
        if (draft.verdict.facts === null) continue;
        (rows.facts[draft.dataset] as unknown[]).push(draft.verdict.facts);
        lines[draft.dataset].push(JSON.stringify(draft.value));
      }
      if (++posts % POSTS_AT_A_TIME === 0) await rows.add(lines);
    }
    await rows.add(lines);
    return rows;
  }

  /** What is true of a record of the source. */
  of<D extends Dataset>(dataset: D, draft: number): FactsOf[D] {
    return this.facts[dataset][draft]!;
  }

  private async createTable(dataset: Dataset): Promise<void> {
    await this.session.read(
      `create table ${this.catalog}.main.${dataset} as
        select ${cleanColumns(dataset).join(', ')}, false as quarantined, 0::bigint as draft from batch.${dataset}_records limit 0`,
    );
  }

  private async add(lines: Record<Dataset, string[]>): Promise<void> {
    for (const dataset of DATASETS) {
      const first = this.facts[dataset].length - lines[dataset].length;
      const raw = duckdbRawRelation(
        dataset,
        `(select unnest($1::string[]) as line, 0::bigint as arrival_time_ms, '0' as arrival_partition,
          lpad(cast(generate_subscripts($1::string[], 1) as string), 20, '0') as arrival_order)`,
      );
      await this.session.exclusive(async () => {
        const statement = await this.session.prepared(
          `insert into ${this.catalog}.main.${dataset}
            with raw_${dataset} as (${raw})
            select ${cleanColumns(dataset)
              .map((column) => `c.${column}`)
              .join(', ')}, c.outcome = 'quarantined', $2::bigint + cast(c.arrival_order as bigint) - 1
            from (${CLEAN_SQL[dataset]}) as c`,
        );
        statement.bindList(1, lines[dataset], LIST(VARCHAR));
        statement.bindBigInt(2, BigInt(first));
        await statement.run();
      });
      lines[dataset] = [];
    }
  }
}
