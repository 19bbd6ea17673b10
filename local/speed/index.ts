import { isUtf8 } from 'node:buffer';
import { DATASETS, type Dataset } from '@pipeline/datasets/schema';
import { datasetOfStreamKey, UNASSIGNED_TO, unassignedLine } from '@pipeline/datasets/stream-keys';

/** One record in the form that the clean tables accept. */
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

/** One shard of a stream. */
export interface Shard {
  /** Unique id. A stream that is created again under the same name has other ids. */
  readonly id: string;
  /** Ids of the parent shards, whose records are read first. */
  readonly parents?: readonly string[];
  /** Records from `fromOffset` on. Empty at the end; of a record that alone is larger than `maxBytes`, that one. */
  read(fromOffset: number, limits: ReadLimits): readonly StreamRecord[];
  /** The offset of the next record to be written. */
  end(): number;
}

export interface ReadLimits {
  readonly maxRecords: number;
  /** Of keys and data. */
  readonly maxBytes: number;
}

export interface StreamRecord {
  readonly offset: number;
  readonly sequenceNumber: string;
  readonly arrivalTimestampMs: number;
  readonly partitionKey: string;
  readonly data: Buffer;
}

export interface SpeedOptions {
  readonly tables: SpeedTables;
  /** Name of each dataset's stream. The same name for all datasets means a shared stream, where a record's key names its dataset. */
  readonly streams: Readonly<Record<Dataset, string>>;
  /** Present shards of a stream; empty while the stream does not exist. */
  readonly shardsOf: (stream: string) => readonly Shard[];
  /** Called after a micro-batch when keys in a shared stream name no dataset, with the first such key. @default not called */
  readonly onUnassigned?: (key: string) => void;
  /** Calls back after every commit to a stream. Returns a function that ends the calls. */
  readonly onAppend: (listener: () => void) => () => void;
  readonly onError: (error: Error) => void;
  /** Called after each micro-batch. @default not called */
  readonly onTaken?: () => void;
  /** Wait before the first retry, in ms. It doubles with each retry, up to 30,000. @default 1000 */
  readonly retryMs?: number;
}

/** Most of one micro-batch: enough to be cheap per record, few enough to be visible within a second. */
const MICRO_BATCH: ReadLimits = { maxRecords: 16_000, maxBytes: 32 * 1024 * 1024 };
/** Most that is given again at a time: nobody waits for the first record of it. */
const AGAIN: ReadLimits = { maxRecords: 24_000, maxBytes: 96 * 1024 * 1024 };
/** Wait after a commit, so that single records are collected into a batch. */
const GATHER_MS = 20;
/** After more records than this, the layer rests as long as it worked: senders and it share a machine, and fewer, larger micro-batches cost less. */
const MANY_RECORDS = 300;
const LONGEST_REST_MS = 400;
const LONGEST_WAIT_MS = 30_000;

/** The speed layer: follows the streams and keeps the clean tables fresh. */
export class SpeedLayer {
  /** The next offset of each shard. */
  private readonly taken = new Map<string, number>();
  private unsubscribe: () => void = () => {};
  private timer: NodeJS.Timeout | undefined;
  private restMs = GATHER_MS;
  private takenSinceRest = 0;
  /** Whether records came since the last micro-batches began. */
  private isWoken = false;
  private draining: Promise<void> = Promise.resolve();
  private stopped = true;
  /** Set while micro-batches fail. */
  private waitMs: number | undefined;
  /** Each stream once, with the datasets that it carries. */
  private readonly carried = new Map<string, Dataset[]>();

  constructor(private readonly options: SpeedOptions) {
    for (const dataset of DATASETS) {
      const stream = options.streams[dataset];
      this.carried.set(stream, [...(this.carried.get(stream) ?? []), dataset]);
    }
  }

  async start(): Promise<void> {
    for (const [shard, offset] of await this.options.tables.progress()) this.taken.set(shard, Number(offset));
    this.stopped = false;
    this.unsubscribe = this.options.onAppend(() => this.wake());
    this.wake();
  }

  /** Resolves when all records that are in the streams now are in the tables. It does not wait for later records. */
  async settle(): Promise<void> {
    const ends = new Map(this.shards().map((shard) => [shard.id, shard.end()]));
    this.draining = this.draining.catch(() => {}).then(() => this.drainTo(ends));
    await this.draining;
  }

  /** How many records of a dataset's stream are not taken in yet; in a shared stream, records of all datasets. */
  behind(dataset: Dataset): number {
    return this.options
      .shardsOf(this.options.streams[dataset])
      .reduce((all, shard) => all + Math.max(0, shard.end() - (this.taken.get(shard.id) ?? 0)), 0);
  }

  /** Does `work` while no records are taken in. */
  hold<T>(work: () => Promise<T>): Promise<T> {
    const held = this.draining.catch(() => {}).then(work);
    this.draining = held.then(
      () => {},
      () => {},
    );
    return held;
  }

  /** Gives `into` the records of some datasets that were taken in, once more from the first that the streams still have. The layer has to be held. */
  async again(datasets: readonly Dataset[], into: Pick<SpeedTables, 'ingest'>): Promise<void> {
    for (const [stream, carried] of this.carried) {
      if (!carried.some((dataset) => datasets.includes(dataset))) continue;
      let parts = new Map<Dataset, RawRecord[]>(datasets.map((dataset) => [dataset, []]));
      let left = { ...AGAIN };
      const give = async () => {
        for (const [dataset, records] of parts) if (records.length > 0) await into.ingest(dataset, records, {});
        parts = new Map(datasets.map((dataset) => [dataset, []]));
        left = { ...AGAIN };
      };
      for (const shard of this.options.shardsOf(stream)) {
        const end = this.taken.get(shard.id) ?? 0;
        for (let from = 0; from < end; ) {
          const read = shard.read(from, MICRO_BATCH);
          for (const record of read) {
            if (record.offset >= end) break;
            const { dataset, raw } = placed(carried, shard.id, record);
            parts.get(dataset ?? UNASSIGNED_TO)?.push(raw);
          }
          from = read.length === 0 ? end : read.at(-1)!.offset + 1;
          left.maxRecords -= read.length;
          left.maxBytes -= read.reduce((bytes, { data }) => bytes + data.length, 0);
          if (left.maxRecords <= 0 || left.maxBytes <= 0) await give();
        }
      }
      await give();
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.unsubscribe();
    clearTimeout(this.timer);
    await this.draining.catch(() => {});
  }

  private wake(): void {
    this.isWoken = true;
    if (this.timer || this.stopped) return;
    this.timer = setTimeout(() => void this.follow(), this.waitMs ?? this.restMs);
  }

  /** Takes in what is there; what comes meanwhile is taken in after a rest. */
  private async follow(): Promise<void> {
    this.isWoken = false;
    const startedMs = performance.now();
    try {
      await this.settle();
      this.waitMs = undefined;
    } catch (error) {
      this.options.onError(error as Error);
      // After a failure, new records do not shorten the wait for the retry.
      this.waitMs = Math.min(2 * (this.waitMs ?? (this.options.retryMs ?? 1_000) / 2), LONGEST_WAIT_MS);
      this.isWoken = true;
    }
    const isMuch = this.takenSinceRest > MANY_RECORDS;
    this.restMs = isMuch ? Math.min(LONGEST_REST_MS, Math.max(GATHER_MS, performance.now() - startedMs)) : GATHER_MS;
    this.takenSinceRest = 0;
    this.timer = undefined;
    if (this.isWoken) this.wake();
  }

  private async drainTo(ends: ReadonlyMap<string, number>): Promise<void> {
    const isBehind = () => this.shards().some(({ id }) => (this.taken.get(id) ?? 0) < (ends.get(id) ?? 0));
    while (isBehind() && !this.stopped) {
      // Beside one another: the tables of a dataset have a writer of their own.
      const batches = await Promise.allSettled([...this.carried.keys()].map((stream) => this.takeMicroBatch(stream)));
      let taken = 0;
      for (const batch of batches) {
        if (batch.status === 'rejected') throw batch.reason;
        taken += batch.value;
      }
      if (taken === 0) return;
    }
  }

  private shards(): Shard[] {
    return [...this.carried.keys()].flatMap((stream) => this.options.shardsOf(stream));
  }

  /** Shards whose parents are read to the end, so that a key's records keep their order across a split or a merge. `shards` lists parents first. */
  private readable(shards: readonly Shard[]): readonly Shard[] {
    const unread = new Set<string>();
    return shards.filter((shard) => {
      const isBlocked = (shard.parents ?? []).some((parent) => unread.has(parent));
      if (isBlocked || (this.taken.get(shard.id) ?? 0) < shard.end()) unread.add(shard.id);
      return !isBlocked;
    });
  }

  private async takeMicroBatch(stream: string): Promise<number> {
    const datasets = this.carried.get(stream)!;
    const parts = new Map<Dataset, RawRecord[]>(datasets.map((dataset) => [dataset, []]));
    let unassigned: string | undefined;
    let taken = 0;
    const progress: Record<string, string> = {};
    const shards = this.readable(this.options.shardsOf(stream));
    // An equal share for each shard: a shard that always has records must not keep the others waiting.
    const share: ReadLimits = {
      maxRecords: Math.ceil(MICRO_BATCH.maxRecords / Math.max(1, shards.length)),
      maxBytes: Math.ceil(MICRO_BATCH.maxBytes / Math.max(1, shards.length)),
    };
    for (const shard of shards) {
      const read = shard.read(this.taken.get(shard.id) ?? 0, share);
      const last = read.at(-1);
      if (!last) continue;
      for (const record of read) {
        const { dataset, raw } = placed(datasets, shard.id, record);
        parts.get(dataset ?? UNASSIGNED_TO)!.push(raw);
        if (dataset === undefined) unassigned ??= record.partitionKey;
      }
      taken += read.length;
      progress[shard.id] = String(last.offset + 1);
    }
    if (taken === 0) return 0;
    await this.ingest(parts, progress);
    if (unassigned !== undefined) this.options.onUnassigned?.(unassigned);
    for (const [shard, offset] of Object.entries(progress)) this.taken.set(shard, Number(offset));
    this.takenSinceRest += taken;
    this.options.onTaken?.();
    return taken;
  }

  /** The positions are stored with the last part. After a crash before it, the other parts are read again, which changes nothing. */
  private async ingest(
    parts: ReadonlyMap<Dataset, RawRecord[]>,
    progress: Readonly<Record<string, string>>,
  ): Promise<void> {
    const filled = [...parts].filter(([, records]) => records.length > 0);
    for (const [at, [dataset, records]] of filled.entries())
      await this.options.tables.ingest(dataset, records, at === filled.length - 1 ? progress : {});
  }
}

/**
 * A record's line, and the dataset that it is of. In a stream of several datasets its key names it; if the key names none, the line keeps
 * the key.
 */
function placed(
  carried: readonly Dataset[],
  shard: string,
  record: StreamRecord,
): { readonly dataset: Dataset | undefined; readonly raw: RawRecord } {
  const raw = rawRecord(shard, record);
  if (carried.length === 1) return { dataset: carried[0]!, raw };
  const dataset = datasetOfStreamKey(record.partitionKey);
  return { dataset, raw: dataset ? raw : { ...raw, line: unassignedLine(record.partitionKey, raw.line) } };
}

function rawRecord(shard: string, record: StreamRecord): RawRecord {
  return {
    // Bytes that are not UTF-8 cannot become text unchanged. As base64 they go to quarantine complete.
    line: isUtf8(record.data)
      ? record.data.toString('utf8')
      : `not UTF-8, in base64: ${record.data.toString('base64')}`,
    arrivalTimeMs: record.arrivalTimestampMs,
    arrivalPartition: shard,
    arrivalOrder: record.sequenceNumber,
  };
}
