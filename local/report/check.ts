import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import type { ExpectedAnswers, ViewAnswer } from '@pipeline/datasets/synthetic';
import type { LayerCounts } from '@pipeline/emulator';
import { VIEW_LAYERS, type ViewLayer, type ViewResult } from '../serving';
import type { Judgement } from '../serving/contract';
import type { AllStageCounts, StageCounts } from './stage-counts';
import { type Answers, questionsOf } from './views-client';

/** Said of a question that nobody has written a right answer for. */
export const NO_RIGHT_ANSWER = 'no right answer known';

/** How one view of one layer compares with the right answer. */
export interface ViewCheck {
  readonly rows: number;
  /** `match`, or where the first difference is, or that there is nothing to compare with. */
  readonly golden: 'match' | Difference | typeof NO_RIGHT_ANSWER;
}

export interface Difference {
  /** Rows that differ, missing and surplus ones included. */
  readonly differing: number;
  readonly expectedRows: number;
  /** The first place that differs, in words. */
  readonly first: string;
}

export type ViewChecks = Readonly<Record<string, Readonly<Record<ViewLayer, ViewCheck>>>>;

/** Compares one answer with the right one, if there is one: same columns, same rows, same order, no tolerance. */
export function checkView(actual: ViewResult, expected: ViewAnswer | undefined): ViewCheck {
  const rows = actual.rows.length;
  if (expected === undefined) return { rows, golden: NO_RIGHT_ANSWER };
  const columns = actual.columns.map(({ name }) => name);
  if (columns.join() !== expected.columns.join()) {
    const first = `columns are ${columns.join(', ')}; expected ${expected.columns.join(', ')}`;
    return {
      rows,
      golden: { differing: Math.max(rows, expected.rows.length), expectedRows: expected.rows.length, first },
    };
  }
  let differing = 0;
  let first = '';
  for (let at = 0; at < Math.max(rows, expected.rows.length); at++) {
    const got = JSON.stringify(actual.rows[at]);
    const right = JSON.stringify(expected.rows[at]);
    if (got === right) continue;
    differing++;
    first ||= `row ${at + 1}: got ${got ?? 'nothing'}, expected ${right ?? 'nothing'}`;
  }
  return { rows, golden: differing === 0 ? 'match' : { differing, expectedRows: expected.rows.length, first } };
}

/** Compares every answer of every layer, in the order in which the questions were answered. */
export function checkViews(expected: ExpectedAnswers['views'], answers: Answers): ViewChecks {
  const checks: Record<string, Record<ViewLayer, ViewCheck>> = {};
  for (const name of questionsOf(answers)) {
    const byLayer: Partial<Record<ViewLayer, ViewCheck>> = {};
    for (const layer of VIEW_LAYERS) byLayer[layer] = checkView(answers[`${layer}.${name}`]!, expected[name]);
    checks[name] = byLayer as Record<ViewLayer, ViewCheck>;
  }
  return checks;
}

/** Whether no answer is wrong; one without a right answer is not. */
export function noneDiffers(checks: ViewChecks): boolean {
  return Object.values(checks).every((byLayer) =>
    VIEW_LAYERS.every((layer) => typeof byLayer[layer].golden === 'string'),
  );
}

/**
 * Every way in which the counts do not add up, as sentences; none when they do.
 *
 * A request whose answer was lost may have been stored and is sent again, so a layer may hold more records than were
 * acknowledged. Such repeats end as duplicates, or beside their like in quarantine; nothing else may differ.
 *
 * @param arrived the source's keys in each layer, where others' records have come as well: they may be more, but of the source all is there
 */
export function findMiscounts(
  replayed: LayerCounts,
  stages: AllStageCounts,
  expected: ExpectedAnswers['counts'],
  arrived?: Judgement['arrived'],
): string[] {
  return LAYERS.flatMap((layer) =>
    DATASETS.flatMap((dataset) =>
      miscountsOf(layer, dataset, replayed[layer][dataset], stages[layer][dataset], expected, arrived),
    ),
  );
}

function miscountsOf(
  layer: Layer,
  dataset: Dataset,
  sent: LayerCounts[Layer][Dataset],
  stage: StageCounts,
  expectedCounts: ExpectedAnswers['counts'],
  arrived: Judgement['arrived'] | undefined,
): string[] {
  const expected = expectedCounts[layer][dataset];
  const found: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) found.push(`${layer}.${dataset}: ${what}`);
  };
  must(sent.read === expected.read, `read ${sent.read} records, the source has ${expected.read}`);
  must(
    sent.read === sent.delivered + sent.deadLettered,
    `read ${sent.read} is not delivered ${sent.delivered} + dead-lettered ${sent.deadLettered}`,
  );
  must(sent.deadLettered === 0, `${sent.deadLettered} records could not be delivered`);
  const ends = stage.clean + stage.quarantined + stage.duplicates + stage.refusedBySink;
  must(
    stage.stored === ends,
    `stored ${stage.stored} is not clean ${stage.clean} + quarantined ${stage.quarantined} + duplicates ` +
      `${stage.duplicates} + refused by the sink ${stage.refusedBySink}`,
  );
  const repeats = stage.stored - sent.delivered;
  must(repeats >= 0, `stored ${stage.stored}, fewer than the ${sent.delivered} delivered`);
  if (arrived === undefined)
    must(stage.clean === expected.clean, `${stage.clean} clean rows, expected ${expected.clean}`);
  else {
    const own = arrived[layer][dataset];
    must(own === expected.clean, `${own} keys of the source arrived, expected ${expected.clean}`);
    must(
      stage.clean >= own && stage.clean - own <= Math.max(repeats, 0),
      `${stage.clean} clean rows, of which ${own} are the source's, and ${Math.max(repeats, 0)} records came beside it`,
    );
  }
  for (const end of ['quarantined', 'duplicates', 'refusedBySink'] as const) {
    const surplus = stage[end] - expected[end];
    must(surplus >= 0 && surplus <= Math.max(repeats, 0), `${end} ${stage[end]}, expected ${expected[end]}`);
  }
  if (repeats === 0) {
    const got = sorted(stage.quarantinedByReason);
    const right = sorted(expected.quarantinedByReason);
    must(got === right, `quarantined by reason ${got}, expected ${right}`);
  }
  return found;
}

function sorted(counts: Readonly<Record<string, number>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1))));
}
