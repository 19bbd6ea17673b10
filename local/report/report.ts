import { grouped as count, table } from '@pipeline/cli/table';
import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import { type DeadLetterReason, deadLetterLines, type LayerCounts } from '@pipeline/emulator';
import { VIEW_LAYERS } from '../serving';
import type { Judgement } from '../serving/contract';
import { NO_RIGHT_ANSWER, type ViewChecks } from './check';
import type { Computed } from './engines';
import { judgementLines } from './judgement-lines';
import type { AllStageCounts } from './stage-counts';

/** Everything that a run of the pipeline has to say for itself. */
export interface RunReport {
  readonly posts: number;
  readonly seed: number;
  readonly hardMode: boolean;
  readonly replayed: LayerCounts;
  readonly stages: AllStageCounts;
  readonly views: ViewChecks;
  readonly miscounts: readonly string[];
  /** What the runtime notes and what to do about it, such as a stream that nobody reads. @default nothing */
  readonly notes?: readonly string[];
  /** Spark's version and the seconds of each notebook, when they answered. */
  readonly spark?: Computed['spark'];
  /** What arrived, when it was not the whole source and nothing else. */
  readonly judgement?: Judgement;
  /** What hard mode injected, by name. */
  readonly injected: Readonly<Record<string, number>>;
  /** Seconds from the start of the command to the report. */
  readonly seconds: number;
  /** Seconds of sending. */
  readonly replaySeconds: number;
  /** What could not be delivered, and why; none when everything was. */
  readonly deadLetters?: { readonly file: string; readonly reasons: readonly DeadLetterReason[] };
}

/** The report for people: records stage by stage, then question by question. */
export function renderRun(report: RunReport): string {
  const lines = [...stageTable(report), ''];
  if (report.hardMode) lines.push(...injectedLines(report.injected), '');
  lines.push(...viewTable(report.views), '');
  if (report.spark) lines.push(sparkLine(report.spark), '');
  if (report.judgement) lines.push(...judgementLines(report.judgement));
  if (report.deadLetters) lines.push(...deadLetterLines(report.deadLetters.reasons, report.deadLetters.file));
  if (report.notes?.length) lines.push(...report.notes.map((note) => `Note: ${note}`), '');
  lines.push(...report.miscounts, verdict(report.views, report.miscounts));
  return lines.join('\n');
}

/** The same as the one JSON object of `--json`. */
export function runJson(report: RunReport): object {
  const layers = Object.fromEntries(
    LAYERS.map((layer) => [
      layer,
      Object.fromEntries(
        DATASETS.map((dataset) => {
          const { read, delivered, deadLettered, retried } = report.replayed[layer][dataset];
          return [dataset, { read, delivered, deadLettered, retried, ...report.stages[layer][dataset] }];
        }),
      ),
    ]),
  );
  return {
    posts: report.posts,
    seed: report.seed,
    hardMode: report.hardMode,
    engine: report.spark ? 'spark' : 'duckdb',
    layers,
    views: viewsJson(report.views),
    miscounts: report.miscounts,
    ...(report.notes?.length && { notes: report.notes }),
    injected: report.injected,
    seconds: rounded(report.seconds),
    replaySeconds: rounded(report.replaySeconds),
    ...(report.deadLetters && { deadLetters: report.deadLetters }),
    ...(report.judgement && { judgement: judgementJson(report.judgement) }),
    ...(report.spark && { spark: report.spark }),
  };
}

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

function stageTable({ replayed, stages }: RunReport): string[] {
  const header = [
    'layer',
    'dataset',
    'read',
    'deliv\u00adered',
    'dead',
    'stored',
    'refused',
    'clean',
    'quaran\u00adtined',
    'dupli\u00adcates',
  ];
  const rows = LAYERS.flatMap((layer) =>
    DATASETS.map((dataset) => {
      const sent = replayed[layer][dataset];
      const stage = stages[layer][dataset];
      const numbers = [
        sent.read,
        sent.delivered,
        sent.deadLettered,
        stage.stored,
        stage.refusedBySink,
        stage.clean,
        stage.quarantined,
        stage.duplicates,
      ];
      return [layer, dataset, ...numbers.map(count)];
    }),
  );
  return table(header, rows);
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

function injectedLines(injected: RunReport['injected']): string[] {
  const words = Object.entries(injected).map(([name, times]) => `${name} ${count(times)}`);
  return [`Hard mode injected: ${words.join(', ')}.`];
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

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
