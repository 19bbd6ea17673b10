import { type GroupOffsets, identityOf, type TopicStore } from '../../topics';
import { topicNotFound } from '../errors';
import type { TopicPartition, TopicPartitionOffset } from './requests';

/** Offsets that consumer groups have committed, kept in the log itself: they survive a restart. */
export class CommittedOffsets implements GroupOffsets {
  private readonly log: TopicStore;

  constructor(log: TopicStore) {
    this.log = log;
  }

  /** The next offset that a group will read, undefined if it never committed one. */
  find(group: string, place: TopicPartition): { readonly offset: number; readonly metadata: string } | undefined {
    if (this.log.topic(place.topic) === undefined) return undefined;
    const text = this.log.position(this.name(group, place));
    return text === undefined ? undefined : (JSON.parse(text) as { offset: number; metadata: string });
  }

  async commit(group: string, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    if (offsets.length === 0) return;
    const positions = offsets.map(({ offset, metadata, ...place }) => [
      this.name(group, place),
      JSON.stringify({ offset, metadata }),
    ]);
    await this.log.append([], Object.fromEntries(positions));
  }

  private name(group: string, { topic, partition }: TopicPartition): string {
    const known = this.log.topic(topic);
    if (known === undefined || partition >= known.partitions) throw topicNotFound();
    return `consumer-group/${encodeURIComponent(group)}/${identityOf(known)}/${partition}`;
  }
}
