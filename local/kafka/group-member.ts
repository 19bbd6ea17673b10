import { setTimeout as pause } from 'node:timers/promises';
import type { Consumer, GroupOptions } from '@platformatic/kafka';
import { assign, type GroupMember, type Subscriber, type TopicPlace } from '../topics';

/** Longest that somebody waits until a group has shared its partitions out; it goes on behind their back. */
const JOIN_MS = 5_000;

/** What members of Kafka's own consumers take, too, so that both can be in one group. */
const PROTOCOL = { name: 'range', version: 0 };

const OPTIONS: GroupOptions = {
  sessionTimeout: 10_000,
  rebalanceTimeout: 10_000,
  heartbeatInterval: 500,
  protocols: [PROTOCOL],
  partitionAssigner: (_, members, __, { topics }) => {
    const all = [...members.values()].map(
      (member): Subscriber => ({ name: member.memberId, topics: new Set(member.topics) }),
    );
    return all.map((member) => {
      const assignments = new Map<string, { topic: string; partitions: number[] }>();
      for (const { topic, partition } of assign(member, all, (name) => topics.get(name)?.partitionsCount ?? 0)) {
        const known = assignments.get(topic) ?? { topic, partitions: [] };
        assignments.set(topic, { topic, partitions: [...known.partitions, partition] });
      }
      return { memberId: member.name, assignments };
    });
  },
};

/** A member of a group in Kafka, which shares its partitions with all other members, whoever these are. */
export class KafkaMember implements GroupMember {
  assigned: readonly TopicPlace[] = [];
  private wanted = '';

  /**
   * @param client a consumer of the group that nobody else uses
   * @param onAssigned called whenever it has got other partitions
   * @param fail makes one sentence of an error of the client
   */
  constructor(
    private readonly client: Consumer,
    onAssigned: () => void,
    private readonly fail: (doing: string, error: unknown) => Error,
  ) {
    client.on('consumer:group:join', ({ assignments }) => {
      this.assigned = (assignments ?? []).flatMap(({ topic, partitions }) =>
        partitions.map((partition) => ({ topic, partition })),
      );
      onAssigned();
    });
    // It could not join again by itself: who reads next joins.
    client.on('error', () => {});
  }

  async join(topics: ReadonlyMap<string, number>): Promise<void> {
    const wanted = JSON.stringify([...topics]);
    if (wanted === this.wanted && this.client.isActive()) return;
    this.wanted = wanted;
    this.client.topics.clear();
    this.client.topics.trackAll(...topics.keys());
    const joining = this.client.joinGroup({ ...OPTIONS });
    joining.catch(() => {});
    try {
      await Promise.race([joining, pause(JOIN_MS, undefined, { ref: false })]);
    } catch (error) {
      this.wanted = '';
      throw this.fail(`group ${this.client.groupId} cannot be joined`, error);
    }
  }

  commit(offsets: readonly (TopicPlace & { readonly offset: number })[]): Promise<void> {
    return commitBy(this.client, offsets);
  }

  async leave(): Promise<void> {
    this.assigned = [];
    await this.client.close(true);
  }
}

/** Commits offsets of a client's group in Kafka. @throws the client's error */
export async function commitBy(
  client: Consumer,
  offsets: readonly (TopicPlace & { readonly offset: number })[],
): Promise<void> {
  if (offsets.length === 0) return;
  const places = offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset: BigInt(offset) }));
  await client.commit({ offsets: places.map((place) => ({ ...place, leaderEpoch: -1 })) });
}
