import { AppendGroup, type CheckedAppend } from './append-group';
import { recordSize } from './batch';
import { CommitQueue, type Write } from './commit-queue';
import { LogClosedError, LogWriteError, TopicExistsError } from './errors';
import type { FreeSpace } from './free-space';
import { Reader } from './reader';
import type { Store } from './store';
import { beginFact, grow, newTopic, type PartitionState, putTopicFact, Topics, topicFact } from './topics';
import type { Append, Appended, JsonObject, Log, ReadLimits, StoredRecord, Topic } from './types';

const MAX_GROUP_BYTES = 32 * 1024 * 1024;
const MAX_TOPIC_NAME = 249;
const MAX_POSITION_NAME = 1500;

interface AppendOperation {
  readonly kind: 'append';
  readonly appends: readonly CheckedAppend[];
  readonly positions: Readonly<Record<string, string>>;
  results: readonly Appended[];
}

interface ChangeOperation {
  readonly kind: 'change';
  /** Makes the write, after all earlier operations are committed. */
  readonly plan: () => Write;
}

type Operation = AppendOperation | ChangeOperation;

interface Surroundings {
  /** Clock in ms. */
  readonly now: () => number;
  readonly space: FreeSpace;
  /** Called when the store is closed. */
  readonly closed: () => void;
}

/** The log over one lmdb file. Make it with `openLog`, which guards the folder. */
export class LmdbLog implements Log {
  private readonly folder: string;
  private readonly store: Store;
  private readonly topicTable: Topics;
  private readonly reader: Reader;
  private readonly now: () => number;
  private readonly space: FreeSpace;
  private readonly closed: () => void;
  private readonly queue: CommitQueue<Operation>;
  private readonly listeners = new Set<(topic: string, partition: number) => void>();
  private closing: Promise<void> | undefined;

  constructor(folder: string, store: Store, { now, space, closed }: Surroundings) {
    this.folder = folder;
    this.store = store;
    this.now = now;
    this.space = space;
    this.closed = closed;
    this.topicTable = Topics.recover(store);
    this.reader = new Reader(folder, store);
    this.queue = new CommitQueue(
      (operations, refuse) => this.prepare(operations, refuse),
      (write) => this.commit(write),
      MAX_GROUP_BYTES,
    );
  }

  async createTopic(
    name: string,
    { partitions, attributes = {} }: { readonly partitions: number; readonly attributes?: JsonObject },
  ): Promise<void> {
    checkName('topic name', name, MAX_TOPIC_NAME);
    if (!Number.isInteger(partitions) || partitions < 1 || partitions > 10_000) {
      throw new RangeError(`topic ${name}: partitions must be a whole number from 1 to 10000, got ${partitions}`);
    }
    await this.change(() => {
      if (this.topicTable.find(name) !== undefined) throw new TopicExistsError(`topic ${name} exists already`);
      const id = this.topicTable.nextId;
      const topic = newTopic(name, { id, partitions, attributes, createdMs: this.now() });
      return {
        put: () => {
          putTopicFact(this.store, topic);
          this.store.putFact('next-topic-id', id + 1);
        },
        apply: () => {
          this.topicTable.nextId = id + 1;
          this.topicTable.add(topic);
        },
      };
    });
  }

  async deleteTopic(name: string): Promise<void> {
    await this.change(() => {
      const topic = this.topicTable.get(name);
      // At once: the records may be gone from the store before we hear that they are.
      this.topicTable.remove(topic);
      return {
        put: () => {
          this.store.removeFact(topicFact(topic));
          for (const state of topic.states) {
            this.removeBefore(state, state.end);
            this.store.removeFact(beginFact(state));
          }
        },
        undo: () => this.topicTable.add(topic),
      };
    });
  }

  topic(name: string): Topic | undefined {
    const topic = this.topicTable.find(name);
    if (topic === undefined) return undefined;
    const { partitions, attributes, createdMs } = topic;
    return { name, partitions, attributes, createdMs };
  }

  topics(): string[] {
    return this.topicTable.names();
  }

  async setAttributes(name: string, attributes: JsonObject, partitions?: number): Promise<void> {
    await this.change(() => {
      const topic = this.topicTable.get(name);
      const count = Math.max(topic.partitions, partitions ?? 0);
      return {
        put: () => putTopicFact(this.store, topic, attributes, count),
        apply: () => {
          topic.attributes = attributes;
          grow(topic, count);
        },
      };
    });
  }

  async append(
    appends: readonly Append[],
    positions: Readonly<Record<string, string>> = {},
  ): Promise<readonly Appended[]> {
    this.checkOpen();
    let size = 0;
    const checked = appends.map(({ topic, partition, records }) => {
      let own = 0;
      for (const record of records) own += recordSize(record);
      size += own;
      return { state: this.topicTable.partition(topic, partition), records, size: own };
    });
    for (const name of Object.keys(positions)) checkName('position name', name, MAX_POSITION_NAME);
    const operation: AppendOperation = { kind: 'append', appends: checked, positions, results: [] };
    await this.queue.add(operation, size);
    return operation.results;
  }

  position(name: string): string | undefined {
    this.checkOpen();
    return this.store.fact(`position/${name}`) as string | undefined;
  }

  read(
    topic: string,
    partition: number,
    fromOffset: number,
    { maxRecords, maxBytes = Number.POSITIVE_INFINITY }: ReadLimits,
  ): StoredRecord[] {
    this.checkOpen();
    return this.reader.read(this.topicTable.partition(topic, partition), fromOffset, { maxRecords, maxBytes });
  }

  beginningOffset(topic: string, partition: number): number {
    return this.topicTable.partition(topic, partition).begin;
  }

  endOffset(topic: string, partition: number): number {
    return this.topicTable.partition(topic, partition).end;
  }

  offsetForTime(topic: string, partition: number, timestampMs: number): number {
    this.checkOpen();
    return this.reader.offsetForTime(this.topicTable.partition(topic, partition), timestampMs);
  }

  onAppend(listener: (topic: string, partition: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async trim(topic: string, partition: number, beforeOffset: number): Promise<void> {
    await this.change(() => {
      const state = this.topicTable.partition(topic, partition);
      const before = state.begin;
      // At once: the records may be gone from the store before we hear that they are.
      state.begin = Math.min(Math.max(beforeOffset, before), state.end);
      return {
        put: () => {
          this.removeBefore(state, state.begin);
          this.store.putFact(beginFact(state), state.begin);
        },
        undo: () => {
          state.begin = before;
        },
      };
    });
  }

  close(): Promise<void> {
    this.closing ??= this.closeStore();
    return this.closing;
  }

  private async closeStore(): Promise<void> {
    await this.queue.idle();
    await this.store.close();
    this.closed();
  }

  /** Commits a change of topics in a group of its own. */
  private async change(plan: () => Write): Promise<void> {
    this.checkOpen();
    await this.queue.add({ kind: 'change', plan }, Number.POSITIVE_INFINITY);
  }

  private prepare(operations: readonly Operation[], refuse: (operation: Operation, error: unknown) => void): Write {
    const [first] = operations;
    if (first?.kind === 'change') return first.plan();
    const group = new AppendGroup(this.timestampFor(operations));
    for (const operation of operations) {
      if (operation.kind !== 'append') throw new Error('a change of topics met appends in one group');
      const gone = operation.appends.find(({ state }) => state.topic.deleted);
      if (gone !== undefined) {
        const { name } = gone.state.topic;
        refuse(operation, new LogWriteError(`topic ${name} was deleted before the append was committed`));
        continue;
      }
      operation.results = operation.appends.map((append) => group.add(append));
      for (const [name, value] of Object.entries(operation.positions)) group.setPosition(name, value);
    }
    return {
      size: group.size,
      put: () => group.putInto(this.store),
      apply: () => {
        for (const state of group.apply()) {
          for (const listener of this.listeners) notify(listener, state);
        }
      },
    };
  }

  /** Now; after the clock was set back, the time of the last record in any of the partitions. */
  private timestampFor(operations: readonly Operation[]): number {
    let timestampMs = this.now();
    for (const operation of operations) {
      if (operation.kind !== 'append') continue;
      for (const { state } of operation.appends) timestampMs = Math.max(timestampMs, state.lastTimestampMs);
    }
    return timestampMs;
  }

  private async commit({ put, size = 0 }: Write): Promise<void> {
    this.space.claim(size);
    try {
      await this.store.commit(put);
    } catch (error) {
      this.space.check();
      throw new LogWriteError(`${this.folder}: ${(error as Error).message}; the records were not stored`, {
        cause: error,
      });
    }
  }

  private removeBefore({ topic, index }: PartitionState, offset: number): void {
    for (const last of this.store.lastOffsetsBefore(topic.id, index, offset))
      this.store.removeBatch(topic.id, index, last);
  }

  private checkOpen(): void {
    if (this.closing !== undefined) throw new LogClosedError(`the log in ${this.folder} is closed`);
  }
}

function notify(listener: (topic: string, partition: number) => void, { topic, index }: PartitionState): void {
  try {
    listener(topic.name, index);
  } catch (error) {
    // The commit is done, so a listener's error is thrown elsewhere: the append must not fail for it.
    queueMicrotask(() => {
      throw error;
    });
  }
}

function checkName(what: string, name: string, maxBytes: number): void {
  const fits = name.length > 0 && Buffer.byteLength(name) <= maxBytes && !name.includes('\0');
  if (!fits) throw new RangeError(`${what} must be 1 to ${maxBytes} bytes without NUL, got ${JSON.stringify(name)}`);
}
