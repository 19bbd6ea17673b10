import { JsonSyntaxError, jacksonBytes, parseJson } from '../../json';
import type { StoredRecord } from '../../log';
import type { GroupMember, GroupOffsets, TopicStore } from '../../topics';
import { type RestError, restError } from '../errors';
import type { ConsumerConfig } from './consumer-config';
import type { Subscription, TopicPartition, TopicPartitionOffset } from './requests';

const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
const AUTO_COMMIT_MS = 5_000;
const READ_RECORDS = 500;

/** One consumer instance: what it reads, and how far it is. */
export class Consumer {
  readonly group: string;
  readonly config: ConsumerConfig;
  subscription: Subscription | undefined;
  /** Partitions that the client chose itself. */
  assigned: readonly TopicPartition[] | undefined;
  /** Its membership, where somebody else shares the partitions of its group out. */
  member: GroupMember | undefined;
  lastUsedMs: number;
  private readonly log: TopicStore;
  private readonly committed: GroupOffsets;
  /** Next offset to read, by `topic/partition`. */
  private readonly positions = new Map<string, { readonly place: TopicPartition; next: number }>();
  private lastCommitMs: number;

  constructor(
    group: string,
    config: ConsumerConfig,
    { log, committed, nowMs }: { readonly log: TopicStore; readonly committed: GroupOffsets; readonly nowMs: number },
  ) {
    this.group = group;
    this.config = config;
    this.lastUsedMs = nowMs;
    this.lastCommitMs = nowMs;
    this.log = log;
    this.committed = committed;
  }

  /** Partitions it does not read any more are forgotten; what was read of them is committed if the consumer commits by itself. */
  async keepOnly(places: readonly TopicPartition[]): Promise<void> {
    const kept = new Set(places.map(keyOf));
    const lost = [...this.positions].filter(([key]) => !kept.has(key));
    if (this.config.autoCommits) await this.commit(lost.map(([, position]) => position));
    for (const [key] of lost) this.positions.delete(key);
  }

  seek(place: TopicPartition, next: number): void {
    this.positions.set(keyOf(place), { place, next });
  }

  /** Commits what has been read so far. */
  async commitRead(): Promise<void> {
    await this.commit([...this.positions.values()]);
  }

  /** Commits what the client says. */
  async commitOffsets(offsets: readonly TopicPartitionOffset[]): Promise<void> {
    await (this.member ? this.member.commit(offsets) : this.committed.commit(this.group, offsets));
  }

  /** Commits what has been read, if the consumer does so by itself and the time has come. */
  async commitIfDue(nowMs: number): Promise<void> {
    if (!this.config.autoCommits || nowMs - this.lastCommitMs < AUTO_COMMIT_MS) return;
    this.lastCommitMs = nowMs;
    await this.commitRead();
  }

  /**
   * Records of `places` that are there now, as JSON texts; no more bytes of keys and values than `maxBytes`.
   *
   * @throws RestError 408 when the next record is not of the consumer's format
   */
  async take(places: readonly TopicPartition[], maxBytes: number): Promise<string[]> {
    const texts: string[] = [];
    const limit = Math.min(maxBytes, MAX_RESPONSE_BYTES);
    let bytes = 0;
    for (const place of places) {
      if (!this.isThere(place)) continue;
      const position = await this.position(place);
      for (;;) {
        const { topic, partition } = place;
        const records = await this.log.read(topic, partition, position.next, {
          maxRecords: READ_RECORDS,
          maxBytes: limit,
        });
        if (records.length === 0) break;
        for (const record of records) {
          bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0);
          if (bytes >= limit) return texts;
          const text = this.textOf(record, place);
          if (typeof text !== 'string') {
            // What comes before it is delivered first; then the consumer is stuck on it, as the real one.
            if (texts.length > 0) return texts;
            throw text;
          }
          texts.push(text);
          position.next = record.offset + 1;
        }
      }
    }
    return texts;
  }

  private async position(place: TopicPartition): Promise<{ next: number }> {
    const known = this.positions.get(keyOf(place));
    if (known !== undefined) return known;
    const next = (await this.committed.find(this.group, place))?.offset ?? this.resetOffset(place);
    const position = { place, next };
    this.positions.set(keyOf(place), position);
    return position;
  }

  private resetOffset({ topic, partition }: TopicPartition): number {
    switch (this.config.offsetReset) {
      case 'earliest':
        return this.log.beginningOffset(topic, partition);
      case 'latest':
        return this.log.endOffset(topic, partition);
      case 'none':
        throw restError(
          'kafka',
          `Kafka error: Undefined offset with no reset policy for partitions: [${topic}-${partition}]`,
        );
    }
  }

  private isThere({ topic, partition }: TopicPartition): boolean {
    return partition < (this.log.topic(topic)?.partitions ?? 0);
  }

  private async commit(positions: readonly { readonly place: TopicPartition; readonly next: number }[]): Promise<void> {
    const offsets: TopicPartitionOffset[] = positions
      .filter(({ place }) => this.isThere(place))
      .map(({ place, next }) => ({ ...place, offset: next, metadata: '' }));
    await this.commitOffsets(offsets);
  }

  private textOf({ key, value, offset }: StoredRecord, { topic, partition }: TopicPartition): string | RestError {
    const embedded = this.config.format === 'json' ? embeddedJson : embeddedBase64;
    try {
      return `{"topic":${JSON.stringify(topic)},"key":${embedded(key)},"value":${embedded(value)},"partition":${partition},"offset":${offset}}`;
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
      return restError(
        'notDeserialized',
        `Error deserializing ${topic}-${partition} at offset ${offset}: ${error.message}`,
      );
    }
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

function embeddedJson(bytes: Buffer | null): string {
  return bytes === null ? 'null' : jacksonBytes(parseJson(bytes)).toString();
}

function embeddedBase64(bytes: Buffer | null): string {
  return bytes === null ? 'null' : `"${bytes.toString('base64')}"`;
}
