import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { views as questions } from '@pipeline/datasets/sql';
import type { ExpectedAnswers, SourceOptions } from '@pipeline/datasets/synthetic';
import type { FirstDifference, Verdict, ViewLayer, ViewState } from '../../serving/contract';
import { VIEW_LAYERS } from '../../serving/view-layers';
import type { Answers } from './answers';
import { firstDifference } from './difference';
import type { RightAnswers } from './right-answers';

/** What has come so far. */
export interface Standing {
  /** Records in topics and streams. */
  readonly stored: Readonly<Record<Layer, Readonly<Record<Dataset, number>>>>;
  /** Clean records. */
  readonly clean: Readonly<Record<Layer, Readonly<Record<Dataset, number>>>>;
  /** Records that are in a log and not yet in the tables. */
  readonly waiting: number;
  /** Stored records that are nowhere, as far as can be told now. */
  readonly unaccounted: number;
  /** Grows whenever tables change. */
  readonly versions: string;
}

export interface VerdictOptions {
  readonly answers: Answers;
  readonly right: RightAnswers;
  /** The source that was replayed into this folder, if one was. */
  readonly source: () => SourceOptions | undefined;
  readonly standing: () => Standing;
  /** Told when there is a new verdict. */
  readonly onChange: () => void;
  readonly onError: (error: Error) => void;
}

type Compared = Pick<Verdict, 'views' | 'layersAgree' | 'firstDifference' | 'notCompared' | 'comparedMs'>;

/** Comparing takes at most this part of the time, however large the answers are. */
const REST_FACTOR = 10;

/** Says whether all answers are right, comparing anew whenever the pipeline has come to rest with other tables. */
export class Verdicts {
  readonly #options: VerdictOptions;
  #compared: Compared = everyView('unknown', null, null);
  #comparedVersions = '';
  #expected: ExpectedAnswers | undefined;
  #comparing: Promise<void> | undefined;
  #restsUntilMs = 0;

  constructor(options: VerdictOptions) {
    this.#options = options;
  }

  /** The verdict now. Asking for it lets the next comparison begin, if one is due. */
  now(): Verdict {
    const standing = this.#options.standing();
    this.#consider(standing);
    const delivered = sum(standing.stored);
    const isCurrent = this.#comparedVersions === standing.versions && standing.waiting === 0;
    const compared = isCurrent ? this.#compared : waiting(this.#compared);
    return {
      ...compared,
      state: stateOf(delivered, isCurrent, compared, standing),
      delivered,
      sent: this.#sent(),
      unaccounted: standing.waiting === 0 ? standing.unaccounted : 0,
    };
  }

  /** Why there is no right answer for what has arrived just now; null when there is one. */
  async whyNotNow(): Promise<string | null> {
    const source = this.#options.source();
    this.#expected = source && (await this.#options.right.of(source));
    return this.#whyNot(this.#options.standing());
  }

  /** Waits until a comparison that is under way has ended. */
  async settled(): Promise<void> {
    await this.#comparing;
  }

  #consider(standing: Standing): void {
    if (this.#comparing || standing.waiting > 0 || standing.versions === this.#comparedVersions) return;
    if (sum(standing.stored) === 0 || Date.now() < this.#restsUntilMs) return;
    const startedMs = Date.now();
    this.#comparing = this.#compare(standing)
      .catch(this.#options.onError)
      .finally(() => {
        this.#comparing = undefined;
        this.#restsUntilMs = Date.now() + REST_FACTOR * (Date.now() - startedMs);
        this.#options.onChange();
      });
  }

  async #compare(standing: Standing): Promise<void> {
    const source = this.#options.source();
    this.#expected = source && (await this.#options.right.of(source));
    const notCompared = this.#whyNot(standing);
    const views: Record<string, Record<ViewLayer, ViewState>> = {};
    let first: FirstDifference | null = null;
    let agree = DATASETS.every((dataset) => standing.clean.batch[dataset] === standing.clean.speed[dataset]);
    for (const { name } of questions()) {
      const states: Partial<Record<ViewLayer, ViewState>> = {};
      const texts: Partial<Record<ViewLayer, string>> = {};
      for (const layer of VIEW_LAYERS) {
        const answer = await this.#options.answers.fresh(layer, name);
        texts[layer] = JSON.stringify(answer.rows);
        const right = this.#expected?.views[name];
        if (notCompared !== null || right === undefined) {
          states[layer] = 'unknown';
          continue;
        }
        const difference = firstDifference(answer, right);
        states[layer] = difference === undefined ? 'right' : 'wrong';
        if (difference !== undefined) first ??= { view: name, layer, ...difference };
      }
      agree &&= texts.batch === texts.speed;
      views[name] = states as Record<ViewLayer, ViewState>;
    }
    this.#compared = { views, layersAgree: agree, firstDifference: first, notCompared, comparedMs: Date.now() };
    this.#comparedVersions = standing.versions;
  }

  /** Why there is no right answer for what has arrived; null when there is one. */
  #whyNot({ stored }: Standing): string | null {
    if (this.#expected === undefined)
      return 'No source was replayed into this folder, so nobody knows the right answers; `npm start` replays one.';
    for (const layer of LAYERS) {
      for (const dataset of DATASETS) {
        const missing = this.#expected.counts[layer][dataset].read - stored[layer][dataset];
        if (missing > 0)
          return `${missing} ${dataset} records of the replayed source have not come into the ${layer} layer yet.`;
        if (missing < 0)
          return `The ${layer} layer holds ${-missing} ${dataset} records more than the replayed source has, so its right answers do not hold.`;
      }
    }
    return null;
  }

  #sent(): number | null {
    if (this.#expected !== undefined)
      return LAYERS.reduce(
        (sent, layer) => sent + DATASETS.reduce((all, dataset) => all + this.#expected!.counts[layer][dataset].read, 0),
        0,
      );
    const source = this.#options.source();
    return source === undefined || source.hardMode ? null : source.posts * DATASETS.length * LAYERS.length;
  }
}

function stateOf(delivered: number, isCurrent: boolean, compared: Compared, standing: Standing): Verdict['state'] {
  if (delivered === 0) return 'empty';
  if (!isCurrent) return 'working';
  if (standing.unaccounted !== 0 || compared.firstDifference !== null || compared.layersAgree === false) return 'wrong';
  return compared.notCompared === null ? 'right' : 'agree';
}

function everyView(state: ViewState, notCompared: string | null, comparedMs: number | null): Compared {
  const states = Object.fromEntries(VIEW_LAYERS.map((layer) => [layer, state])) as Record<ViewLayer, ViewState>;
  return {
    views: Object.fromEntries(questions().map(({ name }) => [name, states])),
    layersAgree: null,
    firstDifference: null,
    notCompared,
    comparedMs,
  };
}

/** What was compared before does not hold any more. */
function waiting({ comparedMs, notCompared }: Compared): Compared {
  return everyView('waiting', notCompared, comparedMs);
}

function sum(records: Standing['stored']): number {
  return LAYERS.reduce(
    (all, layer) => all + DATASETS.reduce((inLayer, dataset) => inLayer + records[layer][dataset], 0),
    0,
  );
}
