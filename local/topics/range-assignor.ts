import type { TopicPlace } from './topic-store';

/** A member of a group that leaves the choice of partitions to the group. */
export interface Subscriber {
  readonly name: string;
  readonly topics: ReadonlySet<string>;
}

/** Kafka's range assignor: of each topic, members in the order of their names get neighbouring partitions, the first ones one more. */
export function assign(
  member: Subscriber,
  members: readonly Subscriber[],
  partitionsOf: (topic: string) => number,
): TopicPlace[] {
  return [...member.topics].sort().flatMap((topic) => {
    const sharing = members.filter(({ topics }) => topics.has(topic)).sort((a, b) => (a.name < b.name ? -1 : 1));
    const count = partitionsOf(topic);
    const rank = sharing.findIndex(({ name }) => name === member.name);
    const share = Math.floor(count / sharing.length);
    const larger = count % sharing.length;
    const first = rank * share + Math.min(rank, larger);
    const length = share + (rank < larger ? 1 : 0);
    return Array.from({ length }, (_, index) => ({ topic, partition: first + index }));
  });
}
