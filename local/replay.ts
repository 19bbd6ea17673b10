import { say } from '@pipeline/cli/command';
import { grouped } from '@pipeline/cli/table';
import { LAYERS } from '@pipeline/datasets/schema';
import { syntheticPosts } from '@pipeline/datasets/synthetic';
import {
  type DeadLetterReason,
  deadLetterReasons,
  type KeptReplay,
  ReplayProgressLine,
  type ReplayReport,
  reconciles,
  replay,
  sendDeadLettersAgain,
  type Target,
  total,
} from '@pipeline/emulator';
import type { DataFolder, ReplayedSource } from './runtime/data-folder';

export interface ReplayRun {
  readonly source: ReplayedSource;
  readonly target: Target;
  readonly folder: Pick<DataFolder, 'checkpoint' | 'deadLetters'>;
  readonly signal: AbortSignal;
}

export interface Replayed extends ReplayReport {
  /** What could not be delivered, and why; none when everything was. */
  readonly deadLetters: { readonly file: string; readonly reasons: readonly DeadLetterReason[] } | undefined;
}

/** Posts that travel one record a request, as the exercise sends them: enough for a route that refuses everything to be told by it. */
const SAMPLE = 120;

/** What is under way when the replay is interrupted gets so long: what it cannot settle is sent again by the next start. */
const DRAIN_MS = 1_500;

/** So many of the first posts go by the exercise's single-record routes: at most one in ten. */
export function sampleOf(posts: number): number {
  return Math.min(SAMPLE, Math.floor(posts / 10));
}

/**
 * Replays a source through the API into both layers, says how it went, and goes on where earlier starts stopped: dead letters of theirs
 * are sent again first, and the first posts go by the exercise's single-record routes.
 *
 * @throws the signal's reason when it was interrupted; Error when nothing more is taken
 */
export async function replaySource({ source, target, folder, signal }: ReplayRun): Promise<Replayed> {
  const line = new ReplayProgressLine(process.stderr, source.posts);
  const options: KeptReplay = {
    source: syntheticPosts(source),
    sourceName: JSON.stringify(source),
    target,
    layers: LAYERS,
    checkpoint: folder.checkpoint,
    deadLetters: folder.deadLetters,
    // The runtime is ours: what keeps it from storing anything is no record's fault, and the next start goes on there.
    retry: { afterwards: 'stop' },
    signal,
    drainMs: DRAIN_MS,
    onProgress: (progress) => line.draw(progress),
  };
  try {
    const { letters, delivered } = await sendDeadLettersAgain({ ...options, onProgress: () => {} });
    if (letters > 0)
      say(`Sent ${grouped(letters)} dead letters of earlier starts again; ${grouped(delivered)} were taken.`);
    signal.throwIfAborted();
    const sample = await replay({ ...options, batchSize: 1, stopAfter: sampleOf(source.posts) });
    signal.throwIfAborted();
    const rest = await replay({ ...options, source: syntheticPosts(source) });
    if (!rest.complete) signal.throwIfAborted();
    line.clear();
    say(replayLine(rest, sample.deliveredNow + rest.deliveredNow + delivered));
    const dead = total(rest.layers, 'deadLettered') > 0;
    const deadLetters = dead
      ? { file: folder.deadLetters, reasons: await deadLetterReasons(folder.deadLetters) }
      : undefined;
    return { ...rest, deadLetters };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ReplayFailed') throw error;
    throw new Error(`${error.message}; mend that and start again with the same options: it goes on where it was`, {
      cause: error,
    });
  } finally {
    line.clear();
  }
}

/** @param now records acknowledged by this start */
function replayLine({ layers, posts, seconds }: ReplayReport, now: number): string {
  if (now === 0) return `Nothing was left to replay: earlier starts sent all ${grouped(posts)} posts.\n`;
  const records = total(layers, 'delivered');
  const rate = grouped(Math.round(records / Math.max(seconds, 0.001)));
  const balance = reconciles(layers) ? '' : ' — and they do NOT reconcile';
  return `Delivered ${grouped(records)} records in ${seconds.toFixed(1)} s (${rate}/s)${balance}.\n`;
}
