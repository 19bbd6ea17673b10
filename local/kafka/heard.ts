import type { Admin, Consumer } from '@platformatic/kafka';
import type { JsonObject, Topic } from '../log';

/** A topic as Kafka described it last. */
export interface HeardTopic extends Topic {
  readonly identity: string;
  /** Broker that leads each partition. */
  readonly leaders: readonly number[];
  readonly begins: number[];
  readonly ends: number[];
}

const BEGINNING = -2n;
const END = -1n;

/** Asks Kafka for all topics and their partitions, with the first and the end offset of each. */
export async function hear(
  admin: Admin,
  consumer: Consumer,
  known: ReadonlyMap<string, HeardTopic>,
): Promise<Map<string, HeardTopic>> {
  const names = (await admin.listTopics({ includeInternals: false })).filter((name) => !name.startsWith('__'));
  if (names.length === 0) return new Map();
  const { topics } = await admin.metadata({ topics: names, forceUpdate: true });
  // A partition without a leader cannot be asked. Its topic is listed again when it has a leader.
  const there = names.filter((name) => topics.get(name)?.partitions.every(({ leader }) => leader >= 0));
  if (there.length === 0) return new Map();
  // The consumer knows only the leaders that it has asked for itself.
  await consumer.metadata({ topics: there, forceUpdate: true });
  const fresh = there.filter((name) => known.get(name)?.identity !== topics.get(name)!.id);
  const settings = fresh.length > 0 ? await settingsOf(admin, fresh) : new Map<string, JsonObject>();
  const [begins, ends] = await Promise.all(
    [BEGINNING, END].map((timestamp) => consumer.listOffsets({ topics: there, timestamp })),
  );
  return new Map(
    there.map((name) => {
      const { id, partitions } = topics.get(name)!;
      const before = known.get(name);
      const isSame = before?.identity === id;
      const offsets = (of: Map<string, bigint[]> | undefined, at: number) => Number(of?.get(name)?.[at] ?? 0n);
      return [
        name,
        {
          name,
          identity: id,
          partitions: partitions.length,
          attributes: isSame ? before.attributes : (settings.get(name) ?? {}),
          createdMs: isSame ? before.createdMs : Date.now(),
          leaders: partitions.map(({ leader }) => leader),
          begins: partitions.map((_, at) => offsets(begins, at)),
          // A record produced meanwhile may have moved the known end further.
          ends: partitions.map((_, at) => Math.max(offsets(ends, at), isSame ? (before.ends[at] ?? 0) : 0)),
        },
      ];
    }),
  );
}

/** Type of resource in Kafka's protocol. */
const TOPIC = 2;

/** Each topic's settings as the broker tells them. Empty when this client has no right to ask. */
async function settingsOf(admin: Admin, topics: readonly string[]): Promise<Map<string, JsonObject>> {
  const resources = topics.map((resourceName) => ({ resourceType: TOPIC, resourceName }) as const);
  const described = await admin.describeConfigs({ resources }).catch(() => []);
  return new Map(
    described.map(({ resourceName, configs }) => [
      resourceName,
      Object.fromEntries(configs.map(({ name, value }) => [name, value ?? null])),
    ]),
  );
}
