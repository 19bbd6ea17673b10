import type { Admin, Consumer, Producer } from '@platformatic/kafka';
import type { Append, Appended, JsonObject, Log, ReadLimits, StoredRecord, Topic } from '../log';
import type { TopicStore } from '../topics';
import { KafkaGroups } from './groups';
import { type HeardTopic, hear } from './heard';
import { isGone, isOutOfRange, kafkaError } from './kafka-error';
import { refuseOld } from './old-kafka';
import { RecordProducer } from './record-producer';
import { unpacked } from './records';

export interface KafkaOptions {
  /** `host:port` of a broker. */
  readonly bootstrap: string;
  /** Keeps the positions; Kafka keeps only the records. */
  readonly positions: Log;
  /** Called with one line about a failure in the background, such as in listing the topics. */
  readonly tell: (line: string) => void;
}

/** How often to ask Kafka for changes by other programs, in ms. */
const LISTEN_MS = 250;
const FOLLOW_MS = 500;
const DEFAULT_READ_BYTES = 2 ** 20;
const CLIENT = 'pinterest-pipeline';

/** The topics of an Apache Kafka. A record counts as stored when all in-sync replicas have acknowledged it. */
export class KafkaTopics implements TopicStore {
  readonly storesApart = true;
  readonly groups: KafkaGroups;
  private heard = new Map<string, HeardTopic>();
  private readonly listeners = new Set<(topic: string, partition: number) => void>();
  /** Records that a fetch brought beyond the limit of the call, by partition. */
  private readonly ahead = new Map<string, StoredRecord[]>();
  private readonly followed = new Map<string, { group: string; topic: string; partition: number; offset: number }>();
  private readonly records: RecordProducer;
  private timer: NodeJS.Timeout | undefined;
  private listening: Promise<void> = Promise.resolve();
  private followedMs = 0;
  private isClosed = false;
  private failing: string | undefined;
  /** Why Kafka takes no offsets of a group, which is told once. */
  private readonly refusing = new Map<string, string>();

  private cluster = '';

  private constructor(
    private readonly options: KafkaOptions,
    private readonly admin: Admin,
    producer: Producer,
    private readonly consumer: Consumer,
    newClient: (group: string, name?: string) => Consumer,
  ) {
    this.groups = new KafkaGroups(newClient, (doing, error) => kafkaError(options.bootstrap, doing, error));
    this.records = new RecordProducer(producer, (topic, partition, end) => this.reached(topic, partition, end));
  }

  /** @throws KafkaError when no Kafka answers there, it is too old, or this client may not list its topics */
  static async open(options: KafkaOptions): Promise<KafkaTopics> {
    const library = await import('@platformatic/kafka');
    const { bootstrap } = options;
    const client = {
      clientId: CLIENT,
      bootstrapBrokers: [bootstrap],
      connectTimeout: 5_000,
      timeout: 30_000,
      retries: 2,
      retryDelay: 200,
      autocreateTopics: false,
    };
    const newClient = (group: string, clientId = CLIENT) =>
      new library.Consumer({ ...client, clientId, groupId: group });
    const kafka = new KafkaTopics(
      options,
      new library.Admin(client),
      new library.Producer({ ...client, acks: library.ProduceAcks.ALL, idempotent: true }),
      newClient(`${CLIENT}-reader`),
      newClient,
    );
    try {
      refuseOld(await kafka.admin.listApis());
      await kafka.listen();
      kafka.cluster = (await kafka.admin.metadata({ topics: [] })).id;
    } catch (error) {
      await kafka.close().catch(() => {});
      throw kafkaError(bootstrap, 'its topics cannot be listed', error);
    }
    kafka.listenOn();
    return kafka;
  }

  /** Id of this Kafka cluster. Another Kafka at the same address has another id. */
  get clusterId(): string {
    return this.cluster;
  }

  async createTopic(
    name: string,
    { partitions, attributes = {} }: { readonly partitions: number; readonly attributes?: JsonObject },
  ): Promise<void> {
    const configs = Object.entries(attributes).map(([key, value]) => ({ name: key, value: String(value) }));
    try {
      await this.admin.createTopics({ topics: [name], partitions, replicas: -1, configs });
      for (let tries = 0; !this.heard.has(name) && tries < 50; tries += 1) {
        await this.listen();
        if (!this.heard.has(name)) await new Promise((resolve) => setTimeout(resolve, 100));
      }
    } catch (error) {
      throw kafkaError(this.options.bootstrap, `topic ${name} cannot be made`, error);
    }
  }

  topic(name: string): Topic | undefined {
    return this.heard.get(name);
  }

  async refresh(): Promise<void> {
    await this.listen().catch((error: unknown) => {
      throw kafkaError(this.options.bootstrap, 'its topics cannot be listed', error);
    });
  }

  topics(): string[] {
    return [...this.heard.keys()].sort();
  }

  async append(appends: readonly Append[], positions?: Readonly<Record<string, string>>): Promise<readonly Appended[]> {
    const appended = appends.length > 0 ? await this.produce(appends) : [];
    if (positions && Object.keys(positions).length > 0) await this.options.positions.append([], positions);
    return appended;
  }

  position(name: string): string | undefined {
    return this.options.positions.position(name);
  }

  async read(
    topic: string,
    partition: number,
    fromOffset: number,
    { maxRecords, maxBytes = DEFAULT_READ_BYTES }: ReadLimits,
  ): Promise<StoredRecord[]> {
    const place = `${topic}/${partition}`;
    let from = Math.max(fromOffset, this.beginningOffset(topic, partition));
    const kept = this.ahead.get(place);
    if (kept?.[0]?.offset === from) return this.cut(place, kept, maxRecords);
    const end = this.endOffset(topic, partition);
    while (from < end) {
      const { records, next } = await this.fetch(topic, partition, from, maxBytes);
      if (records.length > 0) return this.cut(place, records, maxRecords);
      if (next <= from) return [];
      from = next;
    }
    return [];
  }

  beginningOffset(topic: string, partition: number): number {
    return this.heard.get(topic)?.begins[partition] ?? 0;
  }

  endOffset(topic: string, partition: number): number {
    return this.heard.get(topic)?.ends[partition] ?? 0;
  }

  async offsetForTime(topic: string, partition: number, timestampMs: number): Promise<number> {
    const offsets = await this.consumer.listOffsets({
      topics: [topic],
      partitions: { [topic]: [partition] },
      timestamp: BigInt(Math.max(0, Math.floor(timestampMs))),
    });
    const offset = Number(offsets.get(topic)?.[partition] ?? -1n);
    return offset < 0 ? this.endOffset(topic, partition) : offset;
  }

  onAppend(listener: (topic: string, partition: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Commits a group's progress in Kafka within moments, for people to see. The positions that decide are in the local store. */
  follow(group: string, topic: string, partition: number, offset: number): void {
    const place = { group, topic, partition, offset };
    this.followed.set(placeOf(place), place);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.listening.catch(() => {});
    await this.commitFollowed().catch(() => {});
    await Promise.allSettled([
      this.groups.close(),
      this.admin.close(),
      this.records.close(),
      this.consumer.close(true),
    ]);
    await this.options.positions.close();
  }

  private async produce(appends: readonly Append[]): Promise<Appended[]> {
    try {
      return await this.records.append(appends);
    } catch (error) {
      throw kafkaError(this.options.bootstrap, 'records cannot be stored', error);
    }
  }

  private reached(topic: string, partition: number, end: number): void {
    const heard = this.heard.get(topic);
    if (!heard || (heard.ends[partition] ?? 0) >= end) return;
    heard.ends[partition] = end;
    for (const listener of this.listeners) listener(topic, partition);
  }

  private cut(place: string, records: readonly StoredRecord[], max: number): StoredRecord[] {
    if (records.length > max) this.ahead.set(place, records.slice(max));
    else this.ahead.delete(place);
    return records.slice(0, max);
  }

  private async fetch(topic: string, partition: number, from: number, maxBytes: number) {
    const heard = this.heard.get(topic);
    if (!heard) return { records: [], next: from };
    try {
      const response = await this.consumer.fetch({
        node: heard.leaders[partition]!,
        maxWaitTime: 100,
        minBytes: 1,
        maxBytes: Math.max(1, Math.min(maxBytes, 2 ** 26)),
        topics: [
          {
            topicId: heard.identity,
            partitions: [
              {
                partition,
                currentLeaderEpoch: -1,
                fetchOffset: BigInt(from),
                lastFetchedEpoch: -1,
                partitionMaxBytes: Math.max(1, Math.min(maxBytes, 2 ** 26)),
              },
            ],
          },
        ],
      });
      return unpacked(response.responses[0]?.partitions[0]?.records ?? [], from);
    } catch (error) {
      if (isGone(error)) return { records: [], next: from };
      if (isOutOfRange(error)) {
        await this.listen();
        return { records: [], next: Math.max(from, this.beginningOffset(topic, partition)) };
      }
      throw kafkaError(this.options.bootstrap, `${topic} partition ${partition} cannot be read`, error);
    }
  }

  /** Asks Kafka for its topics and their ends, and calls the listeners of partitions with new records. */
  private async listen(): Promise<void> {
    const before = this.heard;
    this.heard = await hear(this.admin, this.consumer, before);
    for (const [name, { identity, ends }] of this.heard) {
      const known = before.get(name);
      const isSame = known?.identity === identity;
      if (known && !isSame) for (let at = 0; at < known.partitions; at += 1) this.ahead.delete(`${name}/${at}`);
      ends.forEach((end, partition) => {
        if (end > (isSame ? (known.ends[partition] ?? 0) : 0))
          for (const listener of this.listeners) listener(name, partition);
      });
    }
  }

  /** Asks Kafka again and again. Asking takes at most a tenth of the time, because thousands of topics take long to list. */
  private listenOn(waitMs = LISTEN_MS): void {
    this.timer = setTimeout(() => {
      const startMs = performance.now();
      this.listening = this.listen()
        .then(() => this.commitIfDue())
        .then(() => {
          if (this.failing) this.options.tell(`Kafka at ${this.options.bootstrap} answers again`);
          this.failing = undefined;
        })
        .catch((error: unknown) => {
          const { message } = kafkaError(this.options.bootstrap, 'its topics cannot be listed', error);
          if (this.failing !== message && !this.isClosed) this.options.tell(message);
          this.failing = message;
        })
        .finally(() => {
          if (!this.isClosed) this.listenOn(Math.max(LISTEN_MS, 9 * (performance.now() - startMs)));
        });
    }, waitMs);
  }

  private async commitIfDue(): Promise<void> {
    if (this.followed.size === 0 || Date.now() - this.followedMs < FOLLOW_MS) return;
    this.followedMs = Date.now();
    await this.commitFollowed();
  }

  private async commitFollowed(): Promise<void> {
    const due = [...this.followed.values()].filter(({ topic }) => this.heard.has(topic));
    this.followed.clear();
    for (const group of new Set(due.map((each) => each.group))) {
      const own = due.filter((each) => each.group === group);
      try {
        await this.groups.commit(group, own);
        this.refusing.delete(group);
      } catch (error) {
        // They are committed with the next ones, unless there are newer ones by then.
        for (const each of own) this.followed.set(placeOf(each), this.followed.get(placeOf(each)) ?? each);
        const { message } = kafkaError(
          this.options.bootstrap,
          `offsets of the group ${group} cannot be committed`,
          error,
        );
        if (this.refusing.get(group) !== message && !this.isClosed) this.options.tell(message);
        this.refusing.set(group, message);
      }
    }
  }
}

const placeOf = ({ group, topic, partition }: { group: string; topic: string; partition: number }) =>
  `${group}/${topic}/${partition}`;
