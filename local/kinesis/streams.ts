import { type JsonObject, type Log, TopicExistsError } from '../log';
import { Gate } from '../wire/gate';
import { resourceInUse, resourceNotFound } from './errors';
import { STREAM_DEFAULTS } from './limits';
import { shardBase } from './sequence-numbers';
import { equalShards, HashRoutes, type Shard } from './shards';

export type StreamMode = 'PROVISIONED' | 'ON_DEMAND';
export type StreamStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';

/** A stream's settings, those of its creation and those that can change. Stored as the attributes of its topic. */
interface StreamSettings {
  readonly mode: StreamMode;
  readonly retentionHours: number;
  readonly maxRecordKiB: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdMs: number;
  /** When CREATING is over. */
  readonly activeAtMs: number;
  /** When UPDATING ends. Missing in streams that were never resharded. */
  readonly updatedAtMs?: number;
  /** Shards in the order of their indexes. Missing in streams that were never resharded. */
  readonly reshards?: readonly StoredShard[];
  /** When DELETING ends; null unless the stream was deleted. */
  readonly deletedAtMs: number | null;
}

/** A Kinesis stream: a topic of the log whose partitions are its shards. */
export interface Stream extends StreamSettings {
  readonly name: string;
  readonly arn: string;
  /** All shards, closed ones too, by index. */
  readonly shards: readonly Shard[];
  readonly routes: HashRoutes;
  /** For each shard, the bits that its sequence numbers share. */
  readonly bases: readonly bigint[];
}

/** A shard as JSON: hash keys are texts, because JSON numbers do not hold 128 bits. */
type StoredShard = Readonly<Record<'start' | 'end', string>> & Pick<Shard, 'createdMs' | 'parents' | 'closedMs'>;

/** The members by which a request names its stream. */
export interface StreamNamed {
  readonly StreamName?: string;
  readonly StreamARN?: string;
}

export interface StreamsOptions {
  readonly log: Log;
  readonly now: () => number;
  readonly region: string;
  readonly accountId: string;
  /** How long a stream stays in CREATING and in DELETING, in ms. */
  readonly activationMs: number;
}

/** The streams of the account. A status is computed from the clock, so it survives a restart in the middle of CREATING or DELETING. */
export class Streams {
  private readonly options: StreamsOptions;
  private readonly byName = new Map<string, Stream>();
  private readonly gates = new Map<string, Gate>();

  constructor(options: StreamsOptions) {
    this.options = options;
    for (const name of options.log.topics()) {
      const topic = options.log.topic(name)!;
      const settings = topic.attributes.kinesis as StreamSettings | undefined;
      if (settings !== undefined) this.byName.set(name, this.stream(name, topic.partitions, settings));
    }
  }

  /** All streams that can be described, sorted by name. */
  all(): Stream[] {
    const present = [...this.byName.values()].filter((stream) => !this.isGone(stream));
    return present.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): Stream | undefined {
    const stream = this.byName.get(name);
    return stream === undefined || this.isGone(stream) ? undefined : stream;
  }

  /**
   * The stream a request means.
   *
   * @throws KinesisError ResourceNotFoundException
   */
  get({ StreamName, StreamARN }: StreamNamed): Stream {
    const [, , , , account = this.options.accountId, resource = ''] = StreamARN?.split(':') ?? [];
    const name = StreamName ?? resource.slice(resource.indexOf('/') + 1);
    const stream = this.find(name);
    if (stream === undefined || (StreamARN !== undefined && stream.arn !== StreamARN)) {
      throw resourceNotFound(`Stream ${name} under account ${account} not found.`);
    }
    return stream;
  }

  /**
   * The stream that a request names, if its status allows to write and read records.
   *
   * @throws KinesisError ResourceNotFoundException
   */
  getOpen(named: StreamNamed): Stream {
    const stream = this.get(named);
    if (['ACTIVE', 'UPDATING'].includes(this.status(stream))) return stream;
    throw resourceNotFound(`Stream ${stream.name} under account ${this.options.accountId} not found.`);
  }

  status(stream: Stream): StreamStatus {
    if (stream.deletedAtMs !== null) return 'DELETING';
    if (this.options.now() < stream.activeAtMs) return 'CREATING';
    return this.options.now() < (stream.updatedAtMs ?? 0) ? 'UPDATING' : 'ACTIVE';
  }

  /** @throws KinesisError ResourceInUseException if a stream of that name exists. */
  async create(
    name: string,
    shards: number,
    given: Pick<StreamSettings, 'mode' | 'maxRecordKiB' | 'tags'>,
  ): Promise<void> {
    const { log, now, accountId } = this.options;
    const createdMs = now();
    const settings: StreamSettings = {
      ...given,
      retentionHours: STREAM_DEFAULTS.retentionHours,
      createdMs,
      activeAtMs: this.after(createdMs),
      deletedAtMs: null,
    };
    const inUse = () => resourceInUse(`Stream ${name} under account ${accountId} already exists.`);
    if (this.find(name) !== undefined) throw inUse();
    await this.removeIfGone(name);
    try {
      await log.createTopic(name, { partitions: shards, attributes: attributesOf(settings) });
    } catch (error) {
      throw error instanceof TopicExistsError ? inUse() : error;
    }
    this.byName.set(name, this.stream(name, shards, settings));
  }

  /** Changes settings and stores them. */
  async change(stream: Stream, changes: Partial<StreamSettings>): Promise<void> {
    await this.gate(stream.name).alone(async () => {
      const current = this.get({ StreamName: stream.name });
      const settings = { ...settingsOf(current), ...changes };
      this.byName.set(stream.name, { ...current, ...settings });
      await this.options.log.setAttributes(stream.name, attributesOf(settings));
    });
  }

  /**
   * Changes the stream's shards and stores them. Writes that have begun end in the old shards first; later writes wait for the new shards. So
   * a closed shard never gets a record.
   */
  async reshard(named: StreamNamed, change: (stream: Stream) => readonly Shard[]): Promise<Stream> {
    return this.gate(this.get(named).name).alone(async () => {
      const stream = this.get(named);
      const shards = change(stream);
      const reshards = shards.map(({ start, end, createdMs, parents, closedMs }) => ({
        start: String(start),
        end: String(end),
        createdMs,
        parents,
        closedMs,
      }));
      const settings = { ...settingsOf(stream), reshards, updatedAtMs: this.after(this.options.now()) };
      await this.options.log.setAttributes(stream.name, attributesOf(settings), shards.length);
      const resharded = this.stream(stream.name, shards.length, settings);
      this.byName.set(stream.name, resharded);
      return resharded;
    });
  }

  /** Runs `work`; until it ends, the stream's shards do not change. */
  whileShardsStay<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.gate(name).beside(work);
  }

  private gate(name: string): Gate {
    let gate = this.gates.get(name);
    if (gate === undefined) {
      gate = new Gate();
      this.gates.set(name, gate);
    }
    return gate;
  }

  /** Deletes a stream, at once or after `activationMs`. */
  async delete(stream: Stream): Promise<void> {
    await this.change(stream, { deletedAtMs: stream.deletedAtMs ?? this.after(this.options.now()) });
    await this.removeIfGone(stream.name);
  }

  /** Removes the records of streams whose DELETING has ended. */
  async removeGone(): Promise<void> {
    for (const name of [...this.byName.keys()]) await this.removeIfGone(name);
  }

  /** When a change of status ends. 0 for "at once": a later time could bring the old status back after the clock is set back. */
  private after(ms: number): number {
    const { activationMs } = this.options;
    return activationMs === 0 ? 0 : ms + activationMs;
  }

  private async removeIfGone(name: string): Promise<void> {
    const stream = this.byName.get(name);
    if (stream === undefined || !this.isGone(stream)) return;
    this.byName.delete(name);
    await this.options.log.deleteTopic(name);
  }

  private isGone({ deletedAtMs }: Stream): boolean {
    return deletedAtMs !== null && this.options.now() >= deletedAtMs;
  }

  private stream(name: string, count: number, settings: StreamSettings): Stream {
    const { region, accountId } = this.options;
    const { reshards } = settings;
    const shards = reshards
      ? reshards.map((shard, index) => ({ ...shard, index, start: BigInt(shard.start), end: BigInt(shard.end) }))
      : equalShards(count, settings.createdMs);
    return {
      name,
      arn: `arn:aws:kinesis:${region}:${accountId}:stream/${name}`,
      ...settings,
      shards,
      routes: new HashRoutes(shards),
      bases: shards.map(({ createdMs }, index) => shardBase(Math.floor(createdMs / 1000), index)),
    };
  }
}

function settingsOf(stream: Stream): StreamSettings {
  const { name: _name, arn: _arn, shards: _shards, routes: _routes, bases: _bases, ...settings } = stream;
  return settings;
}

function attributesOf(settings: StreamSettings): JsonObject {
  return { kinesis: JSON.parse(JSON.stringify(settings)) };
}
