import { type JsonObject, type Log, TopicExistsError } from '../log';
import { resourceInUse, resourceNotFound } from './errors';
import { STREAM_DEFAULTS } from './limits';
import { shardBase } from './sequence-numbers';
import { HashRanges } from './shards';

export type StreamMode = 'PROVISIONED' | 'ON_DEMAND';
export type StreamStatus = 'CREATING' | 'ACTIVE' | 'DELETING';

/** What of a stream can change, and what it was created with. Kept as the attributes of its topic. */
interface StreamSettings {
  readonly mode: StreamMode;
  readonly retentionHours: number;
  readonly maxRecordKiB: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdMs: number;
  /** When CREATING is over. */
  readonly activeAtMs: number;
  /** When DELETING is over; null while nobody has deleted it. */
  readonly deletedAtMs: number | null;
}

/** A Kinesis stream: a topic of the log whose partitions are its shards. */
export interface Stream extends StreamSettings {
  readonly name: string;
  readonly arn: string;
  readonly ranges: HashRanges;
  /** What the sequence numbers of each shard have in common. */
  readonly bases: readonly bigint[];
}

/** How a request names its stream. */
export interface StreamNamed {
  readonly StreamName?: string;
  readonly StreamARN?: string;
}

export interface StreamsOptions {
  readonly log: Log;
  readonly now: () => number;
  readonly region: string;
  readonly accountId: string;
  /** How long a stream stays CREATING, and DELETING, in ms. */
  readonly activationMs: number;
}

/** The streams of the account. Statuses follow from the clock, so a restart in the middle of CREATING or DELETING changes nothing. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #byName = new Map<string, Stream>();

  constructor(options: StreamsOptions) {
    this.#options = options;
    for (const name of options.log.topics()) {
      const topic = options.log.topic(name)!;
      const settings = topic.attributes.kinesis as StreamSettings | undefined;
      if (settings !== undefined) this.#byName.set(name, this.#stream(name, topic.partitions, settings));
    }
  }

  /** All streams that can be described, sorted by name. */
  all(): Stream[] {
    const present = [...this.#byName.values()].filter((stream) => !this.#isGone(stream));
    return present.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): Stream | undefined {
    const stream = this.#byName.get(name);
    return stream === undefined || this.#isGone(stream) ? undefined : stream;
  }

  /**
   * The stream a request means.
   *
   * @throws KinesisError ResourceNotFoundException
   */
  get({ StreamName, StreamARN }: StreamNamed): Stream {
    const [, , , , account = this.#options.accountId, resource = ''] = StreamARN?.split(':') ?? [];
    const name = StreamName ?? resource.slice(resource.indexOf('/') + 1);
    const stream = this.find(name);
    if (stream === undefined || (StreamARN !== undefined && stream.arn !== StreamARN)) {
      throw resourceNotFound(`Stream ${name} under account ${account} not found.`);
    }
    return stream;
  }

  /**
   * The stream a request means, if it takes and gives records.
   *
   * @throws KinesisError ResourceNotFoundException
   */
  getOpen(named: StreamNamed): Stream {
    const stream = this.get(named);
    if (this.status(stream) === 'ACTIVE') return stream;
    throw resourceNotFound(`Stream ${stream.name} under account ${this.#options.accountId} not found.`);
  }

  status(stream: Stream): StreamStatus {
    if (stream.deletedAtMs !== null) return 'DELETING';
    return this.#options.now() < stream.activeAtMs ? 'CREATING' : 'ACTIVE';
  }

  /** @throws KinesisError ResourceInUseException if there is one of that name. */
  async create(
    name: string,
    shards: number,
    given: Pick<StreamSettings, 'mode' | 'maxRecordKiB' | 'tags'>,
  ): Promise<void> {
    const { log, now, accountId } = this.#options;
    const createdMs = now();
    const settings: StreamSettings = {
      ...given,
      retentionHours: STREAM_DEFAULTS.retentionHours,
      createdMs,
      activeAtMs: this.#after(createdMs),
      deletedAtMs: null,
    };
    const inUse = () => resourceInUse(`Stream ${name} under account ${accountId} already exists.`);
    if (this.find(name) !== undefined) throw inUse();
    await this.#removeIfGone(name);
    try {
      await log.createTopic(name, { partitions: shards, attributes: attributesOf(settings) });
    } catch (error) {
      throw error instanceof TopicExistsError ? inUse() : error;
    }
    this.#byName.set(name, this.#stream(name, shards, settings));
  }

  /** Changes settings for good. */
  async change(stream: Stream, changes: Partial<StreamSettings>): Promise<void> {
    const { mode, retentionHours, maxRecordKiB, tags, createdMs, activeAtMs, deletedAtMs } = { ...stream, ...changes };
    const settings = { mode, retentionHours, maxRecordKiB, tags, createdMs, activeAtMs, deletedAtMs };
    this.#byName.set(stream.name, { ...stream, ...settings });
    await this.#options.log.setAttributes(stream.name, attributesOf(settings));
  }

  /** Lets a stream go, at once or when `activationMs` have passed. */
  async delete(stream: Stream): Promise<void> {
    await this.change(stream, { deletedAtMs: stream.deletedAtMs ?? this.#after(this.#options.now()) });
    await this.#removeIfGone(stream.name);
  }

  /** Removes the records of streams whose DELETING is over. */
  async removeGone(): Promise<void> {
    for (const name of [...this.#byName.keys()]) await this.#removeIfGone(name);
  }

  /** When a change of status is over. At once means at any time, lest a clock set back closes a stream again. */
  #after(ms: number): number {
    const { activationMs } = this.#options;
    return activationMs === 0 ? 0 : ms + activationMs;
  }

  async #removeIfGone(name: string): Promise<void> {
    const stream = this.#byName.get(name);
    if (stream === undefined || !this.#isGone(stream)) return;
    this.#byName.delete(name);
    await this.#options.log.deleteTopic(name);
  }

  #isGone({ deletedAtMs }: Stream): boolean {
    return deletedAtMs !== null && this.#options.now() >= deletedAtMs;
  }

  #stream(name: string, shards: number, settings: StreamSettings): Stream {
    const { region, accountId } = this.#options;
    const createdSeconds = Math.floor(settings.createdMs / 1000);
    return {
      name,
      arn: `arn:aws:kinesis:${region}:${accountId}:stream/${name}`,
      ...settings,
      ranges: new HashRanges(shards),
      bases: Array.from({ length: shards }, (_, index) => shardBase(createdSeconds, index)),
    };
  }
}

function attributesOf(settings: StreamSettings): JsonObject {
  return { kinesis: { ...settings } };
}
