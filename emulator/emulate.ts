import { rmSync } from 'node:fs';
import path from 'node:path';
import { type Dataset, LAYERS } from '@pipeline/datasets/schema';
import { DEFAULT_POSTS, syntheticPosts } from '@pipeline/datasets/synthetic';
import { type EmulateOptions, parseOptions, UsageError } from './options';
import { ProgressLine } from './progress-line';
import { replay } from './replay';
import { ReplayFailed } from './replay-options';
import { type ReplayReport, renderReport, total } from './report';
import { targetOf } from './target';

const DESCRIPTION =
  'Replays posts through the HTTP API into the batch layer, the speed layer or both, and accounts for every record.';

async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions<EmulateOptions>('emulate', DESCRIPTION, argv);
  if (!options) return 0;
  const interrupt = interruption();
  const target = targetOf(options);
  const checkpoint = path.join(options.state, `${stateName(options)}.checkpoint.json`);
  const deadLetters = options.deadLetters ?? path.join(options.state, `${stateName(options)}.dead-letters.ndjson`);
  if (!options.resume) rmSync(checkpoint, { force: true });

  const source = { seed: options.seed, posts: options.posts ?? DEFAULT_POSTS, hardMode: options.hardMode };
  const line = new ProgressLine(process.stderr, source.posts);
  const report = await replay({
    source: syntheticPosts(source),
    sourceName: JSON.stringify(source),
    target,
    layers: options.layer === 'both' ? LAYERS : [options.layer],
    datasets: options.dataset.split(',') as Dataset[],
    batchSize: options.batchSize,
    concurrency: options.concurrency,
    retry: { maxAttempts: options.maxAttempts },
    checkpoint,
    deadLetters,
    signal: interrupt,
    onProgress: (progress) => line.draw(progress),
  }).finally(() => line.clear());
  return finish(report, options, deadLetters);
}

function finish(report: ReplayReport, options: EmulateOptions, deadLetters: string): number {
  console.log(options.json ? JSON.stringify(report) : renderReport(report));
  const dead = total(report.layers, 'deadLettered');
  if (dead > 0) console.error(`${dead} records could not be delivered; they are in ${deadLetters}, with the reason.`);
  if (!report.complete) {
    console.error('Stopped; the same command with --resume goes on from here.');
    return 130;
  }
  return dead > 0 ? 1 : 0;
}

/** Aborts on the first Ctrl-C; the second ends the process as if there were no handler. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort());
  }
  return controller.signal;
}

function stateName({ env, url, apiConfig }: EmulateOptions): string {
  return url === undefined && apiConfig === undefined ? env : 'url';
}

/** One line for what went wrong, and what to do where we know it. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const line = error.message.split('\n')[0]!;
  if (error instanceof ReplayFailed && /ECONNREFUSED/.test(line)) {
    return `${line}; is the pipeline running? On this machine npm start or npm run serve starts it`;
  }
  return line;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(explain(error));
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
