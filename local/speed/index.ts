import { isUtf8 } from 'node:buffer';
import { DATASETS, type Dataset } from '@pipeline/datasets/schema';

/** One record as the clean tables take it. */
export interface RawRecord {
  readonly line: string;
  readonly arrivalTimeMs: number;
  readonly arrivalPartition: string;
  readonly arrivalOrder: string;
}

export interface SpeedTables {
  ingest(dataset: Dataset, records: readonly RawRecord[], progress: Readonly<Record<string, string>>): Promise<void>;
  progress(): Promise<ReadonlyMap<string, string>>;
}

/** One shard of one dataset's stream. */
export interface Shard {
  /** Unique for as long as the stream lives: a stream made anew under the same name has other ids. */
  readonly id: string;
  /** Ids of the shards that it goes on from; what they hold is read first. */
  readonly parents?: readonly string[];
  /** Records from `fromOffset` on, at most `max`; none at the end. */
  read(fromOffset: number, max: number): readonly StreamRecord[];
  /** The offset that the next record will get. */
  end(): number;
}

export interface StreamRecord {
  readonly offset: number;
  readonly sequenceNumber: string;
  readonly arrivalTimestampMs: number;
  readonly data: Buffer;
}

export interface SpeedOptions {
  readonly tables: SpeedTables;
  /** Shards of a dataset's stream as they are now; none while the stream does not exist. */
  readonly shardsOf: (dataset: Dataset) => readonly Shard[];
  /** Calls back after every commit to a stream; returns what ends that. */
  readonly onAppend: (listener: () => void) => () => void;
  readonly onError: (error: Error) => void;
  /** Told after each micro-batch. @default nobody */
  readonly onTaken?: () => void;
  /** How long to wait before what failed is tried again, in ms; twice as long each time, up to half a minute. @default 1000 */
  readonly retryMs?: number;
}

/** Records taken in by one micro-batch: large enough to be cheap per record, small enough to be seen within the second. */
const RECORDS_PER_MICRO_BATCH = 8_000;
/** Wait after a commit, so that a steady trickle is taken in batches and not one by one. */
const GATHER_MS = 50;
const LONGEST_WAIT_MS = 30_000;

/** The speed layer: follows the three streams and keeps the clean tables fresh. */
export class SpeedLayer {
  /** The next offset of each shard. */
  private readonly taken = new Map<string, number>();
  private unsubscribe: () => void = () => {};
  private timer: NodeJS.Timeout | undefined;
  private draining: Promise<void> = Promise.resolve();
  private stopped = true;
  /** Set while it fails. */
  private waitMs: number | undefined;

  constructor(private readonly options: SpeedOptions) {}

  async start(): Promise<void> {
    for (const [shard, offset] of await this.options.tables.progress()) this.taken.set(shard, Number(offset));
    this.stopped = false;
    this.unsubscribe = this.options.onAppend(() => this.wake());
    this.wake();
  }

  /** Resolves when everything that is in the streams now is in the tables, however much comes after. */
  async settle(): Promise<void> {
    const ends = new Map(this.shards().map((shard) => [shard.id, shard.end()]));
    this.draining = this.draining.catch(() => {}).then(() => this.drainTo(ends));
    await this.draining;
  }

  /** Records of a dataset that are in its stream and not taken in. */
  behind(dataset: Dataset): number {
    return this.options
      .shardsOf(dataset)
      .reduce((all, shard) => all + Math.max(0, shard.end() - (this.taken.get(shard.id) ?? 0)), 0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.unsubscribe();
    clearTimeout(this.timer);
    await this.draining.catch(() => {});
  }

  private wake(): void {
    if (this.timer || this.stopped) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.settle().then(
        () => {
          this.waitMs = undefined;
        },
        (error: Error) => {
          this.options.onError(error);
          this.tryLater();
        },
      );
    }, this.waitMs ?? GATHER_MS);
  }

  /** New records do not hasten what has just failed. */
  private tryLater(): void {
    this.waitMs = Math.min(2 * (this.waitMs ?? (this.options.retryMs ?? 1_000) / 2), LONGEST_WAIT_MS);
    this.wake();
  }

  private async drainTo(ends: ReadonlyMap<string, number>): Promise<void> {
    const isBehind = () => this.shards().some(({ id }) => (this.taken.get(id) ?? 0) < (ends.get(id) ?? 0));
    while (isBehind()) {
      let taken = 0;
      for (const dataset of DATASETS) taken += this.stopped ? 0 : await this.takeMicroBatch(dataset);
      if (taken === 0) return;
    }
  }

  private shards(): Shard[] {
    return DATASETS.flatMap((dataset) => this.options.shardsOf(dataset));
  }

  /** Shards with no ancestor left to read, so that a key's records come in their order across a split or a merge. Parents come first. */
  private readable(shards: readonly Shard[]): readonly Shard[] {
    const unread = new Set<string>();
    return shards.filter((shard) => {
      const isBlocked = (shard.parents ?? []).some((parent) => unread.has(parent));
      if (isBlocked || (this.taken.get(shard.id) ?? 0) < shard.end()) unread.add(shard.id);
      return !isBlocked;
    });
  }

  private async takeMicroBatch(dataset: Dataset): Promise<number> {
    const records: RawRecord[] = [];
    const progress: Record<string, string> = {};
    const shards = this.readable(this.options.shardsOf(dataset));
    // An equal share each: a shard that never runs dry must not keep the others waiting.
    const share = Math.ceil(RECORDS_PER_MICRO_BATCH / Math.max(1, shards.length));
    for (const shard of shards) {
      const read = shard.read(this.taken.get(shard.id) ?? 0, share);
      const last = read.at(-1);
      if (!last) continue;
      for (const record of read) records.push(rawRecord(shard.id, record));
      progress[shard.id] = String(last.offset + 1);
    }
    if (records.length === 0) return 0;
    await this.options.tables.ingest(dataset, records, progress);
    for (const [shard, offset] of Object.entries(progress)) this.taken.set(shard, Number(offset));
    this.options.onTaken?.();
    return records.length;
  }
}

function rawRecord(shard: string, record: StreamRecord): RawRecord {
  return {
    // Bytes that are no UTF-8 cannot be text without changing them: as base64 they end in quarantine, whole.
    line: isUtf8(record.data)
      ? record.data.toString('utf8')
      : `not UTF-8, in base64: ${record.data.toString('base64')}`,
    arrivalTimeMs: record.arrivalTimestampMs,
    arrivalPartition: shard,
    arrivalOrder: record.sequenceNumber,
  };
}
