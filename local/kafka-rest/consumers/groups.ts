import { assign, type GroupOffsets, type Subscriber, type TopicStore } from '../../topics';
import { RestError, restError } from '../errors';
import { CommittedOffsets } from './committed';
import { Consumer } from './consumer';
import type { ConsumerConfig } from './consumer-config';
import type { Subscription, TopicPartition, TopicPartitionOffset } from './requests';
import { topicsOf } from './subscribed-topics';

/** A consumer instance that nobody used for so long is removed. */
const IDLE_MS = 300_000;
const MAX_NAME_BYTES = 255;
/** Of all groups together: whoever makes instances and forgets them must not fill the memory. */
const MAX_INSTANCES = 10_000;

/** The consumer instances of all groups, and how the members of a group share its topics. */
export class ConsumerGroups {
  readonly committed: GroupOffsets;
  private readonly log: TopicStore;
  private readonly now: () => number;
  private readonly groups = new Map<string, Map<string, Consumer>>();

  constructor({ log, now }: { readonly log: TopicStore; readonly now: () => number }) {
    this.log = log;
    this.now = now;
    this.committed = log.groups ?? new CommittedOffsets(log);
  }

  async create(group: string, config: ConsumerConfig): Promise<void> {
    await this.removeIdle();
    if (Buffer.byteLength(group) > MAX_NAME_BYTES || Buffer.byteLength(config.name) > MAX_NAME_BYTES) {
      throw restError(
        'invalidConsumerConfiguration',
        `Invalid consumer configuration: names have at most ${MAX_NAME_BYTES} bytes`,
      );
    }
    const count = [...this.groups.values()].reduce((sum, { size }) => sum + size, 0);
    if (count >= MAX_INSTANCES) {
      throw new RestError(503, 503, `There are ${MAX_INSTANCES} consumer instances; delete those that are not used`);
    }
    const members = this.groups.get(group) ?? new Map<string, Consumer>();
    if (members.has(config.name)) {
      throw restError(
        'instanceExists',
        'Consumer with specified consumer ID already exists in the specified consumer group.',
      );
    }
    this.groups.set(group, members);
    members.set(
      config.name,
      new Consumer(group, config, { log: this.log, committed: this.committed, nowMs: this.now() }),
    );
  }

  /** @throws RestError 404 when there is no such instance, or it was idle for too long */
  async find(group: string, name: string): Promise<Consumer> {
    await this.removeIdle();
    const consumer = this.groups.get(group)?.get(name);
    if (consumer === undefined) throw restError('topicOrInstanceNotFound', 'Consumer instance not found.');
    consumer.lastUsedMs = this.now();
    return consumer;
  }

  async remove({ group, config }: Consumer): Promise<void> {
    const members = this.groups.get(group);
    const consumer = members?.get(config.name);
    if (members === undefined || consumer === undefined) return;
    members.delete(config.name);
    if (members.size === 0) this.groups.delete(group);
    await this.release(consumer);
    await this.rebalance(group);
  }

  async subscribe(consumer: Consumer, subscription: Subscription): Promise<void> {
    if (consumer.assigned !== undefined) throw exclusive();
    // A pattern that cannot be used is refused now, not at the next read.
    topicsOf(subscription, this.log.topics());
    consumer.subscription = subscription;
    await this.join(consumer);
    await this.rebalance(consumer.group);
  }

  /** Where somebody else shares partitions out, a consumer with a subscription is a member of its group there, with the topics that there are now. */
  async join(consumer: Consumer): Promise<void> {
    const { group, config, subscription } = consumer;
    if (subscription === undefined || this.committed.member === undefined) return;
    const known = this.subscriptionOf(consumer).filter((topic) => this.log.topic(topic) !== undefined);
    const topics = new Map(known.sort().map((topic) => [topic, this.log.topic(topic)!.partitions] as const));
    consumer.member ??= this.committed.member(group, config.name, () => {
      // What is not committed then is read again by whoever has it now.
      consumer.keepOnly(this.assignmentOf(consumer)).catch(() => {});
    });
    await consumer.member.join(topics);
  }

  async assign(consumer: Consumer, partitions: readonly TopicPartition[]): Promise<void> {
    if (consumer.subscription !== undefined) throw exclusive();
    consumer.assigned = partitions;
    await consumer.keepOnly(partitions);
  }

  /** Ends a subscription or an assignment. */
  async unsubscribe(consumer: Consumer): Promise<void> {
    consumer.subscription = undefined;
    consumer.assigned = undefined;
    await this.release(consumer);
    await this.rebalance(consumer.group);
  }

  /** Topics that a consumer subscribed to. */
  subscriptionOf({ subscription }: Consumer): string[] {
    return subscription === undefined ? [] : [...topicsOf(subscription, this.log.topics())];
  }

  /** Partitions that a consumer reads. */
  assignmentOf(consumer: Consumer): readonly TopicPartition[] {
    if (consumer.assigned !== undefined) return consumer.assigned;
    if (consumer.member !== undefined) return consumer.member.assigned;
    const members = this.subscribers(consumer.group);
    const member = members.find(({ name }) => name === consumer.config.name);
    if (member === undefined) return [];
    return assign(member, members, (topic) => this.log.topic(topic)?.partitions ?? 0);
  }

  /** Sets where a consumer reads on. */
  seek(consumer: Consumer, offsets: readonly Pick<TopicPartitionOffset, 'topic' | 'partition' | 'offset'>[]): void {
    const assigned = this.assignmentOf(consumer);
    for (const { topic, partition } of offsets) {
      if (!assigned.some((place) => place.topic === topic && place.partition === partition)) {
        throw illegalState(`No current assignment for partition ${topic}-${partition}`);
      }
    }
    for (const { topic, partition, offset } of offsets) consumer.seek({ topic, partition }, offset);
  }

  /** It reads nothing any more. */
  private async release(consumer: Consumer): Promise<void> {
    await consumer.keepOnly([]);
    await consumer.member?.leave();
    consumer.member = undefined;
  }

  private subscribers(group: string): Subscriber[] {
    const members = [...(this.groups.get(group)?.values() ?? [])];
    return members.flatMap(({ config, subscription }) =>
      subscription === undefined ? [] : [{ name: config.name, topics: topicsOf(subscription, this.log.topics()) }],
    );
  }

  private async rebalance(group: string): Promise<void> {
    for (const member of this.groups.get(group)?.values() ?? []) {
      if (member.subscription !== undefined) await member.keepOnly(this.assignmentOf(member));
    }
  }

  private async removeIdle(): Promise<void> {
    const nowMs = this.now();
    for (const members of [...this.groups.values()]) {
      for (const consumer of [...members.values()]) {
        if (nowMs - consumer.lastUsedMs >= IDLE_MS) await this.remove(consumer);
      }
    }
  }
}

function exclusive(): RestError {
  return illegalState('Subscription to topics, partitions and pattern are mutually exclusive');
}

function illegalState(problem: string): RestError {
  return restError('illegalState', `Illegal state: ${problem}`);
}
