import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { NotLooked } from './about';
import type { Cell } from './answers';

export const TRACE_STEPS = ['sent', 'stored', 'filed', 'cleaned', 'visible'] as const;

/** One hop of one record. */
export interface TraceStep {
  readonly step: (typeof TRACE_STEPS)[number];
  readonly state: 'done' | 'waiting' | 'refused' | 'unknown';
  /** In ms since 1970; null when it has not happened, or nobody remembers when. */
  readonly atMs: number | null;
  readonly words: string;
  /** When a waiting one will go on by itself. */
  readonly dueMs: number | null;
  /** Whether `POST /files/close` makes it go on. */
  readonly canClose: boolean;
}

/** One record of the post. A post that was sent twice has several. */
export interface TracedRecord {
  readonly dataset: Dataset;
  readonly layer: Layer;
  readonly log: string;
  readonly partition: number;
  /** Null where only a sequence number is known: away from the laptop, in a stream. */
  readonly offset: number | null;
  readonly sequenceNumber: string | null;
  readonly requestId: string | null;
  readonly steps: readonly TraceStep[];
  /** `unknown` where nobody can say what cleaning made of it. */
  readonly outcome: 'clean' | 'quarantined' | 'duplicate' | 'refused' | 'waiting' | 'unknown';
  /** Of a quarantined or refused one, in words. */
  readonly why: string | null;
}

/** Which record the serving layer shows for one dataset of the post, and why. */
export interface ServedBy {
  readonly layer: Layer | null;
  readonly log: string | null;
  readonly partition: number | null;
  readonly offset: number | null;
  readonly why: string;
}

/** `GET /trace/{key}`. An unknown key is no error: `records` is empty and `looked` says where. */
export interface Trace {
  readonly key: string;
  readonly nowMs: number;
  /** By arrival. */
  readonly records: readonly TracedRecord[];
  /** Null where nobody can tell which records answers rest on. */
  readonly served: Readonly<Record<Dataset, ServedBy>> | null;
  readonly looked: readonly string[];
  /** What could not be looked at, with why. */
  readonly notLooked: readonly NotLooked[];
}

export interface ChangedRow {
  /** The row with the post, and without it; null where there is none. */
  readonly with: readonly Cell[] | null;
  readonly without: readonly Cell[] | null;
}

/** `GET /trace/{key}/without`: the serving layer's answers when the post is left out. */
export interface AnswersWithout {
  readonly key: string;
  readonly tookMs: number;
  readonly views: readonly {
    readonly view: string;
    readonly columns: readonly string[];
    readonly changed: readonly ChangedRow[];
  }[];
  /** Views whose answer is the same. */
  readonly unchanged: readonly string[];
}
