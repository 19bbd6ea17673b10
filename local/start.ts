import { performance } from 'node:perf_hooks';
import { LAYERS } from '@pipeline/datasets/schema';
import { expectedAnswers, syntheticPosts } from '@pipeline/datasets/synthetic';
import { type LayerCounts, readOutputs, reconciles, replay, total } from '@pipeline/emulator';
import { synthesizedTemplates } from './assembly';
import { allMatch, checkViews, findMiscounts } from './check';
import { DataFolder } from './data-folder';
import { readEnvironment } from './environment';
import { oneLine } from './one-line';
import { parseOptions, type StartOptions, UsageError } from './options';
import { ProgressBar } from './progress-bar';
import { type RunReport, renderRun, runJson } from './report';
import { ServeFailed, type ServeProcess, startServeProcess } from './serve-process';
import { ViewsClient } from './views-client';

const DESCRIPTION =
  'Runs the whole pipeline on this machine: replays the source through the API into both layers, checks every answer, and serves.';

async function main(): Promise<number> {
  const options = parseOptions<StartOptions>('start', DESCRIPTION, process.argv.slice(2));
  if (!options) return 0;
  const interrupt = new AbortController();
  const interrupted = new Promise<void>((resolve) => {
    const onSignal = () => {
      interrupt.abort();
      resolve();
    };
    process.once('SIGINT', onSignal);
    process.once('SIGTERM', onSignal);
  });

  if (options.reset) DataFolder.reset(options.data);
  const templates = await synthesizedTemplates(options.env, () =>
    say(`Synthesizing the templates of ${options.env} …`),
  );
  const folder = DataFolder.open(options.data, readEnvironment(options.env, templates));
  folder.noteReplay({ seed: options.seed, posts: options.posts, hardMode: options.hardMode });

  const server = await startServeProcess(options);
  try {
    const report = await Promise.race([run(options, folder, server, interrupt.signal), server.died]);
    if (!report) {
      say('Stopped in mid-replay; the same command goes on where it was.');
      return 130;
    }
    const good = allMatch(report.views) && report.miscounts.length === 0;
    print(options.json ? JSON.stringify(runJson(report)) : renderRun(report));
    if (!options.once) {
      sayWhere(server, folder);
      await Promise.race([interrupted, server.died]);
    }
    return good ? 0 : 1;
  } finally {
    await server.stop();
  }
}

/** Replays, waits until every stage has read to the end, and compares. Answers undefined when it was interrupted. */
async function run(
  options: StartOptions,
  folder: DataFolder,
  server: ServeProcess,
  signal: AbortSignal,
): Promise<RunReport | undefined> {
  const source = { seed: options.seed, posts: options.posts, hardMode: options.hardMode };
  const bar = new ProgressBar(process.stderr);
  say(
    `Replaying ${options.posts.toLocaleString('en-US')} posts (seed ${options.seed}${options.hardMode ? ', hard mode' : ''}) ` +
      `into both layers; throttling as in AWS is ${options.limits === 'aws' ? 'on' : 'off'}.`,
  );
  const replayed = await replay({
    source: syntheticPosts(source),
    sourceName: JSON.stringify(source),
    target: readOutputs('local', folder.outputs),
    layers: LAYERS,
    checkpoint: folder.checkpoint,
    deadLetters: folder.deadLetters,
    signal,
    onProgress: ({ posts, delivered, seconds }) => {
      const rate = Math.round(delivered / Math.max(seconds, 0.001)).toLocaleString('en-US');
      bar.draw(posts, options.posts, `${posts.toLocaleString('en-US')} posts, ${rate} records/s`);
    },
  });
  bar.clear();
  if (!replayed.complete) return undefined;
  say(replayLine(replayed.layers, replayed.seconds));

  const client = new ViewsClient(server.viewsUrl);
  const stages = await client.flush();
  const expected = expectedAnswers(source);
  const answers = await client.answers();
  folder.keepAnswers(answers);
  const views = checkViews(expected.views, (layer, name) => answers[`${layer}.${name}`]!);
  return {
    ...source,
    replayed: replayed.layers,
    stages,
    views,
    miscounts: findMiscounts(replayed.layers, stages, expected.counts),
    injected: expected.injected,
    seconds: performance.now() / 1000,
    replaySeconds: replayed.seconds,
  };
}

function replayLine(layers: LayerCounts, seconds: number): string {
  const records = total(layers, 'delivered');
  const rate = Math.round(records / Math.max(seconds, 0.001)).toLocaleString('en-US');
  const balance = reconciles(layers) ? '' : ' — and they do NOT reconcile';
  return `Delivered ${records.toLocaleString('en-US')} records in ${seconds.toFixed(1)} s (${rate}/s)${balance}.\n`;
}

function sayWhere(server: ServeProcess, folder: DataFolder): void {
  const { apiUrl, kinesisEndpoint } = readOutputs('local', folder.outputs);
  say('');
  say(`Page        ${server.viewsUrl}`);
  say(`Views       ${server.viewsUrl}views`);
  say(`API         ${apiUrl}`);
  say(`Kinesis     ${kinesisEndpoint}`);
  say(`Kafka REST  ${server.proxyUrl}`);
  say('Ctrl-C stops it.');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    say(oneLine(error));
    process.exitCode = error instanceof UsageError ? 2 : error instanceof ServeFailed ? error.exitCode : 1;
  },
);
