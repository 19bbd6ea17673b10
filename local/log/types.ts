import type { LogFullError } from './errors';

/** Any JSON object; what a topic carries as its attributes. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export interface LogRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Record headers, as Kafka's; the dead-letter topic carries its context here. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StoredRecord extends LogRecord {
  readonly offset: number;
  /** Append time (Kafka's LogAppendTime) in ms; never goes back within a partition. */
  readonly timestampMs: number;
}

/** Records for one partition, kept in this order. Their buffers must not change until the append has settled. */
export interface Append {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
}

export interface Appended {
  /** Offset of the first record; the others follow without a gap. */
  readonly baseOffset: number;
  readonly timestampMs: number;
}

export interface Topic {
  readonly name: string;
  readonly partitions: number;
  readonly attributes: JsonObject;
  readonly createdMs: number;
  /** What tells it from another topic of its name that was made at another time. @default its time of creation */
  readonly identity?: string;
}

/** A durable, partitioned, append-only log in one folder. Writes are committed in groups; reads are synchronous. */
export interface Log {
  /** Rejects with `TopicExistsError` if there is one of that name. */
  createTopic(name: string, options: { readonly partitions: number; readonly attributes?: JsonObject }): Promise<void>;
  /** Removes the topic with all its records. A topic made later under the same name begins at offset 0. */
  deleteTopic(name: string): Promise<void>;
  topic(name: string): Topic | undefined;
  /** Names of all topics, sorted. */
  topics(): string[];
  /** Changes what a topic carries and, together with it, how many partitions it has: never fewer than before. */
  setAttributes(name: string, attributes: JsonObject, partitions?: number): Promise<void>;
  /**
   * Commits all appends and named positions together, or none of them. Resolves when committed: that survives `kill -9`,
   * with `fsync` also the loss of power. One result per append, in order; all share one timestamp. After a rejection
   * (`LogFullError`, `LogWriteError`) nothing of it is stored and the log can be used on.
   */
  append(appends: readonly Append[], positions?: Readonly<Record<string, string>>): Promise<readonly Appended[]>;
  /** The text last committed under that name. */
  position(name: string): string | undefined;
  /**
   * Committed records from `fromOffset` on: `[]` at the end; an offset already trimmed moves to the beginning. `maxBytes`
   * counts keys and values and is passed only by a single larger record.
   */
  read(
    topic: string,
    partition: number,
    fromOffset: number,
    limits: { readonly maxRecords: number; readonly maxBytes?: number },
  ): StoredRecord[];
  beginningOffset(topic: string, partition: number): number;
  /** The next offset to be written. */
  endOffset(topic: string, partition: number): number;
  /** Offset of the first record with that timestamp or a later one, else the end offset. */
  offsetForTime(topic: string, partition: number, timestampMs: number): number;
  /** Calls `listener` after each commit, once for every partition that got records. Returns the way to stop it. */
  onAppend(listener: (topic: string, partition: number) => void): () => void;
  /** Forgets the records before `beforeOffset`. Offsets never move. */
  trim(topic: string, partition: number, beforeOffset: number): Promise<void>;
  /** Commits what is under way and gives the folder free. */
  close(): Promise<void>;
}

export interface LogOptions {
  /** Acknowledge only what the disk has confirmed. @default false */
  readonly fsync?: boolean;
  /** Clock in ms. @default Date.now */
  readonly now?: () => number;
  /** Appends are refused while the disk has less room than this, so that a commit never meets its end. @default 32 MiB */
  readonly minFreeBytes?: number;
  /** Told each time that the disk is found to have too little room. @default nobody */
  readonly onFull?: (error: LogFullError) => void;
}
