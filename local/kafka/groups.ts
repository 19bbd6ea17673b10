import type { Consumer } from '@platformatic/kafka';
import type { GroupMember, GroupOffsets, TopicPlace } from '../topics';
import { commitBy, KafkaMember } from './group-member';
import { KafkaError } from './kafka-error';

/** Most groups whose clients are kept. */
const MOST_CLIENTS = 100;
const NEVER = -1n;

/** Offsets that groups have committed, in Kafka: every tool of Kafka sees them. */
export class KafkaGroups implements GroupOffsets {
  private readonly clients = new Map<string, Consumer>();
  private readonly members = new Set<KafkaMember>();

  /**
   * @param newClient a consumer of a group, which joins nothing by itself
   * @param fail makes one sentence of an error of the client
   */
  constructor(
    private readonly newClient: (group: string, name?: string) => Consumer,
    private readonly fail: (doing: string, error: unknown) => Error,
  ) {}

  member(group: string, name: string, onAssigned: () => void): GroupMember {
    const member = new KafkaMember(this.newClient(group, name), onAssigned, this.fail);
    this.members.add(member);
    return {
      get assigned() {
        return member.assigned;
      },
      join: (topics) => member.join(topics),
      commit: (offsets) => member.commit(offsets),
      leave: async () => {
        this.members.delete(member);
        await member.leave();
      },
    };
  }

  async find(
    group: string,
    { topic, partition }: TopicPlace,
  ): Promise<{ readonly offset: number; readonly metadata: string } | undefined> {
    const topics = [{ topic, partitions: [partition] }];
    const committed = await this.clientOf(group).listCommittedOffsets({ topics });
    const offset = committed.get(topic)?.[partition] ?? NEVER;
    return offset === NEVER ? undefined : { offset: Number(offset), metadata: '' };
  }

  async commit(group: string, offsets: readonly (TopicPlace & { readonly offset: number })[]): Promise<void> {
    await commitBy(this.clientOf(group), offsets);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.members].map((member) => member.leave()));
    this.members.clear();
    for (const client of this.clients.values()) await client.close(true);
    this.clients.clear();
  }

  private clientOf(group: string): Consumer {
    const client = this.clients.get(group) ?? this.newClientOf(group);
    // Without a generation: Kafka accepts offsets from such a client while the group has no members that subscribe. After a refusal the client
    // has other values.
    client.generationId = -1;
    client.memberId = '';
    return client;
  }

  private newClientOf(group: string): Consumer {
    const [oldest] = this.clients;
    if (this.clients.size >= MOST_CLIENTS && oldest) {
      this.clients.delete(oldest[0]);
      void Promise.resolve(oldest[1].close(true)).catch(() => {});
    }
    const client = this.newClient(group);
    // Refused, it would become a member to try again.
    client.joinGroup = ((_: object, done: (error: Error) => void) =>
      done(
        new KafkaError('it has members, and Kafka takes commits of nobody else'),
      )) as unknown as Consumer['joinGroup'];
    this.clients.set(group, client);
    return client;
  }
}
