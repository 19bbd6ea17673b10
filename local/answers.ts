import '@pipeline/cli/node-version';
import { existsSync } from 'node:fs';
import { interruption, runCommand, say } from '@pipeline/cli/command';
import { errorText } from '@pipeline/cli/error-text';
import { ProgressLine } from '@pipeline/cli/progress-line';
import { grouped } from '@pipeline/cli/table';
import { DEFAULT_POSTS, DEFAULT_SEED } from '@pipeline/datasets/synthetic';
import { type AnswersOptions, parseOptions } from './options';
import { noneDiffers } from './report/check';
import { type Computed, computeOnDuckDb, computeOnSpark, type SparkWork } from './report/engines';
import { type JudgedAnswers, judgeAnswers } from './report/judged-answers';
import { judgementLines } from './report/judgement-lines';
import { judgementJson, renderChanges, sparkLine, verdict, viewsJson, viewTable } from './report/report';
import { runningClient } from './report/running-client';
import { SparkProgress } from './report/spark-progress';
import { type Answers, ViewsClient } from './report/views-client';
import { synthesizedTemplates } from './runtime/assembly';
import { DataFolder, DataFolderError, type ReplayedSource } from './runtime/data-folder';
import { type LocalEnvironment, readEnvironment } from './runtime/environment';
import { startServeProcess, whileServed } from './runtime/serve-process';
import { prepareSpark, type SparkTools } from './spark';

const DESCRIPTION =
  'Cleans and answers again over the data that is there, with the SQL as it is now, and says which answers differ.';

async function main(): Promise<number> {
  const options = parseOptions<AnswersOptions>('answers', DESCRIPTION, process.argv.slice(2));
  if (!options) return 0;
  if (!existsSync(options.data)) throw new DataFolderError(`no data in ${options.data}; run npm start first`);
  const signal = interruption();
  const tools = options.engine === 'spark' ? await prepareSpark(say, signal) : undefined;
  const templates = await synthesizedTemplates(options.env, undefined, signal);
  const environment = readEnvironment(options.env, templates);
  const folder = DataFolder.open(options.data, environment);

  const running = await runningClient(folder, signal);
  const server = running
    ? undefined
    : await startServeProcess(
        {
          ...options,
          outputs: folder.outputs,
          reset: false,
          port: 0,
          auth: 'none',
          limits: 'off',
          stagePath: 'sent',
          fsync: false,
        },
        process.env,
        signal,
      );
  const client = running ?? new ViewsClient(server!.viewsUrl, signal);
  try {
    const work = answered(options, { client, environment, folder, tools, signal });
    return await (server ? whileServed(server, work) : work);
  } finally {
    await server?.stop();
  }
}

interface Place {
  readonly client: ViewsClient;
  readonly environment: LocalEnvironment;
  readonly folder: DataFolder;
  readonly tools: SparkTools | undefined;
  readonly signal: AbortSignal;
}

/** Cleans and answers anew, prints what came of it, and answers the exit code. */
async function answered(options: AnswersOptions, { tools, ...place }: Place): Promise<number> {
  const { client, folder } = place;
  const computed = tools
    ? await anewOnSpark({ ...place, tools })
    : await computeOnDuckDb(client, await rebuilt(client));
  const after = computed.answers;
  const before = folder.readAnswers() as Answers | undefined;
  const changed = before && changedAnswers(before, after);
  folder.keepAnswers(after);
  const source = sourceOf(options, folder.replayed);
  const replayed = JSON.stringify(source) === JSON.stringify(folder.replayed);
  const judged = await judgeAnswers({ client, computed, source, replayed });
  const text = options.json
    ? JSON.stringify(answersJson(computed, changed, judged))
    : render(computed, changed, judged);
  process.stdout.write(`${text}\n`);
  return (judged.checks && !noneDiffers(judged.checks)) || computed.complaints.length > 0 ? 1 : 0;
}

/** What other rules have cleaned is cleaned anew; rows that could not be, because their raw records are gone, are said. */
async function rebuilt(client: ViewsClient) {
  const { outlived, ...stages } = await client.rebuild();
  if (outlived > 0)
    say(
      `${grouped(outlived)} records stay as they were cleaned before: their raw ones are gone, as a stream keeps them for a day.`,
    );
  return stages;
}

/** Spark forgets what it has kept, and cleans and answers again. */
async function anewOnSpark(
  work: Pick<SparkWork, 'environment' | 'folder' | 'tools' | 'signal'> & { client: ViewsClient },
) {
  const progress = new SparkProgress(new ProgressLine(process.stderr), say);
  try {
    const stages = await work.client.flush();
    return await computeOnSpark({ ...work, stages, anew: true, say, onProgress: (step) => progress.note(step) });
  } finally {
    progress.stop();
  }
}

/** Names of the answers, as `<layer>.<view>`, that are no longer what they were. */
function changedAnswers(before: Answers, after: Answers): string[] {
  return Object.keys(after).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

/** The source asked for; where none is, the one that was replayed, or the one that everything has by default. */
function sourceOf({ seed, posts, hardMode }: AnswersOptions, replayed: ReplayedSource | undefined): ReplayedSource {
  const otherwise = replayed ?? { seed: DEFAULT_SEED, posts: DEFAULT_POSTS, hardMode: false };
  const isAsked = seed !== undefined || posts !== undefined;
  return {
    seed: seed ?? otherwise.seed,
    posts: posts ?? otherwise.posts,
    hardMode: hardMode || (!isAsked && otherwise.hardMode),
  };
}

function render(
  { spark, complaints }: Computed,
  changed: readonly string[] | undefined,
  { checks, judgement }: JudgedAnswers,
): string {
  return [
    ...(checks ? [...viewTable(checks), ''] : []),
    ...(spark ? [sparkLine(spark), ''] : []),
    ...complaints,
    ...(judgement ? judgementLines(judgement) : []),
    ...(checks ? [verdict(checks)] : []),
    ...(changed ? [renderChanges(changed)] : []),
  ].join('\n');
}

function answersJson(
  { spark, complaints }: Computed,
  changed: readonly string[] | undefined,
  { checks, judgement }: JudgedAnswers,
) {
  return {
    engine: spark ? 'spark' : 'duckdb',
    changed,
    ...(checks && { views: viewsJson(checks) }),
    ...(judgement && { judgement: judgementJson(judgement) }),
    ...(spark && { complaints, spark }),
  };
}

runCommand(main, (error) =>
  error instanceof Error && error.name === 'AbortError' ? 'Stopped; the same command begins again.' : errorText(error),
);
