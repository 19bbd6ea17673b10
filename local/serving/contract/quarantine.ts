import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { Content } from './records';

/** `GET /quarantine/reasons`, most records first. */
export interface QuarantineReason {
  readonly layer: Layer;
  readonly dataset: Dataset;
  readonly reason: string;
  readonly words: string;
  /** Why there is such a rule. */
  readonly why: string;
  readonly example: string;
  readonly records: number;
  readonly newestMs: number;
}

/** `GET /quarantine/records`, newest first. */
export interface QuarantinedRecord {
  readonly layer: Layer;
  readonly dataset: Dataset;
  readonly reason: string;
  /** As its client sent it: without the fields that the sink adds. */
  readonly line: Content;
  readonly atMs: number;
  readonly log: string;
  readonly partition: number;
  readonly offset: number;
  readonly sequenceNumber: string | null;
}

export interface QuarantinePage {
  readonly records: readonly QuarantinedRecord[];
  readonly total: number;
  /** What to pass as `before` for the next ones; null at the end. */
  readonly before: string | null;
}

/** Body of `POST /quarantine/replay`: one corrected line, sent through the API as a client would. */
export interface ReplayLine {
  readonly dataset: Dataset;
  readonly layers: readonly Layer[];
  /** JSON text of one object; sent as it is, but for the fields that the sink adds. */
  readonly line: string;
}

export interface Replayed {
  readonly layer: Layer;
  readonly verb: string;
  readonly url: string;
  readonly status: number;
  readonly requestId: string;
  readonly response: Content;
  /** Where it was stored; null when it was refused. */
  readonly stored: { readonly log: string; readonly partition: number; readonly offset: number } | null;
}
