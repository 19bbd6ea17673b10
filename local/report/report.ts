import { grouped as count, table } from '@pipeline/cli/table';
import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import { type DeadLetterReason, deadLetterLines, type LayerCounts } from '@pipeline/emulator';
import type { Judgement } from '../serving/contract';
import { judgementJson, sparkLine, verdict, viewsJson, viewTable } from './answer-lines';
import type { ViewChecks } from './check';
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

function injectedLines(injected: RunReport['injected']): string[] {
  const words = Object.entries(injected).map(([name, times]) => `${name} ${count(times)}`);
  return [`Hard mode injected: ${words.join(', ')}.`];
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
