import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DATASETS, type Dataset } from '@pipeline/datasets/schema';

/** The clean tables, as the batch layer uses them. */
export interface BatchTables {
  ingestFiles(dataset: Dataset, paths: readonly string[], progress: Readonly<Record<string, string>>): Promise<void>;
  progress(): Promise<ReadonlyMap<string, string>>;
}

export interface BatchOptions {
  readonly tables: BatchTables;
  /** Folder in place of the bucket. */
  readonly bucket: string;
  /** `topics.dir` of the sink. */
  readonly topicsDir: string;
  readonly topics: Readonly<Record<Dataset, string>>;
  /** Called when announced files could not be taken in. @default not called */
  readonly onError?: (error: Error) => void;
  /** Called each time files have been taken in. @default not called */
  readonly onTaken?: () => void;
  /** Wait before the first retry, in ms. It doubles with each retry, up to 30,000. @default 1000 */
  readonly retryMs?: number;
  /** Bytes of files that one transaction takes in; one file is never cut. @default 64 MiB */
  readonly bytesPerIngest?: number;
}

/** A closed file of the sink. */
interface SinkFile {
  readonly dataset: Dataset;
  readonly path: string;
  /** The file's folder, relative to the bucket's folder. The position is stored under this name. */
  readonly folder: string;
  readonly startOffset: number;
}

/** Most files in one transaction. It limits the work that is repeated after a crash. */
const FILES_PER_INGEST = 400;
/** Bytes of files in one transaction: what is not committed stays in memory, and is looked through again with each part that comes to it. */
const BYTES_PER_INGEST = 64 * 1024 * 1024;
/** Files that close within this time of one another are taken in together: an ingest costs more than a file. */
const GATHER_MS = 250;
/** The layer rests this many times as long as it worked: it can catch up later, but those who send cannot wait. */
const REST = 3;
const LONGEST_REST_MS = 5_000;
const LONGEST_WAIT_MS = 30_000;

/**
 * The batch layer: takes the sink's files into the clean tables.
 *
 * A closed file never changes, and within one folder files close in the order of their start offsets; so the last
 * start offset taken from each folder is the only thing that a run must remember.
 */
export class BatchLayer {
  private running: Promise<number> = Promise.resolve(0);
  private announced: SinkFile[] = [];
  private timer: NodeJS.Timeout | undefined;
  private restMs = GATHER_MS;
  private retry: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: BatchOptions) {}

  /** Takes in every file that was closed since the last run, and gives their number. One run waits for another to end. */
  run(): Promise<number> {
    return this.afterOthers(async () => {
      this.announced = [];
      return this.take(DATASETS.flatMap((dataset) => this.filesOf(dataset)));
    });
  }

  /** Starts a `run` in the background. A failure is reported and retried until it succeeds. */
  start(): void {
    this.keepTrying(() => this.run());
  }

  /** Does `work` while no file is taken in. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    let result: T;
    await this.afterOthers(async () => {
      result = await work();
      return 0;
    });
    return result!;
  }

  /** Gives `into` the files of some datasets that were taken in, once more from the first. The layer has to be held. */
  async again(datasets: readonly Dataset[], into: Pick<BatchTables, 'ingestFiles'>): Promise<void> {
    const taken = await this.options.tables.progress();
    for (const dataset of datasets) {
      const files = this.filesOf(dataset).filter(
        ({ folder, startOffset }) => startOffset <= Number(taken.get(folder) ?? -1),
      );
      for (const part of partsOf(files, this.options.bytesPerIngest))
        await into.ingestFiles(dataset, pathsOf(part), {});
    }
  }

  /** Takes in a file that the sink has just closed, with those that close before the layer has rested. `file` is its key in the bucket. */
  announce(topic: string, file: string): void {
    const dataset = DATASETS.find((each) => this.options.topics[each] === topic);
    const known = dataset && this.sinkFile(dataset, join(this.options.bucket, file));
    if (!known || this.stopped) return;
    this.announced.push(known);
    this.gather();
  }

  /** Takes in what is announced, after a rest, and so on until nothing is announced any more. */
  private gather(): void {
    if (this.timer !== undefined || this.stopped || this.announced.length === 0) return;
    const takeAnnounced = () =>
      this.afterOthers(async () => {
        const startedMs = performance.now();
        try {
          return await this.take(this.announced.splice(0));
        } finally {
          const tookMs = performance.now() - startedMs;
          this.restMs = Math.min(LONGEST_REST_MS, Math.max(GATHER_MS, REST * tookMs));
          this.timer = undefined;
          this.gather();
        }
      });
    this.timer = setTimeout(() => this.keepTrying(takeAnnounced), this.restMs);
  }

  private keepTrying(work: () => Promise<number>, waitMs = this.options.retryMs ?? 1_000): void {
    work().catch((error: Error) => {
      this.options.onError?.(error);
      if (this.stopped || this.retry) return;
      this.retry = setTimeout(() => {
        this.retry = undefined;
        // Looks through the whole bucket, because after a failure the list of announced files is lost.
        this.keepTrying(() => this.run(), Math.min(2 * waitMs, LONGEST_WAIT_MS));
      }, waitMs);
    });
  }

  /** Waits until the current files are taken in. Files that are announced later are left for the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.retry);
    await this.running.catch(() => {});
  }

  private afterOthers(work: () => Promise<number>): Promise<number> {
    this.running = this.running.catch(() => 0).then(work);
    return this.running;
  }

  private async take(files: readonly SinkFile[]): Promise<number> {
    if (files.length === 0) {
      this.options.onTaken?.();
      return 0;
    }
    const taken = await this.options.tables.progress();
    let count = 0;
    for (const dataset of DATASETS) {
      const fresh = files
        .filter((file) => file.dataset === dataset)
        .filter(({ folder, startOffset }) => startOffset > Number(taken.get(folder) ?? -1));
      for (const part of partsOf(fresh, this.options.bytesPerIngest)) {
        const progress = Object.fromEntries(part.map(({ folder, startOffset }) => [folder, String(startOffset)]));
        await this.options.tables.ingestFiles(dataset, pathsOf(part), progress);
      }
      count += fresh.length;
    }
    this.options.onTaken?.();
    return count;
  }

  /** Closed files of one dataset. */
  private filesOf(dataset: Dataset): SinkFile[] {
    const { bucket, topicsDir, topics } = this.options;
    return filesUnder(join(bucket, topicsDir, topics[dataset]))
      .map((path) => this.sinkFile(dataset, path))
      .filter((file) => file !== undefined);
  }

  private sinkFile(dataset: Dataset, path: string): SinkFile | undefined {
    const startOffset = startOffsetOf(path);
    if (startOffset === undefined) return undefined;
    return { dataset, path, folder: relative(this.options.bucket, join(path, '..')), startOffset };
  }
}

/** Files by folder and start offset, as many at a time as one transaction takes in. */
function partsOf(files: readonly SinkFile[], maxBytes = BYTES_PER_INGEST): SinkFile[][] {
  const sorted = [...files].sort((a, b) =>
    a.folder === b.folder ? a.startOffset - b.startOffset : a.folder < b.folder ? -1 : 1,
  );
  const parts: SinkFile[][] = [];
  let room = 0;
  for (const file of sorted) {
    const { size } = statSync(file.path);
    if (parts.length === 0 || size > room || parts.at(-1)!.length === FILES_PER_INGEST) {
      parts.push([]);
      room = maxBytes;
    }
    parts.at(-1)!.push(file);
    room -= size;
  }
  return parts;
}

const pathsOf = (files: readonly SinkFile[]): string[] => files.map(({ path }) => path);

/** `<topic>+<partition>+<start offset>.json`; the sink writes no other names under the topic's folder. */
function startOffsetOf(path: string): number | undefined {
  const offset = /\+\d+\+(\d+)\.json$/.exec(path)?.[1];
  return offset === undefined ? undefined : Number(offset);
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}
