import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { ViewLayer } from './answers';
import type { OthersFound } from './judgement';

/** Where records pass, in the order of the README's picture: the batch way, the speed way, then where both meet. */
export const HOPS = ['api', 'topic', 'file', 'batch', 'stream', 'speed', 'serving'] as const;
/**
 * `api` counts records that came through the gateway, `topic` and `stream` those in the logs, `file` those in closed files, `batch` and
 * `speed` those taken in by the clean tables, `serving` posts that an answer can see.
 */
export type HopId = (typeof HOPS)[number];

/** Records at one hop. Whatever cannot be known is null, and the page says so. */
export interface HopCounts {
  readonly soFar: number;
  /** Records that have left the hop before and are not here yet. */
  readonly waiting: number;
  /** Records that ended here: refused by the API, dead-lettered by the sink, or quarantined by a layer. */
  readonly refused: number;
}

export interface Hop extends HopCounts {
  readonly id: HopId;
  /** Mean over the last full second. */
  readonly perSecond: number;
  readonly byDataset: Readonly<Record<Dataset, HopCounts>>;
  /** When the newest record came here, in ms since 1970; null before the first. */
  readonly newestMs: number | null;
}

/** Milliseconds from the moment a request reached the gateway, over the records of the last minute. */
export interface Latency {
  readonly records: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** Where a record is visible: acknowledged by the log, in the tables of a layer, in what serving answers from. */
export type LatencyId = 'log' | 'batch' | 'speed' | 'serving';

/** How one answer of one layer compares with the right one for what has arrived in that layer. */
export type ViewState = 'right' | 'wrong' | 'waiting' | 'unknown';

export interface FirstDifference {
  readonly view: string;
  readonly layer: ViewLayer;
  /** Place of the row, from 1. */
  readonly row: number;
  /** The row as it is, and as it should be, each as JSON; null where there is none. */
  readonly got: string | null;
  readonly expected: string | null;
}

/** Whether all is well, for the sentence at the top. */
export interface Verdict {
  /**
   * `empty`: no record yet. `working`: records are on the way, or answers are being compared. `right`: all compared answers are right for
   * what arrived of the source in each layer, and every record is accounted for. `wrong`: something is not. `agree`: layers agree, but nobody
   * knows the right answer.
   */
  readonly state: 'empty' | 'working' | 'right' | 'agree' | 'wrong';
  /** Records that the logs hold, of those that the gateway acknowledged or, in a replay, that the source has; null when not known. */
  readonly delivered: number;
  readonly sent: number | null;
  readonly views: Readonly<Record<string, Readonly<Record<ViewLayer, ViewState>>>>;
  /** Whether batch and speed hold the same posts and give the same answers; null while one of them has records on the way. */
  readonly layersAgree: boolean | null;
  readonly firstDifference: FirstDifference | null;
  /** Records that are not the known source's, and the first of them; null where there are none. Answers are judged without them. */
  readonly others: OthersFound | null;
  /** Stored records that are in none of clean, quarantined, duplicate, dead-lettered, waiting. 0 unless something is broken. */
  readonly unaccounted: number;
  /** Why there is no right answer to compare with, e.g. records of another source; null when there is. */
  readonly notCompared: string | null;
  /** When answers were compared last; null before. */
  readonly comparedMs: number | null;
}

/** One thing that is wrong or waits for somebody. */
export interface Trouble {
  /** Stable name of the kind, e.g. `sink-stopped`. */
  readonly id: string;
  readonly level: 'wrong' | 'waiting' | 'note';
  readonly what: string;
  /** What to do about it; a command stands in backticks. */
  readonly remedy: string;
  readonly sinceMs: number;
  /** Page that shows more, e.g. `/quarantine?layer=batch`. */
  readonly page?: string;
}

/** What the tables of one layer hold just now. */
export interface LayerNow {
  /** Grows with every change: an answer with another version is out of date. */
  readonly version: number;
  /** Arrival of the newest record taken in; null before the first. */
  readonly asOfMs: number | null;
  readonly clean: Readonly<Record<Dataset, number>>;
  readonly quarantined: Readonly<Record<Dataset, number>>;
  readonly duplicates: Readonly<Record<Dataset, number>>;
}

/** What does not change while a runtime runs. */
export interface Run {
  /** Another one means that the runtime was started anew. */
  readonly id: string;
  readonly startedMs: number;
  readonly env: string;
  readonly userId: string;
  readonly stage: string;
  readonly dataFolder: string;
  readonly auth: 'none' | 'iam';
  readonly limits: 'off' | 'aws';
  readonly addresses: {
    readonly api: string;
    readonly views: string;
    readonly kinesis: string;
    readonly kafkaRest: string;
    /** Where an S3 client finds the sink's files; null where no such endpoint is served. */
    readonly s3: string | null;
    /** The sink's files as a folder. */
    readonly files: string;
  };
  readonly topics: Readonly<Record<Dataset, string>>;
  readonly streams: Readonly<Record<Dataset, string>>;
  /** The source replayed into this folder; null when none was. */
  readonly source: { readonly seed: number; readonly posts: number; readonly hardMode: boolean } | null;
}

/** A partition's open file, which batch cannot see yet. */
export interface OpenFile {
  readonly log: string;
  readonly partition: number;
  readonly fromOffset: number;
  readonly records: number;
  /** When the wall clock closes it; null where only its size does. */
  readonly closesMs: number | null;
  /** Records that close it. */
  readonly closesAtRecords: number;
}

/** Everything that an open page follows. A change replaces whole members. */
export interface Live {
  readonly run: Run;
  readonly hops: readonly Hop[];
  readonly latency: Readonly<Record<LatencyId, Latency>>;
  readonly layers: Readonly<Record<Layer, LayerNow>>;
  /** Next offset of each partition, by topic or stream: a page that shows a tail reads on when one moves. */
  readonly ends: Readonly<Record<string, readonly number[]>>;
  readonly openFiles: readonly OpenFile[];
  readonly verdict: Verdict;
  readonly troubles: readonly Trouble[];
}

/** Records a second at each hop, for the last 300 full seconds, oldest first. */
export interface Series {
  /** The last full second, in s since 1970. */
  readonly endsAt: number;
  readonly perSecond: Readonly<Record<HopId, readonly number[]>>;
}

/** One more full second of the series. */
export interface Tick {
  readonly second: number;
  readonly perSecond: Readonly<Record<HopId, number>>;
}

/** `GET /live`, and the first event of `GET /events`. */
export interface Snapshot {
  /** The runtime's clock, in ms since 1970: ages are counted from it. */
  readonly nowMs: number;
  readonly live: Live;
  readonly series: Series;
}

/** What may follow a snapshot, at most four a second. */
export interface Change {
  readonly nowMs: number;
  readonly changed: Partial<Live>;
  readonly ticks?: readonly Tick[];
}

/**
 * Events of `GET /events` by name. `heartbeat` comes every 2 s; a page that hears nothing for 6 s is not connected. A reader that is too slow
 * gets one `snapshot` in place of the changes that it missed. `bye` comes when the runtime stops in good order.
 */
export interface Events {
  readonly snapshot: Snapshot;
  readonly change: Change;
  readonly heartbeat: { readonly nowMs: number };
  readonly bye: { readonly nowMs: number };
}
