import type { StoredBatch } from './batch';
import { UnknownPartitionError, UnknownTopicError } from './errors';
import type { Store } from './store';
import type { JsonObject, Topic } from './types';

/** The committed state of a partition. */
export interface PartitionState {
  readonly topic: TopicState;
  readonly index: number;
  begin: number;
  end: number;
  lastTimestampMs: number;
  /** The batch that was read last, for readers that take a few records at a time. */
  lastRead: StoredBatch | undefined;
}

export interface TopicState extends Topic {
  readonly id: number;
  attributes: JsonObject;
  partitions: number;
  readonly states: PartitionState[];
  deleted: boolean;
}

interface TopicFact {
  readonly id: number;
  readonly partitions: number;
  readonly attributes: JsonObject;
  readonly createdMs: number;
}

/** The topics of a log and where each partition begins and ends, in memory; read from the store once. */
export class Topics {
  private readonly byName = new Map<string, TopicState>();
  nextId = 1;

  /** @throws LogDamagedError when a partition's last batch differs from what was written. */
  static recover(store: Store): Topics {
    const topics = new Topics();
    for (const { name, value } of store.facts('topic/')) {
      const topic = newTopic(name.slice('topic/'.length), value as unknown as TopicFact);
      for (const state of topic.states) {
        state.begin = (store.fact(beginFact(state)) as number | undefined) ?? 0;
        const last = store.lastBatch(topic.id, state.index);
        state.end = Math.max(state.begin, last === undefined ? 0 : last.lastOffset + 1);
        state.lastTimestampMs = last?.timestampMs ?? 0;
      }
      topics.add(topic);
    }
    topics.nextId = Math.max(topics.nextId, (store.fact('next-topic-id') as number | undefined) ?? 1);
    return topics;
  }

  names(): string[] {
    return [...this.byName.keys()].sort();
  }

  find(name: string): TopicState | undefined {
    return this.byName.get(name);
  }

  get(name: string): TopicState {
    const topic = this.byName.get(name);
    if (topic !== undefined) return topic;
    throw new UnknownTopicError(
      `no topic ${JSON.stringify(name)} in the log (known: ${this.names().join(', ') || 'none'})`,
    );
  }

  partition(name: string, index: number): PartitionState {
    const topic = this.get(name);
    const state = topic.states[index];
    if (state !== undefined) return state;
    throw new UnknownPartitionError(`topic ${name} has partitions 0 to ${topic.partitions - 1}, got ${index}`);
  }

  add(topic: TopicState): void {
    topic.deleted = false;
    this.byName.set(topic.name, topic);
  }

  remove(topic: TopicState): void {
    topic.deleted = true;
    this.byName.delete(topic.name);
  }
}

export function newTopic(name: string, { id, partitions, attributes, createdMs }: TopicFact): TopicState {
  const topic: TopicState = { name, id, partitions: 0, attributes, createdMs, states: [], deleted: false };
  grow(topic, partitions);
  return topic;
}

/** Gives a topic more partitions, all empty. */
export function grow(topic: TopicState, partitions: number): void {
  for (let index = topic.partitions; index < partitions; index += 1)
    topic.states.push({ topic, index, begin: 0, end: 0, lastTimestampMs: 0, lastRead: undefined });
  topic.partitions = Math.max(topic.partitions, partitions);
}

export function putTopicFact(
  store: Store,
  topic: TopicState,
  attributes: JsonObject = topic.attributes,
  partitions: number = topic.partitions,
): void {
  const { id, createdMs } = topic;
  store.putFact(topicFact(topic), { id, partitions, attributes, createdMs });
}

export function topicFact(topic: TopicState): string {
  return `topic/${topic.name}`;
}

/** Name of the fact that stores the beginning of a trimmed partition. */
export function beginFact(state: PartitionState): string {
  return `begin/${state.topic.id}/${state.index}`;
}
