import '@pipeline/cli/node-version';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { interruption, runCommand, say } from '@pipeline/cli/command';
import { ProgressLine } from '@pipeline/cli/progress-line';
import { grouped } from '@pipeline/cli/table';
import { readOutputs } from '@pipeline/emulator';
import { parseOptions, type StartOptions } from './options';
import { replaySource, sampleOf } from './replay';
import { checkViews, findMiscounts, noneDiffers } from './report/check';
import { computeOnDuckDb, computeOnSpark } from './report/engines';
import { judgeAnswers } from './report/judged-answers';
import { type RunReport, renderRun, runJson } from './report/report';
import { SparkProgress } from './report/spark-progress';
import { holdsNothing } from './report/stage-counts';
import { ViewsClient } from './report/views-client';
import { synthesizedTemplates } from './runtime/assembly';
import { DataFolder } from './runtime/data-folder';
import { type LocalEnvironment, readEnvironment } from './runtime/environment';
import { RightAnswers } from './runtime/observe/right-answers';
import { type ServeProcess, startServeProcess, whileServed } from './runtime/serve-process';
import type { Judgement } from './serving/contract';
import { prepareSpark, type SparkTools } from './spark';

const DESCRIPTION =
  'Runs the whole pipeline on this machine: replays the source through the API into both layers, checks every answer, and serves.';

async function main(): Promise<number> {
  const options = parseOptions<StartOptions>('start', DESCRIPTION, process.argv.slice(2));
  if (!options) return 0;
  const asked = new AbortController();
  const signal = AbortSignal.any([interruption(), asked.signal]);
  try {
    return await start(options, signal, () => asked.abort());
  } catch (error) {
    if (!signal.aborted || (error as Error).name !== 'AbortError') throw error;
    say('Stopped; the same command goes on where it was.');
    return 130;
  }
}

async function start(options: StartOptions, interrupted: AbortSignal, stop: () => void): Promise<number> {
  const ended = new AbortController();
  const signal = AbortSignal.any([interrupted, ended.signal]);
  const tools = options.engine === 'spark' ? await prepareSpark(say, signal) : undefined;
  const synthesizing = () => say(`Synthesizing the templates of ${options.env} …`);
  const templates = await synthesizedTemplates(options.env, synthesizing, signal);
  const environment = readEnvironment(options.env, templates);
  const server = await startServeProcess(options, process.env, signal);
  // Whoever asks the runtime to stop means the whole run, as Ctrl-C does.
  void server.askedToStop.then(stop);
  try {
    const folder = DataFolder.open(options.data, environment);
    const source = { seed: options.seed, posts: options.posts, hardMode: options.hardMode };
    folder.noteReplay(source, holdsNothing(await new ViewsClient(server.viewsUrl, signal).counts()));
    const place = { environment, folder, server, tools };
    const report = await whileServed(server, run(options, place, signal));
    const good = noneDiffers(report.views) && report.miscounts.length === 0;
    print(options.json ? JSON.stringify(runJson(report)) : renderRun(report));
    if (!options.once) {
      sayWhere(place);
      await Promise.race([once(interrupted, 'abort'), server.died]);
    }
    return good ? 0 : 1;
  } finally {
    // The user has stopped the command: work on the report, such as Spark, ends too.
    ended.abort();
    await server.stop();
  }
}

interface Place {
  readonly environment: LocalEnvironment;
  readonly folder: DataFolder;
  readonly server: ServeProcess;
  /** What Spark needs, when it is to answer. */
  readonly tools: SparkTools | undefined;
}

/**
 * Replays, waits until every stage has read to the end, has the engine answer, and compares.
 *
 * @throws the signal's reason when it was interrupted
 */
async function run(
  options: StartOptions,
  { environment, folder, server, tools }: Place,
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
  const { checks, judgement } = await judgeAnswers({ client, computed, source, replayed: true, miscounted });
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

function sayWhere({ environment, server, folder, tools }: Place): void {
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

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

runCommand(main);
