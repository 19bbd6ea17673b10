import { DATASETS, type Dataset } from '@pipeline/datasets/schema';
import { type Post, type SourceRecord, syntheticPosts } from '@pipeline/datasets/synthetic';
import type { Outputs } from '@pipeline/emulator';
import { Asker } from './ask';
import type { Random } from './random';

/** A record that the runtime said it has: where, and what. */
export interface Acknowledged {
  /** Topic or stream. */
  readonly topic: string;
  /** Partition, or shard id. */
  readonly partition: string;
  /** Offset, or sequence number. */
  readonly position: string;
  readonly key: string;
}

/** Key of a record whose value is no JSON object: the sink refuses it, the speed layer quarantines it. */
export function isJunk(key: string): boolean {
  return key.startsWith('junk');
}

type Send = (records: readonly Pick<SourceRecord, 'key' | 'value'>[], dataset: Dataset) => Promise<void>;

const MAX_BATCH = 150;
/** Of each kind of writer. */
const WRITERS = 2;

/**
 * Writers on both routes, in batches and one by one, that send each key of a dataset once to each layer and note what was
 * acknowledged. What is not acknowledged is not sent again.
 */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  private readonly sent = new Set<string>();
  private readonly batchPosts = syntheticPosts({ seed: 100, posts: 1_000_000 })[Symbol.iterator]();
  private readonly speedPosts = syntheticPosts({ seed: 100, posts: 1_000_000 })[Symbol.iterator]();
  private readonly random: Random;
  private junk = 0;
  private answered = 0;
  private running: { stop: boolean; asker: Asker; writers: Promise<void> } | undefined;

  constructor(random: Random) {
    this.random = random;
  }

  /** Requests answered so far. */
  get answers(): number {
    return this.answered;
  }

  wasSent({ topic, key }: Pick<Acknowledged, 'topic' | 'key'>): boolean {
    return this.sent.has(`${topic} ${key}`);
  }

  start(target: Outputs): void {
    const asker = new Asker();
    const running = { stop: false, asker, writers: Promise.resolve() };
    const batch = this.batchPosts;
    const speed = this.speedPosts;
    const writers = Array.from({ length: WRITERS }, () => [
      this.write(running, batch, MAX_BATCH, (...what) => this.produce(asker, target, ...what)),
      this.write(running, batch, 1, (...what) => this.produce(asker, target, ...what)),
      this.write(running, speed, MAX_BATCH, (...what) => this.putRecords(asker, target, ...what)),
      this.write(running, speed, 1, (...what) => this.putRecord(asker, target, ...what)),
    ]).flat();
    running.writers = Promise.all(writers).then(() => {});
    running.writers.catch(() => {});
    this.running = running;
  }

  /** From here on a broken connection is no error. */
  expectTheEnd(): void {
    if (this.running) this.running.stop = true;
  }

  /** Waits until no request is under way. @throws Error when a request was refused, or broke before `expectTheEnd` */
  async stop(): Promise<void> {
    const running = this.running;
    if (!running) return;
    running.stop = true;
    this.running = undefined;
    await running.writers;
    running.asker.close();
  }

  private async write(running: { stop: boolean }, posts: Iterator<Post>, maxPosts: number, send: Send): Promise<void> {
    while (!running.stop) {
      const taken = Array.from({ length: this.random.between(1, maxPosts) }, () => posts.next().value as Post);
      for (const dataset of DATASETS) {
        const records = taken.flatMap((post) => post.records.filter((record) => record.dataset === dataset));
        const junk = this.random.chance(0.1) ? [this.junkRecord()] : [];
        for (const part of maxPosts === 1 ? [...records, ...junk].map((record) => [record]) : [[...records, ...junk]]) {
          try {
            await send(part, dataset);
          } catch (error) {
            const broken = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(
              (error as NodeJS.ErrnoException).code ?? '',
            );
            if (broken && running.stop) return;
            throw error;
          }
        }
      }
    }
  }

  private junkRecord(): Pick<SourceRecord, 'key' | 'value'> {
    this.junk += 1;
    return { key: `junk-${this.junk}`, value: `no object, number ${this.junk}` };
  }

  private produce = async (asker: Asker, { apiUrl, topics }: Outputs, ...[records, dataset]: Parameters<Send>) => {
    const topic = topics[dataset];
    this.noteSent(topic, records);
    const { offsets } = await asker.json<{ offsets: { partition: number; offset: number; error_code: null }[] }>({
      method: 'POST',
      url: `${apiUrl}topics/${topic}`,
      headers: { 'content-type': 'application/vnd.kafka.json.v2+json', accept: 'application/vnd.kafka.v2+json' },
      body: JSON.stringify({ records: records.map(({ key, value }) => ({ key, value })) }),
    });
    this.noteAnswer(
      topic,
      records,
      offsets.map(({ partition, offset }) => ({ partition: String(partition), position: String(offset) })),
    );
  };

  private putRecords = async (asker: Asker, { apiUrl, streams }: Outputs, ...[records, dataset]: Parameters<Send>) => {
    const topic = streams[dataset];
    this.noteSent(topic, records);
    const answer = await asker.json<{ Records: { ShardId: string; SequenceNumber: string }[] }>({
      method: 'PUT',
      url: `${apiUrl}streams/${topic}/records`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ records: records.map(({ key, value }) => ({ data: value, 'partition-key': key })) }),
    });
    this.noteAnswer(
      topic,
      records,
      answer.Records.map(({ ShardId, SequenceNumber }) => ({ partition: ShardId, position: SequenceNumber })),
    );
  };

  private putRecord = async (asker: Asker, { apiUrl, streams }: Outputs, ...[records, dataset]: Parameters<Send>) => {
    const topic = streams[dataset];
    this.noteSent(topic, records);
    const [{ key, value }] = records as [Pick<SourceRecord, 'key' | 'value'>];
    const { ShardId, SequenceNumber } = await asker.json<{ ShardId: string; SequenceNumber: string }>({
      method: 'PUT',
      url: `${apiUrl}streams/${topic}/record`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ StreamName: topic, Data: value, PartitionKey: key }),
    });
    this.noteAnswer(topic, records, [{ partition: ShardId, position: SequenceNumber }]);
  };

  private noteSent(topic: string, records: readonly Pick<SourceRecord, 'key'>[]): void {
    for (const { key } of records) this.sent.add(`${topic} ${key}`);
  }

  private noteAnswer(
    topic: string,
    records: readonly Pick<SourceRecord, 'key'>[],
    places: readonly Pick<Acknowledged, 'partition' | 'position'>[],
  ): void {
    if (places.length !== records.length)
      throw new Error(`${topic}: ${places.length} of ${records.length} were answered`);
    this.answered += 1;
    for (const [index, { key }] of records.entries()) {
      const { partition, position } = places[index]!;
      if (!/^\d+$/.test(position)) throw new Error(`${topic}: key ${key} was answered with ${position}`);
      this.acknowledged.push({ topic, partition, position, key });
    }
  }
}
