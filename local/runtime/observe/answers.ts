import { setTimeout } from 'node:timers/promises';
import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { viewNamed, views } from '@pipeline/datasets/sql';
import type { ViewAnswer, ViewLayer, ViewResult } from '../../serving/contract';
import { SqlFault } from '../../tables';
import type { Computed, KeptAnswer, KeptAnswers, Kept as KeptByFolder } from './kept-answers';

/** What answers are computed from. */
export interface AnswerSource {
  view(layer: ViewLayer, name: string): Promise<ViewResult>;
  version(layer: Layer): number;
  /** Tells what a layer holds from whatever it holds at another time, also to another process. */
  held(layer: Layer): string;
  newestMs(layer: Layer): number | undefined;
  clean(layer: Layer): Readonly<Record<Dataset, number>>;
  /** Rows that the serving layer shows of each dataset. */
  served(): Promise<Readonly<Record<Dataset, number>>>;
  /** Gives the answer before, marked as stale, while the SQL of now is at fault. @default false */
  readonly outlivesFaults?: boolean;
}

/** A fresh answer that takes no longer than this is waited for. */
const PATIENCE_MS = 100;

interface Kept {
  computed: Computed | undefined;
  /** The question's text, and what its layers held then. */
  sql: string;
  held: KeptAnswer['held'];
  /** Layers' versions and the question's text that it was computed from. */
  basis: string;
  running: Promise<Computed> | undefined;
}

/**
 * The answers, each computed once for all who ask. Where that takes long, the one computed before is given at once, marked as stale, and
 * whoever asks next gets the new one.
 */
export class Answers {
  private readonly source: AnswerSource;
  private readonly kept = new Map<string, Kept>();
  private servedRows: { readonly basis: string; readonly rows: Promise<Readonly<Record<Dataset, number>>> } | undefined;
  private servedKept: KeptByFolder['served'];

  /** @param keeper gives the answers of the process before, and takes those of this one. @default none is kept */
  constructor(
    source: AnswerSource,
    private readonly keeper?: Pick<KeptAnswers, 'read' | 'note'>,
  ) {
    this.source = source;
    if (keeper) this.takeOver(keeper.read());
  }

  /** @throws Error with the database's words when the question cannot be answered. */
  async answer(layer: ViewLayer, view: string): Promise<ViewAnswer> {
    const kept = this.keptOf(layer, view);
    if (kept.computed !== undefined && kept.basis === this.basis(layer, view))
      return { ...kept.computed, stale: false };
    const fresh = this.compute(kept, layer, view);
    if (kept.computed === undefined) return { ...(await fresh), stale: false };
    const first = await Promise.race([fresh, setTimeout(PATIENCE_MS, undefined, { ref: false })]).catch((error) => {
      if (this.source.outlivesFaults && error instanceof SqlFault) return undefined;
      throw error;
    });
    // Whoever does not wait for it hears of its fault from the next one.
    fresh.catch(() => {});
    return first === undefined ? { ...kept.computed, stale: true } : { ...first, stale: false };
  }

  /** The answer as the tables are now, where it is there already. */
  current(layer: ViewLayer, view: string): ViewResult | undefined {
    const kept = this.kept.get(`${layer}/${view}`);
    return kept?.basis === this.basis(layer, view) ? kept.computed : undefined;
  }

  /** The answer as the tables are now, however long it takes. */
  async fresh(layer: ViewLayer, view: string): Promise<ViewAnswer> {
    const kept = this.keptOf(layer, view);
    if (kept.computed !== undefined && kept.basis === this.basis(layer, view))
      return { ...kept.computed, stale: false };
    // What is running may have begun before the last record came.
    await kept.running?.catch(() => {});
    return { ...(await this.compute(kept, layer, view)), stale: false };
  }

  /** Forgets what is out of date, so that nobody is given it: after somebody asked for everything to be taken in. */
  forgetStale(): void {
    for (const [name, kept] of this.kept) {
      const [layer, view] = name.split('/') as [ViewLayer, string];
      if (kept.basis !== this.basis(layer, view)) this.kept.delete(name);
    }
  }

  /** What `served` gave last, in this process or, while nothing has come since, the one before. */
  get servedLast(): Readonly<Record<Dataset, number>> | undefined {
    return this.servedKept?.rows;
  }

  /** Rows that the serving layer shows, counted once for each version of the layers. */
  served(): Promise<Readonly<Record<Dataset, number>>> {
    const basis = LAYERS.map((layer) => this.source.version(layer)).join();
    if (this.servedRows?.basis !== basis) {
      const held = this.heldBy(LAYERS) as Record<Layer, string>;
      const rows = this.source.served();
      this.servedRows = { basis, rows };
      rows.then(
        (counted) => {
          this.servedKept = { held, rows: counted };
          this.keep();
        },
        () => {
          this.servedRows = undefined;
        },
      );
    }
    return this.servedRows!.rows;
  }

  private keptOf(layer: ViewLayer, view: string): Kept {
    const name = `${layer}/${view}`;
    let kept = this.kept.get(name);
    if (kept === undefined) {
      kept = { computed: undefined, sql: '', held: {}, basis: '', running: undefined };
      this.kept.set(name, kept);
    }
    return kept;
  }

  private compute(kept: Kept, layer: ViewLayer, view: string): Promise<Computed> {
    kept.running ??= this.computed(kept, layer, view).finally(() => {
      kept.running = undefined;
    });
    return kept.running;
  }

  private async computed(kept: Kept, layer: ViewLayer, view: string): Promise<Computed> {
    const basis = this.basis(layer, view);
    const layers = layersOf(layer);
    const versions = Object.fromEntries(layers.map((each) => [each, this.source.version(each)]));
    const held = this.heldBy(layers);
    const { sql } = viewNamed(view);
    const newest = layers.map((each) => this.source.newestMs(each)).filter((ms) => ms !== undefined);
    const [result, restsOn] = await Promise.all([
      this.source.view(layer, view),
      layer === 'serving' ? this.served() : this.source.clean(layer),
    ]);
    const computed: Computed = {
      ...result,
      view,
      layer,
      asOf: newest.length === 0 ? null : new Date(Math.max(...newest)).toISOString(),
      computedAt: new Date().toISOString(),
      versions,
      restsOn: Object.fromEntries(DATASETS.map((dataset) => [dataset, restsOn[dataset]])) as Record<Dataset, number>,
    };
    kept.computed = computed;
    kept.sql = sql;
    kept.held = held;
    kept.basis = basis;
    this.keep();
    return computed;
  }

  /** Answers of the process before. Those over rows that are still all there is need not be computed again. */
  private takeOver({ answers, served }: KeptByFolder): void {
    const questions = new Map(views().map(({ name, sql }) => [name, sql]));
    for (const { layer, view, sql, held, computed } of answers) {
      if (questions.get(view) !== sql) continue;
      const kept = this.keptOf(layer, view);
      const layers = layersOf(layer);
      const isCurrent = layers.every((each) => held[each] === this.source.held(each));
      const versions = Object.fromEntries(layers.map((each) => [each, this.source.version(each)]));
      kept.sql = sql;
      kept.held = held;
      kept.computed = { ...computed, versions: isCurrent ? versions : {} };
      if (isCurrent) kept.basis = this.basis(layer, view);
    }
    if (served && LAYERS.every((each) => served.held[each] === this.source.held(each))) this.servedKept = served;
  }

  private keep(): void {
    this.keeper?.note(() => ({
      answers: [...this.kept.values()].flatMap(({ computed, sql, held }): KeptAnswer[] =>
        computed === undefined ? [] : [{ layer: computed.layer, view: computed.view, sql, held, computed }],
      ),
      served: this.servedKept,
    }));
  }

  private heldBy(layers: readonly Layer[]): KeptAnswer['held'] {
    return Object.fromEntries(layers.map((each) => [each, this.source.held(each)]));
  }

  private basis(layer: ViewLayer, view: string): string {
    return [...layersOf(layer).map((each) => this.source.version(each)), viewNamed(view).sql].join();
  }
}

function layersOf(layer: ViewLayer): readonly Layer[] {
  return layer === 'serving' ? LAYERS : [layer];
}
