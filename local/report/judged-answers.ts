import type { ExpectedAnswers, SourceOptions, ViewAnswer } from '@pipeline/datasets/synthetic';
import { isOfSource } from '../judgement/others';
import { VIEW_LAYERS, type ViewLayer } from '../serving';
import type { Judgement, KnownSource } from '../serving/contract';
import { checkView, checkViews, noneDiffers, type ViewCheck, type ViewChecks } from './check';
import type { Computed } from './engines';
import type { Answers, ViewsClient } from './views-client';

export interface JudgedAnswers {
  /** Undefined where no record of the source has arrived, so that nobody knows what is right. */
  readonly checks: ViewChecks | undefined;
  /** What arrived; undefined where it is the whole source and nothing else. */
  readonly judgement?: Judgement;
}

export interface AnswersToJudge {
  readonly client: Pick<ViewsClient, 'judgement' | 'answers'>;
  readonly computed: Pick<Computed, 'answers' | 'spark'>;
  readonly source: KnownSource;
  /** Whether the source was replayed, so that it may have come whole: comparing with its right answers is cheap. */
  readonly replayed: boolean;
  /** The right answers of the whole source, where somebody computes them already. @default computed here */
  readonly right?: Promise<Pick<ExpectedAnswers, 'views'>>;
  /** Whether anything else tells already that more or less than the source has come. @default false */
  readonly miscounted?: boolean;
}

/** Compares all answers with the right ones: the whole source's, or where these do not hold, those of what arrived of it. */
export async function judgeAnswers(work: AnswersToJudge): Promise<JudgedAnswers> {
  const { client, computed, source, replayed, miscounted = false } = work;
  if (replayed && !miscounted) {
    const { views } = await (work.right ?? rightAnswers(source));
    const checks = checkViews(views, computed.answers);
    if (noneDiffers(checks)) return { checks };
  }
  const judgement = await client.judgement(source);
  if (!isOfSource(judgement)) return { checks: undefined, judgement };
  // Spark says nothing of its records: over those of others its answers have to be the ones that were judged without them.
  const judged = computed.spark ? await client.answers() : undefined;
  return { checks: checksOf(judgement, computed.answers, judged), judgement };
}

/** Loaded here alone: whoever has the right answers does not need the synthetic source. */
function rightAnswers(source: SourceOptions): ExpectedAnswers {
  const { expectedAnswers } = require('@pipeline/datasets/synthetic') as typeof import('@pipeline/datasets/synthetic');
  return expectedAnswers(source);
}

function checksOf({ views, others }: Judgement, answers: Answers, judged: Answers | undefined): ViewChecks {
  const check = (name: string, layer: ViewLayer): ViewCheck => {
    const { answer, right } = views[name]![layer];
    const own = checkView(answer, (right ?? undefined) as ViewAnswer | undefined);
    if (judged === undefined || own.golden !== 'match') return own;
    const beside = others.some((found) => layer === 'serving' || found.layer === layer);
    const whole = judged[`${layer}.${name}`]!;
    const columns = whole.columns.map((column) => column.name);
    return checkView(answers[`${layer}.${name}`]!, (beside ? { columns, rows: whole.rows } : right!) as ViewAnswer);
  };
  return Object.fromEntries(
    Object.keys(views).map((name) => [
      name,
      Object.fromEntries(VIEW_LAYERS.map((layer) => [layer, check(name, layer)])) as Record<ViewLayer, ViewCheck>,
    ]),
  );
}
