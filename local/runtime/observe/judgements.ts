import { LAYERS } from '@pipeline/datasets/schema';
import { CLEAN_SQL, views } from '@pipeline/datasets/sql';
import { DEFAULT_POSTS, DEFAULT_SEED, type SourceOptions } from '@pipeline/datasets/synthetic';
import { judge } from '../../judgement';
import type { Judgement, KnownSource } from '../../serving/contract';
import type { Tables } from '../../tables';

/** The source that is looked for where none was replayed: the one that everything has by default. */
export const DEFAULT_SOURCE: KnownSource = { seed: DEFAULT_SEED, posts: DEFAULT_POSTS, hardMode: false };

/** Times that the judging begins again because records came meanwhile. */
const MOST_ATTEMPTS = 3;

/** Judges the answers by what arrived, each source once for all who ask, until tables or SQL change. */
export class Judgements {
  private readonly tables: Tables;
  private kept: { readonly basis: string; readonly judgement: Promise<Judgement> } | undefined;

  constructor(tables: Tables) {
    this.tables = tables;
  }

  async of(source: SourceOptions): Promise<Judgement> {
    const basis = JSON.stringify([source, basisOf(this.tables)]);
    if (this.kept?.basis !== basis) {
      const judgement = judgeAtRest(this.tables, source);
      this.kept = { basis, judgement };
      judgement.catch(() => {
        if (this.kept?.judgement === judgement) this.kept = undefined;
      });
    }
    return this.kept.judgement;
  }
}

/** Records that come while their likes are judged would be in some answers and not in others. */
async function judgeAtRest(tables: Tables, source: SourceOptions): Promise<Judgement> {
  for (let attempt = 1; ; attempt += 1) {
    const before = versionsOf(tables);
    const judgement = await judge(tables, source);
    if (versionsOf(tables) === before || attempt === MOST_ATTEMPTS) return judgement;
  }
}

function basisOf(tables: Tables): string {
  return [versionsOf(tables), ...Object.values(CLEAN_SQL), ...views().map(({ sql }) => sql)].join();
}

function versionsOf(tables: Tables): string {
  return LAYERS.map((layer) => tables.layer(layer).version).join();
}
