import type { Producer } from '@platformatic/kafka';
import type { Append, Appended } from '../log';
import { KafkaError } from './kafka-error';

interface Waiting {
  readonly append: Append;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
}

/** Most bytes of one request, below the limit of a broker. */
const MOST_BYTES_TOGETHER = 512 * 1024;
const OVERHEAD = 100;

/**
 * Stores records in Kafka, one request at a time. Records that come meanwhile go into the next request. So records stay in
 * order, and many small appends cost little more than one.
 */
export class RecordProducer {
  private readonly waiting: Waiting[] = [];
  private isBusy = false;

  /** @param reached called after each request with the end offset of each partition */
  constructor(
    private readonly producer: Producer,
    private readonly reached: (topic: string, partition: number, end: number) => void,
  ) {}

  /** @returns the first offset of each append, in order @throws the client's error for the first append that failed */
  append(appends: readonly Append[]): Promise<Appended[]> {
    const stored = appends.map((append) => {
      const pieces = piecesOf(append).map(
        (piece) => new Promise<Appended>((resolve, reject) => this.waiting.push({ append: piece, resolve, reject })),
      );
      return Promise.all(pieces).then(([first]) => first!);
    });
    if (!this.isBusy) void this.work();
    return Promise.all(stored);
  }

  close(): Promise<void> {
    return this.producer.close();
  }

  private async work(): Promise<void> {
    this.isBusy = true;
    while (this.waiting.length > 0) {
      const group = takeGroup(this.waiting);
      await this.settle(group);
    }
    this.isBusy = false;
  }

  private async settle(group: readonly Waiting[]): Promise<void> {
    try {
      const bases = await this.send(group.map(({ append }) => append));
      for (const { append, resolve } of group) resolve(placed(append, bases));
    } catch (error) {
      if (group.length === 1) group[0]!.reject(error as Error);
      // Sent one by one, so that only the refused append fails.
      else for (const each of group) await this.settle([each]);
    }
  }

  /** Offset of the first record of each partition in one request. */
  private async send(appends: readonly Append[]): Promise<Map<string, number>> {
    const messages = appends.flatMap(({ topic, partition, records }) =>
      records.map(({ key, value, headers }) => ({
        topic,
        partition,
        // The client's types do not allow null; Kafka's protocol does.
        key: key as Buffer,
        value: value as Buffer,
        ...(headers && {
          headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
        }),
      })),
    );
    await this.requirePartitions(appends);
    const { offsets = [] } = await this.producer.send({ messages });
    const counts = new Map<string, number>();
    for (const append of appends)
      counts.set(placeOf(append), (counts.get(placeOf(append)) ?? 0) + append.records.length);
    for (const place of offsets)
      this.reached(place.topic, place.partition, Number(place.offset) + (counts.get(placeOf(place)) ?? 0));
    return new Map(offsets.map((place) => [placeOf(place), Number(place.offset)]));
  }

  /**
   * Makes the client ask for the topic's partitions. For a partition that it does not know, it would use another one.
   *
   * @throws KafkaError for a partition that does not exist
   */
  private async requirePartitions(appends: readonly Append[]): Promise<void> {
    const topics = [...new Set(appends.map(({ topic }) => topic))];
    const missing = ({ topics: heard }: { readonly topics: Heard }) =>
      appends.find(({ topic, partition }) => partition >= (heard.get(topic)?.partitionsCount ?? 0));
    if (!missing(await this.producer.metadata({ topics }))) return;
    const lacks = missing(await this.producer.metadata({ topics, forceUpdate: true }));
    if (lacks) throw new KafkaError(`topic ${lacks.topic} has no partition ${lacks.partition}`);
  }
}

/** The client's metadata by topic, with the number of partitions. */
type Heard = Awaited<ReturnType<Producer['metadata']>>['topics'];

const placeOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }) =>
  `${topic}/${partition}`;

/** The offsets of one append of a request. The next append to its partition gets the offsets after it. */
function placed(append: Append, bases: Map<string, number>): Appended {
  const baseOffset = bases.get(placeOf(append));
  if (baseOffset === undefined) throw new KafkaError(`Kafka gave no offset for ${placeOf(append)}`);
  bases.set(placeOf(append), baseOffset + append.records.length);
  return { baseOffset, timestampMs: Date.now() };
}

/** Splits an append into pieces that a broker accepts; a small append stays one piece. */
function piecesOf({ topic, partition, records }: Append): Append[] {
  const pieces: Append['records'][number][][] = [[]];
  let bytes = 0;
  for (const record of records) {
    const size = (record.key?.length ?? 0) + (record.value?.length ?? 0) + OVERHEAD;
    if (bytes > 0 && bytes + size > MOST_BYTES_TOGETHER) {
      pieces.push([]);
      bytes = 0;
    }
    pieces.at(-1)!.push(record);
    bytes += size;
  }
  return pieces.map((piece) => ({ topic, partition, records: piece }));
}

/** Takes the first waiting append, and as many after it as fit into one request. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const { append } of waiting) {
    for (const { key, value } of append.records) bytes += (key?.length ?? 0) + (value?.length ?? 0) + OVERHEAD;
    if (count > 0 && bytes > MOST_BYTES_TOGETHER) break;
    count += 1;
  }
  return waiting.splice(0, count);
}
