import type { Outputs } from '@pipeline/cli/outputs';
import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { SourceRecord } from '@pipeline/datasets/synthetic';
import type { ReplayReport } from '../show/report';
import type { Pace } from './pace';
import type { Clock, RetrySettings } from './retry';

/** Where to send: an environment's outputs, or the same facts put together by hand. */
export type Target = Pick<Outputs, 'apiUrl' | 'region' | 'auth' | 'topics' | 'streams'>;

/** A record to send. With `layer` it goes into that layer only, as dead letters do when they are replayed. */
export type ReplayRecord = SourceRecord & { readonly layer?: Layer };

/** A post to send: its records travel together, and count together in the checkpoint. */
export interface ReplayPost {
  readonly key: number;
  readonly records: readonly ReplayRecord[];
  /** When the post was made, milliseconds since the epoch; only needed for a replay in real time. */
  readonly at?: number;
}

/** How far earlier runs came: `posts` of the source are settled, and `lastKey` is the key of the last of them. */
export interface ResumePoint {
  readonly posts: number;
  readonly lastKey: number | null;
}

type Posts = Iterable<ReplayPost> | AsyncIterable<ReplayPost>;

export interface ReplayOptions {
  /**
   * Posts in the order in which they are sent, the same in every run. Read only as far ahead as full batches need, so it may be
   * endless. A function can begin behind the checkpoint; otherwise what is settled already is read and dropped.
   */
  readonly source: Posts | ((resume: ResumePoint) => Posts);
  readonly target: Target;
  /** Both layers get the same rows. */
  readonly layers: readonly Layer[];
  /** @default all three */
  readonly datasets?: readonly Dataset[];
  /** Records per request, 1 to 500. With 1, the speed layer is fed through `/record`. @default 500 */
  readonly batchSize?: number;
  /** Requests under way at once for each dataset and layer, 1 to 1024. @default 2, or 16 with a batch size of 1 */
  readonly concurrency?: number;
  /**
   * File that remembers what is settled. If it is there, the replay goes on behind it (the source must then begin at the same post
   * as before) and its counts are added to; at most the records that were read and not yet settled are sent again.
   * Left out: nothing is remembered.
   */
  readonly checkpoint?: string;
  /** Says in words what is replayed; a checkpoint with other words is refused. @default '' */
  readonly sourceName?: string;
  /** NDJSON file that gets every record that cannot be delivered, with the reason. Left out: the first such record ends the replay. */
  readonly deadLetters?: string;
  /** Posts, those of earlier runs included, behind which this run reads no more, though the source may have. @default none */
  readonly stopAfter?: number;
  /** Called about four times a second, and once at the end. */
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** Aborting stops the reading; what has been read is still settled, for `drainMs` at most. */
  readonly signal?: AbortSignal;
  /** Milliseconds that settling may take after `signal`. @default 3000 */
  readonly drainMs?: number;
  /** When to send. With it, latency counts from the time at which a record should have been sent. @default as fast as the target takes it */
  readonly pace?: Pace;
  readonly retry?: Partial<RetrySettings>;
  /** Numbers in [0, 1) for the jitter. @default Math.random */
  readonly random?: () => number;
  /** @default the system's */
  readonly clock?: Clock;
}

/** The state of a running replay. Counts are of this run, in records; `posts` includes earlier runs. */
export interface ReplayProgress {
  /** Posts settled, earlier runs included. */
  readonly posts: number;
  readonly delivered: number;
  readonly retried: number;
  readonly deadLettered: number;
  /** Seconds since this run began. */
  readonly seconds: number;
  /** Of the records acknowledged since the last progress, in milliseconds. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
  /** Why the last repeated request was repeated. */
  readonly lastFailure: string | undefined;
}

/** Thrown when the target cannot be used at all, or a record cannot be kept. `report` is the account up to then. */
export class ReplayFailed extends Error {
  override readonly name = 'ReplayFailed';
  constructor(
    message: string,
    readonly report: ReplayReport,
  ) {
    super(message);
  }
}
