import '@pipeline/cli/node-version';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { interruption, runCommand } from '@pipeline/cli/command';
import { errorText } from '@pipeline/cli/error-text';
import { UsageError } from '@pipeline/cli/option-values';
import { readOutputs } from '@pipeline/cli/outputs';
import { type Dataset, LAYERS } from '@pipeline/datasets/schema';
import { type EmulateOptions, parseOptions, type TailOptions } from './options';
import { replay } from './send/replay';
import { ReplayFailed } from './send/replay-options';
import { targetOf } from './send/target';
import { Timeline } from './send/timeline';
import { type DeadLetterReason, deadLetterLines, deadLetterReasons } from './show/dead-letter-reasons';
import { ReplayProgressLine } from './show/replay-progress';
import { type ReplayReport, renderReport, total } from './show/report';
import { renderReportPage } from './show/report-page';
import type { TailedRecord } from './show/tail';
import { paceOf, sourceOf } from './source/source-options';

const DESCRIPTION =
  'Replays posts through the HTTP API into the batch layer, the speed layer or both, and accounts for every record. ' +
  '`tail` shows what arrives in the streams.';
const TAIL_DESCRIPTION = 'Shows the records of the Kinesis streams as they arrive.';

async function emulate(argv: readonly string[]): Promise<number> {
  const options = parseOptions<EmulateOptions>('emulate', DESCRIPTION, argv);
  if (!options) return 0;
  const target = targetOf(options);
  const pace = paceOf(options);
  const files = stateFiles(options);
  const source = await sourceOf(options, process.env.MYSQL_PWD);
  const interrupt = interruption();
  const duration = options.duration === undefined ? undefined : AbortSignal.timeout(options.duration * 1000);
  const line = new ReplayProgressLine(process.stderr, source.posts);
  const timeline = new Timeline();
  try {
    if (!options.resume) rmSync(files.checkpoint, { force: true });
    const lettersBefore = options.resume ? 0 : (statSync(files.deadLetters, { throwIfNoEntry: false })?.size ?? 0);
    const report = await replay({
      source: (resume) => source.open(resume),
      sourceName: source.name,
      target,
      layers: options.layer === 'both' ? LAYERS : [options.layer],
      datasets: options.dataset.split(',') as Dataset[],
      pace,
      batchSize: options.batchSize,
      concurrency: options.concurrency,
      retry: { giveUpMs: options.giveUpAfter * 1000 },
      checkpoint: files.checkpoint,
      deadLetters: files.deadLetters,
      signal: duration === undefined ? interrupt : AbortSignal.any([interrupt, duration]),
      onProgress: (progress) => {
        line.draw(progress);
        timeline.add(progress);
      },
    });
    line.clear();
    if (options.report !== undefined) {
      const page = { report, timeline: timeline.points, source: source.name, target: target.apiUrl, at: new Date() };
      mkdirSync(path.dirname(path.resolve(options.report)), { recursive: true });
      writeFileSync(options.report, renderReportPage(page));
    }
    const letters = { file: files.deadLetters, reasons: await deadLetterReasons(files.deadLetters, lettersBefore) };
    return finish(report, options, letters, interrupt.aborted);
  } finally {
    line.clear();
    await source.close();
  }
}

/** The file of what could not be delivered, and why. */
interface Letters {
  readonly file: string;
  readonly reasons: readonly DeadLetterReason[];
}

function finish(report: ReplayReport, options: EmulateOptions, letters: Letters, isInterrupted: boolean): number {
  const dead = total(report.layers, 'deadLettered');
  console.log(
    options.json ? JSON.stringify({ ...report, ...(dead > 0 && { deadLetters: letters }) }) : renderReport(report),
  );
  if (dead > 0) {
    for (const line of deadLetterLines(letters.reasons, letters.file)) console.error(line);
    console.error(`npm run emulate -- --replay ${letters.file} sends them again.`);
  }
  if (!report.complete) console.error('The source has more; the same command with --resume goes on from here.');
  if (isInterrupted) return 130;
  return dead > 0 ? 1 : 0;
}

/** A checkpoint and a dead-letter file for each environment; dead letters sent again have their own, or they would grow as they are read. */
function stateFiles(options: EmulateOptions): { checkpoint: string; deadLetters: string } {
  const environment = options.url === undefined && options.apiConfig === undefined ? options.env : 'url';
  const name = path.join(options.state, options.replay === undefined ? environment : `${environment}.replay`);
  const deadLetters = options.deadLetters ?? `${name}.dead-letters.ndjson`;
  if (options.replay !== undefined && path.resolve(options.replay) === path.resolve(deadLetters)) {
    throw new UsageError(
      `--replay and the dead letters are the same file, ${deadLetters}; pass another one with --dead-letters`,
    );
  }
  return { checkpoint: `${name}.checkpoint.json`, deadLetters };
}

async function tailStreams(argv: readonly string[]): Promise<number> {
  const options = parseOptions<TailOptions>('tail', TAIL_DESCRIPTION, argv);
  if (!options) return 0;
  const outputs = readOutputs(options.env, options.outputs);
  const enough = new AbortController();
  let left = options.count ?? Number.POSITIVE_INFINITY;
  const show = (record: TailedRecord) => {
    if (left <= 0) return;
    console.log(options.json ? JSON.stringify(record) : recordLine(record));
    if (--left <= 0) enough.abort();
  };
  const datasets = options.dataset.split(',') as Dataset[];
  const { tail } = await import('./show/tail.ts');
  await tail({ outputs, datasets, from: options.from, signal: AbortSignal.any([interruption(), enough.signal]) }, show);
  return 0;
}

function recordLine({ dataset, key, arrivedAt, value }: TailedRecord): string {
  return `${arrivedAt.toISOString()} ${dataset.padEnd(4)} ${key.padStart(6)} ${JSON.stringify(value)}`;
}

function explain(error: unknown): string {
  if (!(error instanceof ReplayFailed) || !error.message.includes('ECONNREFUSED')) return errorText(error);
  return `${error.message}; is the pipeline running? On this machine npm start or npm run serve starts it`;
}

// Node 20 is supported here; the SDK's advice to leave it would stand in the middle of the records.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const [first, ...rest] = process.argv.slice(2);
runCommand(() => (first === 'tail' ? tailStreams(rest) : emulate(process.argv.slice(2))), explain);
