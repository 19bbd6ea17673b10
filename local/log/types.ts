import type { LogFullError } from './errors';

/** Any JSON object, such as the attributes of a topic. */
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
  /** Id that an earlier topic of the same name does not share. @default the time of creation */
  readonly identity?: string;
}

/** How much is read at once. */
export interface ReadLimits {
  readonly maxRecords: number;
  /** Of keys and values; only a single larger record may exceed it. @default unlimited */
  readonly maxBytes?: number;
}

/** A durable, partitioned, append-only log in one folder. Writes are committed in groups; reads are synchronous. */
export interface Log {
  /** Rejects with `TopicExistsError` if a topic of that name exists. */
  createTopic(name: string, options: { readonly partitions: number; readonly attributes?: JsonObject }): Promise<void>;
  /** Removes the topic with all its records. A topic made later under the same name begins at offset 0. */
  deleteTopic(name: string): Promise<void>;
  topic(name: string): Topic | undefined;
  /** Names of all topics, sorted. */
  topics(): string[];
  /** Changes a topic's attributes and its number of partitions in one commit. The number never falls. */
  setAttributes(name: string, attributes: JsonObject, partitions?: number): Promise<void>;
  /**
   * Commits all appends and named positions together, or none of them. Resolves when committed: that survives `kill -9`,
   * with `fsync` also the loss of power. One result per append, in order; all share one timestamp. After a rejection
   * (`LogFullError`, `LogWriteError`) none of the records is stored and the log still works.
   */
  append(appends: readonly Append[], positions?: Readonly<Record<string, string>>): Promise<readonly Appended[]>;
  /** The text last committed under that name. */
  position(name: string): string | undefined;
  /** Committed records from `fromOffset` on; `[]` at the end. A trimmed offset is replaced by the first one. */
  read(topic: string, partition: number, fromOffset: number, limits: ReadLimits): StoredRecord[];
  beginningOffset(topic: string, partition: number): number;
  /** The next offset to be written. */
  endOffset(topic: string, partition: number): number;
  /** Offset of the first record with that timestamp or a later one, else the end offset. */
  offsetForTime(topic: string, partition: number, timestampMs: number): number;
  /** Calls `listener` after each commit, once for every partition that got records. Returns a function that ends the calls. */
  onAppend(listener: (topic: string, partition: number) => void): () => void;
  /** Forgets the records before `beforeOffset`. Offsets never move. */
  trim(topic: string, partition: number, beforeOffset: number): Promise<void>;
  /** Commits pending writes and releases the folder. */
  close(): Promise<void>;
}

export interface LogOptions {
  /** Whether an append resolves only after its records are on the disk. @default false */
  readonly fsync?: boolean;
  /** Clock in ms. @default Date.now */
  readonly now?: () => number;
  /** Appends are refused while the disk has less free space than this, so that a commit never fills the disk. @default 32 MiB */
  readonly minFreeBytes?: number;
  /** Called each time the disk is found to have too little room. @default not called */
  readonly onFull?: (error: LogFullError) => void;
}
