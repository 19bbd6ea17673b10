import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { say } from '@pipeline/cli/command';
import { ProgressLine } from '@pipeline/cli/progress-line';
import { grouped } from '@pipeline/cli/table';
import { readOutputs } from '@pipeline/emulator';
import type { StartOptions } from './options';
import { replaySource, sampleOf } from './replay';
import { checkViews, findMiscounts, noneDiffers } from './report/check';
import { computeOnDuckDb, computeOnSpark } from './report/engines';
import { judgeAnswers } from './report/judged-answers';
import { type RunReport, renderRun, runJson } from './report/report';
import { SparkProgress } from './report/spark-progress';
import { holdsNothing } from './report/stage-counts';
import { ViewsClient } from './report/views-client';
import { DataFolder } from './runtime/data-folder';
import type { LocalEnvironment } from './runtime/environment';
import { RightAnswers } from './runtime/observe/right-answers';
import type { ServeProcess } from './runtime/serve-process';
import type { Judgement } from './serving/contract';
import type { SparkTools } from './spark';

/** Where a source is replayed. */
export interface Place {
  readonly environment: LocalEnvironment;
  readonly server: ServeProcess;
  /** What Spark needs, when it is to answer. */
  readonly tools: SparkTools | undefined;
}

/** What a replay came to. */
export interface Run {
  /** Whether every answer is right and every record accounted for. */
  readonly isGood: boolean;
  /** The report, for people or as JSON. */
  readonly text: string;
}

/**
 * Replays into a runtime, waits until every stage has read to the end, has the engine answer, and compares.
 *
 * @throws the signal's reason when it was interrupted
 */
export async function replayAndJudge(options: StartOptions, place: Place, signal: AbortSignal): Promise<Run> {
  const folder = DataFolder.open(options.data, place.environment);
  const source = { seed: options.seed, posts: options.posts, hardMode: options.hardMode };
  folder.noteReplay(source, holdsNothing(await new ViewsClient(place.server.viewsUrl, signal).counts()));
  const report = await run(options, { ...place, folder }, signal);
  return {
    isGood: noneDiffers(report.views) && report.miscounts.length === 0,
    text: options.json ? JSON.stringify(runJson(report)) : renderRun(report),
  };
}

async function run(
  options: StartOptions,
  { environment, folder, server, tools }: Place & { readonly folder: DataFolder },
  signal: AbortSignal,
): Promise<RunReport> {
  const source = { seed: options.seed, posts: options.posts, hardMode: options.hardMode };
  const sample = sampleOf(options.posts);
  say(
    `Replaying ${grouped(options.posts)} posts (seed ${options.seed}${options.hardMode ? ', hard mode' : ''}) ` +
      `into both layers; throttling as in AWS is ${options.limits === 'aws' ? 'on' : 'off'}.`,
  );
  if (sample > 0) say(`The first ${grouped(sample)} go one record a request, as the exercise sends them.`);
  const replayed = await replaySource({ source, target: readOutputs('local', folder.outputs), folder, signal });

  const client = new ViewsClient(server.viewsUrl, signal);
  const right = new RightAnswers();
  signal.addEventListener('abort', () => void right.stop(), { once: true });
  // In a thread, where they keep nobody from Ctrl-C, while the runtime reads to the end.
  const rightAnswers = right.of(source);
  rightAnswers.catch(() => {});
  const stages = await client.flush();
  const progress = new SparkProgress(new ProgressLine(process.stderr), say);
  const onProgress = progress.note.bind(progress);
  const computed = tools
    ? await computeOnSpark({ environment, folder, tools, stages, signal, say, onProgress }).finally(() =>
        progress.stop(),
      )
    : await computeOnDuckDb(client, stages);
  const { answers } = computed;
  folder.keepAnswers(answers);
  const expected = await rightAnswers;
  const miscountsOf = (arrived?: Judgement['arrived']) =>
    findMiscounts(replayed.layers, computed.stages, expected.counts, arrived);
  const miscounted = miscountsOf().length > 0;
  const { checks, judgement } = await judgeAnswers({
    ...{ client, computed, source, miscounted },
    right: rightAnswers,
    replayed: true,
  });
  return {
    ...source,
    replayed: replayed.layers,
    stages: computed.stages,
    views: checks ?? checkViews(expected.views, answers),
    miscounts: [...miscountsOf(judgement?.arrived), ...computed.complaints],
    notes: await client.notes(),
    judgement,
    spark: computed.spark,
    injected: expected.injected,
    seconds: performance.now() / 1000,
    replaySeconds: replayed.seconds,
    deadLetters: replayed.deadLetters,
  };
}

/** Says where the runtime serves what. */
export function sayWhere(data: string, { environment, server, tools }: Place): void {
  const folder = DataFolder.open(data, environment);
  const { apiUrl, kinesisEndpoint, kafka, s3Endpoint } = readOutputs('local', folder.outputs);
  say('');
  say(`Page        ${server.viewsUrl}`);
  say(`Views       ${server.viewsUrl}views`);
  say(`API         ${apiUrl}`);
  say(`Kinesis     ${kinesisEndpoint}`);
  say(`Kafka REST  ${server.proxyUrl}`);
  if (kafka) say(`Kafka       ${kafka}`);
  say(`S3          ${s3Endpoint}, bucket ${environment.bucket}`);
  if (tools) {
    say(`Delta       ${join(folder.spark, 'tables')}`);
    say("Page and views answer from DuckDB, which follows every record; Spark's answers stand in the Delta tables.");
  }
  say('Ctrl-C stops it.');
}
