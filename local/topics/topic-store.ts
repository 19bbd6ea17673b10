import type { Append, Appended, JsonObject, ReadLimits, StoredRecord, Topic } from '../log';

/** Kafka failed to store, read or list records. Another try may succeed. */
export class TopicsError extends Error {
  override readonly name: string = 'TopicsError';
}

/** A value, or a promise when the topics are in a Kafka. */
export type Soon<Value> = Value | Promise<Value>;

/** One partition of one topic. */
export interface TopicPlace {
  readonly topic: string;
  readonly partition: number;
}

/** A member of a consumer group that others share out. */
export interface GroupMember {
  /** What it may read now. */
  readonly assigned: readonly TopicPlace[];
  /**
   * Joins the group, once more where topics or partitions are others than before, or it has been lost. Resolves when it has its partitions, or
   * after a while without.
   *
   * @param topics with the number of their partitions
   */
  join(topics: ReadonlyMap<string, number>): Promise<void>;
  commit(offsets: readonly (TopicPlace & { readonly offset: number })[]): Promise<void>;
  leave(): Promise<void>;
}

/** Offsets that consumer groups have committed. */
export interface GroupOffsets {
  /**
   * A new member of a group, where somebody else shares its partitions out.
   *
   * @param onAssigned called whenever it has got other partitions
   */
  member?(group: string, name: string, onAssigned: () => void): GroupMember;
  /** The next offset that a group will read, undefined if it never committed one. */
  find(group: string, place: TopicPlace): Soon<{ readonly offset: number; readonly metadata: string } | undefined>;
  commit(
    group: string,
    offsets: readonly (TopicPlace & { readonly offset: number; readonly metadata: string })[],
  ): Promise<void>;
}

/**
 * Topics in our own log or in a Kafka. Methods without a promise answer at once; for a Kafka they tell the state that was
 * heard last.
 */
export interface TopicStore {
  createTopic(name: string, options: { readonly partitions: number; readonly attributes?: JsonObject }): Promise<void>;
  topic(name: string): Topic | undefined;
  /** Asks Kafka for its present topics and partitions, which other programs may have made. */
  refresh?(): Promise<void>;
  /** Names of all topics, sorted. */
  topics(): string[];
  /** Stores records, then the named positions. Our own log stores both in one commit. Resolves when they are committed. */
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
  /** Calls back for every partition that got records. Returns a function that ends the calls. */
  onAppend(listener: (topic: string, partition: number) => void): () => void;
  close(): Promise<void>;
  /** Shows a consumer group's progress to Kafka's tools. The stored positions, not these offsets, decide where a reader goes on. */
  follow?(group: string, topic: string, partition: number, offset: number): void;
  /** Offsets of consumer groups, if Kafka keeps them. @default they are positions of this store */
  readonly groups?: GroupOffsets;
  /** Whether a crash can keep the records and lose the positions. @default false: they are stored together */
  readonly storesApart?: boolean;
}

/** A topic's name with its identity: differs from that of an earlier topic of the same name. */
export function identityOf({ name, createdMs, identity }: Topic): string {
  return `${name}@${identity ?? createdMs}`;
}
