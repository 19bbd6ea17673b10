import '@pipeline/cli/node-version';
import { existsSync } from 'node:fs';
import { interruption, runCommand, say } from '@pipeline/cli/command';
import { errorText } from '@pipeline/cli/error-text';
import { grouped } from '@pipeline/cli/table';
import { DEFAULT_POSTS, DEFAULT_SEED } from '@pipeline/datasets/source-options';
import { FolderInUseError } from './lock';
import { type AnswersOptions, parseOptions } from './options';
import { judgementJson, renderChanges, sparkLine, verdict, viewsJson, viewTable } from './report/answer-lines';
import { noneDiffers } from './report/check';
import type { Computed } from './report/engines';
import { type AnswersToJudge, type JudgedAnswers, judgeAnswers } from './report/judged-answers';
import { judgementLines } from './report/judgement-lines';
import type { Answers } from './report/views-client';
import { withoutRepeats } from './report/without-repeats';
import { AnswersHere } from './runtime/answers-here';
import { synthesizedTemplates } from './runtime/assembly';
import { DataFolder, DataFolderError, type ReplayedSource } from './runtime/data-folder';
import { type LocalEnvironment, readEnvironment } from './runtime/environment';
import { RightAnswers } from './runtime/observe/right-answers';

const DESCRIPTION =
  'Cleans and answers again over the data that is there, with the SQL as it is now, and says which answers differ.';

/** What few runs need is loaded when it is needed: this command is run after every change of SQL. `import()` would want the loader for ES modules, which takes a tenth of a second to start. */
const loaded = {
  onSpark: () => require('./report/on-spark') as typeof import('./report/on-spark'),
  runningClient: () => require('./report/running-client') as typeof import('./report/running-client'),
};

/** What an engine answered, and who can judge it. */
interface Answered {
  readonly computed: Pick<Computed, 'answers' | 'complaints' | 'spark'>;
  readonly client: AnswersToJudge['client'];
}

async function main(): Promise<number> {
  const options = parseOptions<AnswersOptions>('answers', DESCRIPTION, process.argv.slice(2));
  if (!options) return 0;
  if (!existsSync(options.data)) throw new DataFolderError(`no data in ${options.data}; run npm start first`);
  const signal = interruption();
  if (options.engine === 'spark') {
    return loaded.onSpark().answeredOnSpark(options, signal, (folder, answered) => told(options, folder, answered));
  }
  const templates = await synthesizedTemplates(options.env, undefined, signal);
  const environment = readEnvironment(options.env, templates);
  const folder = DataFolder.open(options.data, environment);
  return untilAborted(signal, onDuckDb(options, folder, environment, signal));
}

/** By the pipeline that serves the folder, where one does; else in this process. */
async function onDuckDb(
  options: AnswersOptions,
  folder: DataFolder,
  environment: LocalEnvironment,
  signal: AbortSignal,
): Promise<number> {
  const here = await AnswersHere.open(options.data, environment, withoutRepeats(say)).catch(async (error: unknown) => {
    if (!(error instanceof FolderInUseError)) throw error;
    const running = await loaded.runningClient().runningClient(folder, signal);
    if (!running) throw error;
    return running;
  });
  const right = new RightAnswers();
  try {
    const rightAnswers = right.of(sourceOf(options, folder.replayed));
    // Asked for early, so that they are there when the answers are; whether they are needed is seen then.
    rightAnswers.catch(() => {});
    const { outlived } = await here.rebuild();
    if (outlived > 0)
      say(
        `${grouped(outlived)} records stay as they were cleaned before: their raw ones are gone, as a stream keeps them for a day.`,
      );
    const computed = { answers: await here.answers(), complaints: [] };
    return await told(options, folder, { computed, client: here }, rightAnswers);
  } finally {
    if (here instanceof AnswersHere) await here.close();
    await right.stop();
  }
}

/** Prints what came of it, and answers the exit code. */
async function told(
  options: AnswersOptions,
  folder: DataFolder,
  { computed, client }: Answered,
  right?: AnswersToJudge['right'],
): Promise<number> {
  const after = computed.answers;
  const before = folder.readAnswers() as Answers | undefined;
  const changed = before && changedAnswers(before, after);
  folder.keepAnswers(after);
  const source = sourceOf(options, folder.replayed);
  const replayed = JSON.stringify(source) === JSON.stringify(folder.replayed);
  const judged = await judgeAnswers({ client, computed, source, replayed, right });
  const text = options.json
    ? JSON.stringify(answersJson(computed, changed, judged))
    : render(computed, changed, judged);
  process.stdout.write(`${text}\n`);
  return (judged.checks && !noneDiffers(judged.checks)) || computed.complaints.length > 0 ? 1 : 0;
}

/** What work on the tables may take to end after a signal; what it has not committed is as if it had not begun. */
const STOP_TIMEOUT_MS = 3_000;

/** Waits for `work`, but not after the signal. @throws the signal's reason */
async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => {
      setTimeout(() => process.exit(), STOP_TIMEOUT_MS).unref();
      reject(signal.reason);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  return Promise.race([work, aborted]);
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
  { spark, complaints }: Answered['computed'],
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
  { spark, complaints }: Answered['computed'],
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
