import type { Append, Appended, JsonObject, StoredRecord, Topic } from '../log';

/** Topics that are kept elsewhere did not do what they were asked; it may pass. */
export class TopicsError extends Error {
  override readonly name: string = 'TopicsError';
}

/** What may take a moment where the topics are not in this process. */
export type Soon<Value> = Value | Promise<Value>;

export interface ReadLimits {
  readonly maxRecords: number;
  readonly maxBytes?: number;
}

/** One partition of one topic. */
export interface TopicPlace {
  readonly topic: string;
  readonly partition: number;
}

/** Offsets that consumer groups have committed. */
export interface GroupOffsets {
  /** The next offset that a group will read, undefined if it never committed one. */
  find(group: string, place: TopicPlace): Soon<{ readonly offset: number; readonly metadata: string } | undefined>;
  commit(
    group: string,
    offsets: readonly (TopicPlace & { readonly offset: number; readonly metadata: string })[],
  ): Promise<void>;
}

/**
 * Topics, whoever keeps them: a log of ours, which is one as it stands, or a Kafka. What is asked all the time is known
 * without waiting; of a Kafka it is what was heard last.
 */
export interface TopicStore {
  createTopic(name: string, options: { readonly partitions: number; readonly attributes?: JsonObject }): Promise<void>;
  topic(name: string): Topic | undefined;
  /** Hears what topics and partitions there are now, where others may have made them. */
  refresh?(): Promise<void>;
  /** Names of all topics, sorted. */
  topics(): string[];
  /** Stores records, then the named positions; a log of ours both together. Resolves when they are committed. */
  append(appends: readonly Append[], positions?: Readonly<Record<string, string>>): Promise<readonly Appended[]>;
  /** The text last stored under that name. */
  position(name: string): string | undefined;
  /** Records from `fromOffset` on, or from the beginning if that is later. Offsets may have gaps. `[]` at the end. */
  read(topic: string, partition: number, fromOffset: number, limits: ReadLimits): Soon<StoredRecord[]>;
  beginningOffset(topic: string, partition: number): number;
  /** The next offset to be written. */
  endOffset(topic: string, partition: number): number;
  /** Offset of the first record with that timestamp or a later one, else the end offset. */
  offsetForTime(topic: string, partition: number, timestampMs: number): Soon<number>;
  /** Calls back for every partition that got records. Returns the way to stop it. */
  onAppend(listener: (topic: string, partition: number) => void): () => void;
  close(): Promise<void>;
  /** Lets whoever looks at the topics see how far a group of ours is; what counts are its positions. */
  follow?(group: string, topic: string, partition: number, offset: number): void;
  /** Where groups commit, when not among the positions of the store itself. */
  readonly groups?: GroupOffsets;
  /** Whether records and positions may part in a crash. @default false: they are stored together */
  readonly storesApart?: boolean;
}

/** What a topic is called where it must not be taken for another of the same name. */
export function identityOf({ name, createdMs, identity }: Topic): string {
  return `${name}@${identity ?? createdMs}`;
}
