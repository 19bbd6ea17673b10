import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { views as questions } from '@pipeline/datasets/sql';
import type { ExpectedAnswers, SourceOptions } from '@pipeline/datasets/synthetic';
import { isOfSource, othersFound } from '../../judgement';
import type {
  ExpectedAnswer,
  FirstDifference,
  Judged,
  Judgement,
  Verdict,
  ViewLayer,
  ViewState,
} from '../../serving/contract';
import { VIEW_LAYERS } from '../../serving/view-layers';
import type { Answers } from './answers';
import { firstDifference } from './difference';
import { DEFAULT_SOURCE, type Judgements } from './judgements';
import type { RightAnswers } from './right-answers';

export interface ComparisonOptions {
  readonly answers: Pick<Answers, 'fresh'>;
  readonly right: Pick<RightAnswers, 'of'>;
  readonly judgements: Pick<Judgements, 'of'>;
  /** The source that was replayed into this folder, if one was. */
  readonly source: () => SourceOptions | undefined;
}

export type Stored = Readonly<Record<Layer, Readonly<Record<Dataset, number>>>>;
export type Compared = Pick<Verdict, 'views' | 'firstDifference' | 'notCompared' | 'others'>;

/**
 * Compares the answers with the right ones: those of the whole source where all of it and nothing else has come, which is cheap, and
 * otherwise those of what has come of it.
 */
export class Comparison {
  private readonly options: ComparisonOptions;
  private rightAnswers: ExpectedAnswers | undefined;

  constructor(options: ComparisonOptions) {
    this.options = options;
  }

  /** Records that the replayed source has, as far as that has been computed. */
  get expected(): ExpectedAnswers | undefined {
    return this.rightAnswers;
  }

  async compare(stored: Stored): Promise<Compared> {
    const { answers } = this.options;
    if (await this.isWhole(stored)) {
      const whole = await statesOf(async (layer, name) => ({
        answer: await answers.fresh(layer, name),
        right: this.rightAnswers?.views[name] ?? null,
      }));
      if (whole.firstDifference === null) return { ...whole, notCompared: null, others: null };
    }
    const judgement = await this.judgement();
    const others = othersFound(judgement.others);
    if (isOfSource(judgement)) {
      const judged = await statesOf((layer, name) => judgement.views[name]?.[layer]);
      return { ...judged, notCompared: null, others };
    }
    return {
      ...(await statesOf(() => undefined)),
      notCompared: notOf(judgement),
      // Of a source that nobody named, records need not be.
      others: this.options.source() === undefined ? null : others,
    };
  }

  /** The right answer for what has come into a layer just now. */
  async rightAnswer(stored: Stored, view: string, layer: ViewLayer): Promise<ExpectedAnswer> {
    const unknown: ExpectedAnswer = { known: false, why: `Nobody has written the right answer to ${view} yet.` };
    if (await this.isWhole(stored)) {
      const right = this.rightAnswers?.views[view];
      if (right === undefined) return unknown;
      const difference = firstDifference(await this.options.answers.fresh(layer, view), right);
      if (difference === undefined) return { known: true, ...right, judged: null };
    }
    const judgement = await this.judgement();
    if (!isOfSource(judgement)) return { known: false, why: notOf(judgement) };
    const judged = judgement.views[view]?.[layer];
    if (!judged?.right) return unknown;
    return { known: true, ...judged.right, judged: { others: othersFound(judgement.others), answer: judged.answer } };
  }

  private judgement(): Promise<Judgement> {
    return this.options.judgements.of(this.options.source() ?? DEFAULT_SOURCE);
  }

  /** Whether the replayed source has come whole, and nothing else. */
  private async isWhole(stored: Stored): Promise<boolean> {
    const source = this.options.source();
    this.rightAnswers = source && (await this.options.right.of(source));
    return (
      this.rightAnswers !== undefined &&
      LAYERS.every((layer) =>
        DATASETS.every((dataset) => this.rightAnswers!.counts[layer][dataset].read === stored[layer][dataset]),
      )
    );
  }
}

async function statesOf(
  judgedOf: (layer: ViewLayer, name: string) => Promise<Judged> | Judged | undefined,
): Promise<Pick<Compared, 'views' | 'firstDifference'>> {
  const views: Record<string, Record<ViewLayer, ViewState>> = {};
  let first: FirstDifference | null = null;
  for (const { name } of questions()) {
    const states: Partial<Record<ViewLayer, ViewState>> = {};
    for (const layer of VIEW_LAYERS) {
      const judged = await judgedOf(layer, name);
      states[layer] = 'unknown';
      if (!judged?.right) continue;
      const difference = firstDifference(judged.answer, judged.right);
      states[layer] = difference === undefined ? 'right' : 'wrong';
      if (difference !== undefined) first ??= { view: name, layer, ...difference };
    }
    views[name] = states as Record<ViewLayer, ViewState>;
  }
  return { views, firstDifference: first };
}

function notOf({ source }: Judgement): string {
  return (
    `None of the records is of the source with seed ${source.seed} and ${source.posts} posts` +
    `${source.hardMode ? ' in hard mode' : ''}, so nobody knows the right answers; ` +
    '`npm run answers` takes another with --seed and --posts.'
  );
}
