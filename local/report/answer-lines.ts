import { grouped as count, table } from '@pipeline/cli/table';
import { VIEW_LAYERS } from '../serving';
import type { Judgement } from '../serving/contract';
import { NO_RIGHT_ANSWER, type ViewChecks } from './check';
import type { Computed } from './engines';

/** What arrived, without the answers. */
export function judgementJson({ source, arrived, others, changedByOthers }: Judgement): object {
  return { source, arrived, others, changedByOthers };
}

/** Per view: its rows, and whether each layer's answer is the right one. */
export function viewsJson(views: ViewChecks): object {
  return Object.fromEntries(
    Object.entries(views).map(([name, byLayer]) => [
      name,
      {
        rows: byLayer.serving.rows,
        golden: goldenOf(byLayer),
        layers: Object.fromEntries(VIEW_LAYERS.map((layer) => [layer, byLayer[layer].golden])),
      },
    ]),
  );
}

/** Which answers are no longer what they were, in a sentence. */
export function renderChanges(changed: readonly string[]): string {
  if (changed.length === 0) return 'No answer has changed.';
  return `Changed: ${changed.join(', ')}.`;
}

/** Question by question, and under the table where each wrong answer differs first. */
export function viewTable(views: ViewChecks): string[] {
  const rows = Object.entries(views).map(([name, byLayer]) => [
    name,
    count(byLayer.serving.rows),
    ...VIEW_LAYERS.map((layer) => cellOf(byLayer[layer].golden)),
  ]);
  const differences = Object.entries(views).flatMap(([name, byLayer]) =>
    VIEW_LAYERS.flatMap((layer) => {
      const { golden } = byLayer[layer];
      return typeof golden === 'string'
        ? []
        : [`${name} (${layer}): ${count(golden.differing)} rows differ; ${golden.first}`];
    }),
  );
  const unknown = Object.keys(views).filter((name) => goldenOf(views[name]!) === NO_RIGHT_ANSWER);
  const notes = unknown.map((name) => `${name}: ${NO_RIGHT_ANSWER}; npm test says how to write it`);
  return [...table(['question', 'rows', ...VIEW_LAYERS], rows), ...differences, ...notes];
}

/** Who answered, and how long each notebook took. */
export function sparkLine({ version, seconds }: NonNullable<Computed['spark']>): string {
  const notebooks = Object.entries(seconds).map(([notebook, took]) => `${notebook} ${took.toFixed(1)} s`);
  return `Answered by the notebooks on Spark ${version}: ${notebooks.join(', ')}.`;
}

/** Whether all is right, in a sentence. @param miscounts undefined where nobody counted */
export function verdict(views: ViewChecks, miscounts?: readonly string[]): string {
  const known = Object.values(views)
    .map(goldenOf)
    .filter((golden) => golden !== NO_RIGHT_ANSWER);
  const right = known.filter((golden) => golden === 'match').length;
  const all = right === known.length;
  const unknown = Object.keys(views).length - known.length;
  const others = unknown === 0 ? '' : ` (of ${count(unknown)} more no right answer is known)`;
  const answers = all
    ? `All ${known.length} answers are right in every layer${others}`
    : `${right} of ${known.length} answers are right in every layer${others}`;
  if (miscounts === undefined) return `${answers}.`;
  return [
    answers,
    miscounts.length === 0 ? 'every record is accounted for.' : `${miscounts.length} counts do not add up.`,
  ].join(all && miscounts.length === 0 ? ', and ' : '; ');
}

/** The verdict on a question over all layers. */
function goldenOf(byLayer: ViewChecks[string]): 'match' | 'differs' | typeof NO_RIGHT_ANSWER {
  const goldens = VIEW_LAYERS.map((layer) => byLayer[layer].golden);
  if (goldens.some((golden) => typeof golden !== 'string')) return 'differs';
  return goldens.includes(NO_RIGHT_ANSWER) ? NO_RIGHT_ANSWER : 'match';
}

function cellOf(golden: ViewChecks[string][keyof ViewChecks[string]]['golden']): string {
  if (typeof golden !== 'string') return 'DIFFERS';
  return golden === 'match' ? 'match' : 'unknown';
}
