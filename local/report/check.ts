import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import type { ExpectedAnswers, ViewAnswer } from '@pipeline/datasets/synthetic';
import type { LayerCounts } from '@pipeline/emulator';
import { VIEW_LAYERS, type ViewLayer, type ViewResult } from '../serving';
import type { AllStageCounts, StageCounts } from './stage-counts';

/** How one view of one layer compares with the right answer. */
export interface ViewCheck {
  readonly rows: number;
  /** `match`, or where the first difference is. */
  readonly golden: 'match' | Difference;
}

export interface Difference {
  /** Rows that differ, missing and surplus ones included. */
  readonly differing: number;
  readonly expectedRows: number;
  /** The first place that differs, in words. */
  readonly first: string;
}

export type ViewChecks = Readonly<Record<string, Readonly<Record<ViewLayer, ViewCheck>>>>;

/** Compares one answer with the right one: same columns, same rows, same order, no tolerance. */
export function checkView(actual: ViewResult, expected: ViewAnswer): ViewCheck {
  const rows = actual.rows.length;
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

/** Compares every view of every layer. */
export function checkViews(
  expected: ExpectedAnswers['views'],
  view: (layer: ViewLayer, name: string) => ViewResult,
): ViewChecks {
  const checks: Record<string, Record<ViewLayer, ViewCheck>> = {};
  for (const [name, answer] of Object.entries(expected)) {
    const byLayer: Partial<Record<ViewLayer, ViewCheck>> = {};
    for (const layer of VIEW_LAYERS) byLayer[layer] = checkView(view(layer, name), answer);
    checks[name] = byLayer as Record<ViewLayer, ViewCheck>;
  }
  return checks;
}

export function allMatch(checks: ViewChecks): boolean {
  return Object.values(checks).every((byLayer) => VIEW_LAYERS.every((layer) => byLayer[layer].golden === 'match'));
}

/**
 * Every way in which the counts do not add up, as sentences; none when they do.
 *
 * A request whose answer was lost may have been stored and is sent again, so a layer may hold more records than were
 * acknowledged. Such repeats end as duplicates, or beside their like in quarantine; nothing else may differ.
 */
export function findMiscounts(
  replayed: LayerCounts,
  stages: AllStageCounts,
  expected: ExpectedAnswers['counts'],
): string[] {
  return LAYERS.flatMap((layer) =>
    DATASETS.flatMap((dataset) =>
      miscountsOf(layer, dataset, replayed[layer][dataset], stages[layer][dataset], expected),
    ),
  );
}

function miscountsOf(
  layer: Layer,
  dataset: Dataset,
  sent: LayerCounts[Layer][Dataset],
  stage: StageCounts,
  expectedCounts: ExpectedAnswers['counts'],
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
  must(stage.clean === expected.clean, `${stage.clean} clean rows, expected ${expected.clean}`);
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
