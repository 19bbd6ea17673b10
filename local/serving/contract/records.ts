import type { Dataset, Layer } from '@pipeline/datasets/schema';
import type { Cell } from './answers';

/** Content of a record for a page: what it is, cut where it is long. Numbers in it stay the text they are. */
export interface Content {
  readonly text: string;
  /** Size of the whole, in bytes. */
  readonly bytes: number;
  /** Whether `text` is only its beginning. */
  readonly cut: boolean;
  /** `base64` for bytes that are no UTF-8. */
  readonly encoding: 'utf8' | 'base64';
}

export interface LogPartition {
  readonly partition: number;
  /** A stream's shard id; null in a topic. */
  readonly shard: string | null;
  readonly begin: number;
  /** The next offset to be written. */
  readonly end: number;
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
}

/** One entry of `GET /logs`. */
export interface LogAbout {
  readonly name: string;
  readonly kind: 'topic' | 'stream';
  /** The dataset that it carries; null for others, such as the dead-letter topic. */
  readonly dataset: Dataset | null;
  /** Null where nobody tells. */
  readonly createdMs: number | null;
  /** Hours that records are kept; null: for ever, or, without `createdMs`, not known. */
  readonly retentionHours: number | null;
  readonly partitions: readonly LogPartition[];
}

/** One record in a list. */
export interface RecordHead {
  readonly offset: number;
  readonly sequenceNumber: string | null;
  readonly atMs: number;
  readonly key: Content | null;
  /** Cut at 200 characters; null for a tombstone. */
  readonly value: Content | null;
}

/** `GET /logs/{log}/{partition}`. By key, the page goes backward from the newest. */
export interface RecordPage {
  readonly begin: number;
  readonly end: number;
  /** In the order of offsets; with `key`, newest first. */
  readonly records: readonly RecordHead[];
  /** With `key`: the lowest offset looked at. Asking again with `before` set to it goes on; 0 or `begin` is the end. */
  readonly searchedTo: number | null;
}

/** One request as the ring of the last 10,000 remembers it. No bodies. */
export interface RequestEntry {
  readonly requestId: string;
  readonly atMs: number;
  readonly tookMs: number;
  readonly verb: string;
  /** Route in template form. */
  readonly route: string;
  readonly status: number;
  /** `stored`, or who refused it and why. */
  readonly outcome: string;
  /** Records that it stored; `first` to `last` are consecutive offsets. At most 20 are listed. */
  readonly stored: readonly {
    readonly log: string;
    readonly partition: number;
    readonly first: number;
    readonly last: number;
  }[];
}

/** What one rule did to one record. */
export interface RuleStep {
  /** Id in the catalogue of rules. */
  readonly rule: string;
  readonly words: string;
  /** Clean column it changed. */
  readonly column: string;
  readonly before: Cell;
  readonly after: Cell;
}

/** One record after cleaning, in its layer. */
export interface CleanedRecord {
  readonly outcome: 'clean' | 'quarantined' | 'duplicate';
  /** Of a quarantined one; id in the catalogue. */
  readonly reason: string | null;
  readonly reasonWords: string | null;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly value: Cell;
    readonly from: readonly string[];
  }[];
  readonly findings: readonly { readonly finding: string; readonly words: string }[];
  readonly steps: readonly RuleStep[];
}

/** Where a topic's record is in the lake: in a closed file, in one that is open, or not there yet. */
export type Filed =
  | {
      readonly state: 'closed';
      readonly file: string;
      readonly line: number;
      readonly closedMs: number;
      readonly text: Content;
    }
  | {
      readonly state: 'open';
      readonly closesMs: number | null;
      readonly records: number;
      readonly closesAtRecords: number;
    }
  | { readonly state: 'waiting' }
  | { readonly state: 'refused'; readonly why: string }
  | { readonly state: 'gone'; readonly why: string };

/** `GET /logs/{log}/{partition}/{offset}`: one record as sent, stored, filed and cleaned. */
export interface RecordDetail {
  readonly log: string;
  readonly kind: 'topic' | 'stream';
  readonly dataset: Dataset | null;
  readonly layer: Layer | null;
  readonly partition: number;
  readonly offset: number;
  readonly sequenceNumber: string | null;
  readonly atMs: number;
  /** The request that brought it; null with `sentWhy` when it has fallen out of the ring or came by another port. */
  readonly sent: RequestEntry | null;
  readonly sentWhy: string | null;
  /** Content up to 64 kB; the whole is at `…/{offset}/value`. */
  readonly key: Content | null;
  readonly value: Content | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Null for a stream, whose records are in no file. */
  readonly filed: Filed | null;
  /** Null while the layer has not taken it in; `cleanedWhy` tells. */
  readonly cleaned: CleanedRecord | null;
  readonly cleanedWhy: string | null;
  /** When its layer committed it; null when not known any more, or not yet. */
  readonly cleanedMs: number | null;
}

/** One entry of `GET /files`, newest first. */
export interface FileEntry {
  /** Key in the bucket. */
  readonly file: string;
  readonly log: string;
  readonly partition: number;
  readonly fromOffset: number;
  readonly bytes: number;
  readonly closedMs: number;
  /** Whether the batch layer has taken it in; null where nobody can tell. */
  readonly takenIn: boolean | null;
}

export interface FilePage {
  readonly files: readonly FileEntry[];
  readonly total: number;
}

/** `GET /files/lines`. */
export interface FileLines {
  readonly file: string;
  /** Number of the first line given, from 1. */
  readonly from: number;
  readonly lines: readonly Content[];
  readonly more: boolean;
}
