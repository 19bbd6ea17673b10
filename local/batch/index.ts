import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DATASETS, type Dataset } from '@pipeline/datasets/schema';

/** What the batch layer needs of its tables. */
export interface BatchTables {
  ingestFiles(dataset: Dataset, paths: readonly string[], progress: Readonly<Record<string, string>>): Promise<void>;
  progress(): Promise<ReadonlyMap<string, string>>;
}

export interface BatchOptions {
  readonly tables: BatchTables;
  /** Folder that stands for the bucket. */
  readonly bucket: string;
  /** `topics.dir` of the sink. */
  readonly topicsDir: string;
  readonly topics: Readonly<Record<Dataset, string>>;
}

/** Files taken in by one transaction: bounds memory, and what a crash repeats. */
const FILES_PER_INGEST = 400;

/**
 * The batch layer: takes the sink's files into the clean tables.
 *
 * A closed file never changes, and within one folder files close in the order of their start offsets; so the last
 * start offset taken from each folder is all that a run must remember.
 */
export class BatchLayer {
  private running: Promise<number> = Promise.resolve(0);

  constructor(private readonly options: BatchOptions) {}

  /** Takes in every file closed since the last run and answers how many. Runs follow one another. */
  run(): Promise<number> {
    this.running = this.running.catch(() => 0).then(() => this.takeNewFiles());
    return this.running;
  }

  private async takeNewFiles(): Promise<number> {
    const taken = await this.options.tables.progress();
    let files = 0;
    for (const dataset of DATASETS) {
      const fresh = this.filesOf(dataset).filter(({ folder, startOffset }) => {
        const last = taken.get(folder);
        return last === undefined || startOffset > Number(last);
      });
      for (let from = 0; from < fresh.length; from += FILES_PER_INGEST) {
        const part = fresh.slice(from, from + FILES_PER_INGEST);
        const progress = Object.fromEntries(part.map(({ folder, startOffset }) => [folder, String(startOffset)]));
        await this.options.tables.ingestFiles(
          dataset,
          part.map(({ path }) => path),
          progress,
        );
      }
      files += fresh.length;
    }
    return files;
  }

  /** Closed files of one dataset by folder, then start offset. */
  private filesOf(dataset: Dataset): { path: string; folder: string; startOffset: number }[] {
    const { bucket, topicsDir, topics } = this.options;
    return filesUnder(join(bucket, topicsDir, topics[dataset]))
      .map((path) => ({ path, folder: relative(bucket, join(path, '..')), startOffset: startOffsetOf(path) }))
      .filter((file): file is { path: string; folder: string; startOffset: number } => file.startOffset !== undefined)
      .sort((a, b) => (a.folder === b.folder ? a.startOffset - b.startOffset : a.folder < b.folder ? -1 : 1));
  }
}

/** `<topic>+<partition>+<start offset>.json`; anything else under the topic's folder is no file of the sink. */
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
