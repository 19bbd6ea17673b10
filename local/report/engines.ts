import { join } from 'node:path';
import { readOutputs } from '@pipeline/cli/outputs';
import { namesOf } from '@pipeline/datasets/names';
import { DATASETS, type Dataset, LAYERS, type Layer } from '@pipeline/datasets/schema';
import { withLock } from '../../toolchain/folder-lock';
import type { DataFolder } from '../runtime/data-folder';
import type { LocalEnvironment } from '../runtime/environment';
import { VIEW_LAYERS, type ViewResult } from '../serving';
import { type Progress, runNotebooks, type SparkReport, type SparkTools } from '../spark';
import type { AllStageCounts, StageCounts } from './stage-counts';
import type { Answers, ViewsClient } from './views-client';

/** What an engine made of all records that the pipeline has stored. */
export interface Computed {
  readonly answers: Answers;
  readonly stages: AllStageCounts;
  /** What is wrong beyond answers and counts, as sentences. */
  readonly complaints: readonly string[];
  /** Who computed it, when it was not the runtime's own DuckDB. */
  readonly spark?: { readonly version: string; readonly seconds: SparkReport['seconds'] };
}

/** The answers of the runtime itself, whose DuckDB follows every record. */
export async function computeOnDuckDb(client: ViewsClient, stages: AllStageCounts): Promise<Computed> {
  return { answers: await client.answers(), stages, complaints: [] };
}

export interface SparkWork {
  readonly folder: DataFolder;
  readonly environment: LocalEnvironment;
  readonly tools: SparkTools;
  /** What the runtime counted; `stored` and `refusedBySink` are what Spark has to account for. */
  readonly stages: AllStageCounts;
  /** Forgets what Spark has kept, so that everything is cleaned again. @default false */
  readonly anew?: boolean;
  readonly say?: (line: string) => void;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/**
 * The answers of the notebooks, over the files of the sink and the running Kinesis endpoint of this data folder. What it keeps is in
 * `folder.spark`, and the next time goes on from there.
 *
 * @throws NotebookFailed; the signal's reason when it was told to stop
 */
export async function computeOnSpark(work: SparkWork): Promise<Computed> {
  const { folder, environment, stages, signal } = work;
  const { userId, topics, streams, region, kinesisEndpoint } = readOutputs('local', folder.outputs);
  const run = async () => {
    if (work.anew) folder.forgetSpark();
    return runNotebooks(
      {
        notebooks: ['batch', 'stream', 'serving', 'quality', 'export'],
        topicsPath: join(folder.bucket, environment.connector['topics.dir'] ?? 'topics'),
        topics,
        streams,
        kinesisEndpoint: kinesisEndpoint!,
        region,
        speedTables: namesOf(userId).tables,
        output: folder.spark,
      },
      work.tools,
      { onProgress: work.onProgress, signal },
    );
  };
  const report = await withLock(`${folder.spark}.lock`, run, { signal, tell: work.say });
  return {
    answers: answersIn(report),
    stages: accountedBy(report, stages),
    complaints: [
      ...trimmed(report, stages, environment),
      ...(report.breaches === null ? [] : [`quality: ${report.breaches}`]),
    ],
    spark: { version: report.spark, seconds: report.seconds },
  };
}

function answersIn({ views, types }: SparkReport): Answers {
  const answers = VIEW_LAYERS.flatMap((layer) =>
    Object.entries(views[layer] ?? {}).map(([view, { columns, rows }]) => {
      const typed = columns.map((name, at) => ({ name, type: types[view]![at]! }));
      return [`${layer}.${view}`, { columns: typed, rows: rows as ViewResult['rows'] }] as const;
    }),
  );
  return Object.fromEntries(answers);
}

function accountedBy({ counts }: SparkReport, stages: AllStageCounts): AllStageCounts {
  const ofDataset = (layer: Layer, dataset: Dataset): StageCounts => {
    const { stored, refusedBySink } = stages[layer][dataset];
    const { clean, quarantined, duplicates, quarantinedByReason } = counts[layer][dataset];
    return { stored, refusedBySink, clean, quarantined, duplicates, quarantinedByReason };
  };
  const ofLayer = (layer: Layer) =>
    Object.fromEntries(DATASETS.map((dataset) => [dataset, ofDataset(layer, dataset)])) as AllStageCounts[Layer];
  return Object.fromEntries(LAYERS.map((layer) => [layer, ofLayer(layer)])) as AllStageCounts;
}

/** A stream keeps its records for a day or so; what was gone before Spark first read it is the one thing that it cannot count. */
function trimmed({ counts }: SparkReport, stages: AllStageCounts, { retentionHours }: LocalEnvironment): string[] {
  return DATASETS.flatMap((dataset) => {
    const { read } = counts.speed[dataset];
    const { stored } = stages.speed[dataset];
    if (read >= stored) return [];
    return [
      `speed.${dataset}: Spark read ${read} of the ${stored} records that the stream took, and it keeps them for ` +
        `${retentionHours[dataset]} hours only; --reset begins anew`,
    ];
  });
}
