import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { views as questions } from '@pipeline/datasets/sql';
import type { ExpectedAnswer, Verdict, ViewLayer, ViewState } from '../../serving/contract';
import { VIEW_LAYERS } from '../../serving/view-layers';
import { type Compared, Comparison, type ComparisonOptions, type Stored } from './comparison';

/** What has come so far. */
export interface Standing {
  /** Records in topics and streams. */
  readonly stored: Stored;
  /** Clean records. */
  readonly clean: Readonly<Record<Layer, Readonly<Record<Dataset, number>>>>;
  /** Records that are in a log and not yet in the tables. */
  readonly waiting: number;
  /** Stored records that are nowhere, as far as can be told now. */
  readonly unaccounted: number;
  /** Grows whenever tables change. */
  readonly versions: string;
}

export interface VerdictOptions extends ComparisonOptions {
  readonly standing: () => Standing;
  /** Told when there is a new verdict. */
  readonly onChange: () => void;
  readonly onError: (error: Error) => void;
}

type Kept = Compared & Pick<Verdict, 'layersAgree' | 'comparedMs'>;

/** Comparing takes at most this part of the time, however large the answers are. */
const REST_FACTOR = 10;

/** Says whether all answers are right, comparing anew whenever the pipeline has come to rest with other tables. */
export class Verdicts {
  private readonly options: VerdictOptions;
  private readonly comparison: Comparison;
  private compared: Kept = everyView('unknown', null, null);
  private comparedVersions = '';
  private comparing: Promise<void> | undefined;
  private restsUntilMs = 0;

  constructor(options: VerdictOptions) {
    this.options = options;
    this.comparison = new Comparison(options);
  }

  /** The verdict now. Asking for it lets the next comparison begin, if one is due. */
  now(): Verdict {
    const standing = this.options.standing();
    this.consider(standing);
    const delivered = sum(standing.stored);
    const isCurrent = this.comparedVersions === standing.versions && standing.waiting === 0;
    const compared = isCurrent ? this.compared : waiting(this.compared);
    return {
      ...compared,
      state: stateOf(delivered, isCurrent, compared, standing),
      delivered,
      sent: this.sent(),
      unaccounted: standing.waiting === 0 ? standing.unaccounted : 0,
    };
  }

  /** The right answer for what has come into a layer just now. */
  rightAnswer(view: string, layer: ViewLayer): Promise<ExpectedAnswer> {
    return this.comparison.rightAnswer(this.options.standing().stored, view, layer);
  }

  /** Waits until a comparison that is under way has ended. */
  async settled(): Promise<void> {
    await this.comparing;
  }

  private consider(standing: Standing): void {
    if (this.comparing || standing.waiting > 0 || standing.versions === this.comparedVersions) return;
    if (sum(standing.stored) === 0 || Date.now() < this.restsUntilMs) return;
    const startedMs = Date.now();
    this.comparing = this.compare(standing)
      .catch(this.options.onError)
      .finally(() => {
        this.comparing = undefined;
        this.restsUntilMs = Date.now() + REST_FACTOR * (Date.now() - startedMs);
        this.options.onChange();
      });
  }

  private async compare(standing: Standing): Promise<void> {
    const compared = await this.comparison.compare(standing.stored);
    this.compared = { ...compared, layersAgree: await this.layersAgree(standing), comparedMs: Date.now() };
    this.comparedVersions = standing.versions;
  }

  private async layersAgree({ clean }: Standing): Promise<boolean> {
    if (!DATASETS.every((dataset) => clean.batch[dataset] === clean.speed[dataset])) return false;
    for (const { name } of questions()) {
      const [batch, speed] = await Promise.all(LAYERS.map((layer) => this.options.answers.fresh(layer, name)));
      if (JSON.stringify(batch!.rows) !== JSON.stringify(speed!.rows)) return false;
    }
    return true;
  }

  private sent(): number | null {
    const { expected } = this.comparison;
    if (expected !== undefined)
      return LAYERS.reduce(
        (sent, layer) => sent + DATASETS.reduce((all, dataset) => all + expected.counts[layer][dataset].read, 0),
        0,
      );
    const source = this.options.source();
    return source === undefined || source.hardMode ? null : source.posts * DATASETS.length * LAYERS.length;
  }
}

function stateOf(delivered: number, isCurrent: boolean, compared: Kept, standing: Standing): Verdict['state'] {
  if (delivered === 0) return 'empty';
  if (!isCurrent) return 'working';
  if (standing.unaccounted !== 0 || compared.firstDifference !== null) return 'wrong';
  if (compared.notCompared === null) return 'right';
  // Layers that took different records do not have to agree.
  const isSame = DATASETS.every((dataset) => standing.stored.batch[dataset] === standing.stored.speed[dataset]);
  return isSame && compared.layersAgree === false ? 'wrong' : 'agree';
}

function everyView(state: ViewState, notCompared: string | null, comparedMs: number | null): Kept {
  const states = Object.fromEntries(VIEW_LAYERS.map((layer) => [layer, state])) as Record<ViewLayer, ViewState>;
  return {
    views: Object.fromEntries(questions().map(({ name }) => [name, states])),
    layersAgree: null,
    firstDifference: null,
    others: null,
    notCompared,
    comparedMs,
  };
}

/** What was compared before does not hold any more. */
function waiting({ comparedMs, notCompared }: Kept): Kept {
  return everyView('waiting', notCompared, comparedMs);
}

function sum(records: Standing['stored']): number {
  return LAYERS.reduce(
    (all, layer) => all + DATASETS.reduce((inLayer, dataset) => inLayer + records[layer][dataset], 0),
    0,
  );
}
