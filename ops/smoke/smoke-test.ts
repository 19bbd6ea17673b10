import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Outputs } from '@pipeline/cli/outputs';
import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import { sharesStream } from '@pipeline/datasets/stream-keys';
import { type DeadLetter, ReplayFailed, type ReplayPost, type ReplayReport, replay } from '@pipeline/emulator';
import { tail } from '@pipeline/emulator/tail';
import { answersIndex, problemsOfAnswers } from './answers';
import { Api } from './api';
import { Arrivals } from './arrivals';
import { awaitNewRun } from './await-run';
import { openLake, watchLake } from './lake';
import { markedPosts } from './marked-posts';
import type { SmokeReport, SmokeRow } from './report';
import { growth, type TopicEnds, topicEnds } from './topics';

export interface SmokeOptions {
  readonly outputs: Outputs;
  /** Posts to send; each is three records in each layer. */
  readonly posts: number;
  readonly seed: number;
  /** Seconds that records may take to come out, in place of what each place needs by itself. */
  readonly waitSeconds?: number;
  /** Whether to wait for the lake's files. */
  readonly lake: boolean;
  /** Whether to go on to the answers: has them computed anew, and looks for the posts in what they count. */
  readonly answers?: boolean;
  /** Takes one line about how far it is. */
  readonly say: (line: string) => void;
}

/** A stream shows a record within a second; a reader beside us may halve that. */
const STREAM_WAIT_S = 30;
/** The sink's own time to upload, and ours between two looks. */
const LAKE_MARGIN_S = 90;

/**
 * Sends marked posts through the API into both layers, and reads back what can be read: the topics' ends through the API, the
 * streams' records, and the lake's files. Every position is taken before anything is sent.
 *
 * @throws Error when the environment cannot be asked at all
 */
export async function smokeTest(options: SmokeOptions): Promise<SmokeReport> {
  const { outputs, posts, seed, say } = options;
  const started = Date.now();
  const run = randomUUID();
  const sent = await markedPosts(run, seed, posts);
  const records = sent.flatMap((post) => post.records);
  const fromStreams = new Arrivals(records);
  const fromLake = new Arrivals(records);
  const problems: string[] = [];
  const notChecked: string[] = [];

  const api = new Api(outputs);
  const before = await topicEnds(api, outputs.topics);
  const answersBefore = options.answers ? await answersIndex(api) : undefined;
  const streams = await watchStreams(outputs, fromStreams);
  let delivered: ReplayReport | undefined;
  let after: TopicEnds | undefined;
  try {
    delivered = await deliver(outputs, sent, problems);
    say(`delivered ${posts} posts in ${delivered?.seconds.toFixed(1) ?? '?'} s; reading back what arrived …`);
    if (problems.length === 0) {
      after = await grownTopics(api, outputs, before, posts, options.waitSeconds ?? STREAM_WAIT_S);
      await streams.wait((options.waitSeconds ?? STREAM_WAIT_S) * 1000);
    }
  } finally {
    await streams.stop(problems);
  }
  const readsLake = options.lake && outputs.lake !== undefined;
  if (problems.length === 0 && readsLake) await fillFromLake(options, before, fromLake, problems);
  if (!options.lake) notChecked.push('the lake, because of --no-lake: records may never leave the topics');
  else if (!readsLake) notChecked.push(`the lake: outputs/${outputs.env}.json does not say where it is; deploy again`);
  if (!options.answers) {
    notChecked.push(
      'cleaning and answers: --through answers has them computed, and npm start checks them on the laptop',
    );
  } else if (problems.length === 0) {
    try {
      await awaitNewRun(outputs, say);
      problems.push(...problemsOfAnswers(answersBefore, await answersIndex(api), posts));
    } catch (error) {
      problems.push(`answers: ${(error as Error).message}`);
    }
  }

  const rows = LAYERS.flatMap((layer) =>
    DATASETS.map((dataset): SmokeRow => {
      const from = layer === 'speed' ? fromStreams : fromLake;
      const isRead = layer === 'speed' ? after !== undefined : after !== undefined && readsLake;
      return {
        layer,
        dataset,
        sent: posts,
        delivered: delivered?.layers[layer][dataset].delivered ?? 0,
        stored: layer === 'batch' && after ? growth(before[dataset], after[dataset]) : null,
        arrived: isRead ? from.of(dataset) : null,
        changed: from.changed(dataset) ?? null,
      };
    }),
  );
  return {
    env: outputs.env,
    apiUrl: outputs.apiUrl,
    run,
    posts,
    seconds: (Date.now() - started) / 1000,
    rows,
    problems: [...problems, ...rows.flatMap((row) => problemsIn(row, outputs))],
    countsAnswers: options.answers === true,
    notChecked,
  };
}

/** Everything into both layers. What goes wrong becomes a problem, with the reason of the first record refused. */
async function deliver(outputs: Outputs, posts: ReplayPost[], problems: string[]): Promise<ReplayReport | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'smoke-'));
  const deadLetters = join(folder, 'dead-letters.ndjson');
  try {
    const report = await replay({ source: posts, target: outputs, layers: LAYERS, deadLetters });
    const lines = readFileSync(deadLetters, 'utf8').split('\n').filter(Boolean);
    if (lines.length > 0) {
      const { layer, dataset, key, reason } = JSON.parse(lines[0]!) as DeadLetter;
      problems.push(`${lines.length} records were refused, the first of them ${layer} ${dataset} ${key}: ${reason}`);
    }
    return report;
  } catch (error) {
    if (!(error instanceof ReplayFailed)) throw error;
    problems.push(error.message);
    return error.report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The topics' ends once they have grown by what was sent, or as they are when the time is over. */
async function grownTopics(
  api: Api,
  { topics }: Outputs,
  before: TopicEnds,
  posts: number,
  waitSeconds: number,
): Promise<TopicEnds> {
  const deadline = Date.now() + waitSeconds * 1000;
  for (;;) {
    const after = await topicEnds(api, topics);
    const hasAll = DATASETS.every((dataset) => growth(before[dataset], after[dataset]) >= posts);
    if (hasAll || Date.now() >= deadline) return after;
    await pause(1000);
  }
}

interface Watch {
  wait(ms: number): Promise<void>;
  stop(problems: string[]): Promise<void>;
}

/** Reads the streams from where they end now. Resolves when every position is taken. */
async function watchStreams(outputs: Outputs, arrivals: Arrivals): Promise<Watch> {
  const enough = new AbortController();
  let isReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const reading = tail(
    { outputs, datasets: DATASETS, from: 'latest', onReady: () => isReady(), signal: enough.signal },
    // The key of a shared stream is the dataset's, and has been read as such.
    ({ dataset, key, value }) =>
      arrivals.take(sharesStream(outputs.streams) ? { dataset, value } : { dataset, key, value }),
  );
  let failure: Error | undefined;
  const ended = reading.catch((error: Error) => {
    failure = error;
  });
  await Promise.race([ready, reading]);
  return {
    wait: async (ms) => {
      await Promise.race([arrivals.whenComplete(), ended, pause(ms, undefined, { signal: enough.signal })]);
    },
    stop: async (problems) => {
      enough.abort();
      await ended;
      if (failure) problems.push(`the streams cannot be read: ${failure.message}`);
    },
  };
}

async function fillFromLake(
  { outputs, waitSeconds, say }: SmokeOptions,
  before: TopicEnds,
  arrivals: Arrivals,
  problems: string[],
): Promise<void> {
  const { topics, viewsUrl, lake } = outputs;
  let patience = waitSeconds ?? lake!.closesAfterSeconds + LAKE_MARGIN_S;
  try {
    if (viewsUrl) {
      // On the laptop nobody waits for the sink's timer.
      const response = await fetch(new URL('flush', viewsUrl), { method: 'POST' });
      if (!response.ok) throw new Error(`POST ${viewsUrl}flush answered ${response.status}`);
      patience = waitSeconds ?? STREAM_WAIT_S;
    }
    say(`waiting up to ${patience} s for the lake's files …`);
    await watchLake(await openLake(outputs), topics, before, arrivals, Date.now() + patience * 1000);
  } catch (error) {
    problems.push(`the lake ${lake!.url} cannot be read: ${(error as Error).message}`);
  }
}

function problemsIn(row: SmokeRow, { topics, streams, lake }: Outputs): string[] {
  const { layer, dataset, sent, stored, arrived, changed } = row;
  const problems: string[] = [];
  if (changed !== null) problems.push(`${layer}: ${changed}`);
  if (stored !== null && stored < sent) {
    problems.push(
      `batch ${dataset}: topic ${topics[dataset]} grew by ${stored} records, not by the ${sent} acknowledged`,
    );
  } else if (arrived !== null && arrived < sent && changed === null) {
    problems.push(
      layer === 'batch'
        ? `batch ${dataset}: topic ${topics[dataset]} took all ${sent} records, but ${arrived} came to ${lake!.url}; look at the connector`
        : `speed ${dataset}: ${arrived} of ${sent} records came out of stream ${streams[dataset]}`,
    );
  }
  return problems;
}
