import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { ClosedFile } from '../../s3-sink';
import type { FileEntry, FilePage } from '../../serving/contract';

interface Kept {
  readonly file: string;
  readonly log: string;
  readonly partition: number;
  readonly fromOffset: number;
  readonly bytes: number;
  readonly closedMs: number;
  takenIn: boolean;
}

/** The closed files of the lake, kept in mind so that nobody has to look through the bucket. */
export class Files {
  private readonly bucket: string;
  /** By the time at which they closed. */
  private all: Kept[] = [];
  private readonly ofPartition = new Map<string, Kept[]>();

  constructor(bucket: string) {
    this.bucket = bucket;
  }

  /** Reads what is in the bucket. @param taken the batch layer's positions: last start offset by folder */
  async load(topicsDir: string, taken: ReadonlyMap<string, string>): Promise<void> {
    const paths = await filesUnder(join(this.bucket, topicsDir));
    for (const path of paths) {
      const match = /^(.+)\+(\d+)\+(\d+)\.json$/.exec(basename(path));
      if (match === null) continue;
      const { size, mtimeMs } = await stat(path);
      const file = relative(this.bucket, path).split(sep).join('/');
      const [, log, partition, offset] = match;
      const closed = { topic: log!, partition: Number(partition), file, fromOffset: Number(offset), bytes: size };
      this.put(closed, mtimeMs, Number(offset) <= Number(taken.get(dirname(file)) ?? -1));
    }
    this.all.sort((a, b) => a.closedMs - b.closedMs);
    for (const files of this.ofPartition.values()) files.sort((a, b) => a.fromOffset - b.fromOffset);
  }

  add(closed: ClosedFile, closedMs: number): void {
    this.put({ ...closed, file: closed.file.split(sep).join('/') }, closedMs, false);
  }

  /** The batch layer has reached these positions. */
  taken(positions: Readonly<Record<string, string>>): void {
    for (const files of this.ofPartition.values()) {
      for (let at = files.length - 1; at >= 0 && !files[at]!.takenIn; at -= 1) {
        const file = files[at]!;
        if (file.fromOffset <= Number(positions[dirname(file.file)] ?? -1)) file.takenIn = true;
      }
    }
  }

  /** Offset of the first record of a partition that is in a closed file and not taken in; undefined when there is none. */
  firstNotTaken(log: string, partition: number): number | undefined {
    const files = this.ofPartition.get(`${log}/${partition}`) ?? [];
    let first: number | undefined;
    for (let at = files.length - 1; at >= 0 && !files[at]!.takenIn; at -= 1) first = files[at]!.fromOffset;
    return first;
  }

  /** Nothing is taken in any more: the batch layer begins anew. */
  forgetTaken(): void {
    for (const file of this.all) file.takenIn = false;
  }

  get newestMs(): number | null {
    return this.all.at(-1)?.closedMs ?? null;
  }

  /** Newest first. */
  page(log: string | undefined, from: number, limit: number): FilePage {
    const files = log === undefined ? this.all : this.all.filter((file) => file.log === log);
    const page: FileEntry[] = [];
    for (let at = files.length - 1 - from; at >= 0 && page.length < limit; at -= 1) page.push({ ...files[at]! });
    return { files: page, total: files.length };
  }

  find(file: string): FileEntry | undefined {
    return this.all.find((each) => each.file === file);
  }

  /** Files that may hold a record, the likeliest first: those of its partition that begin at or before it. */
  thatMayHold(log: string, partition: number, offset: number): FileEntry[] {
    const files = this.ofPartition.get(`${log}/${partition}`) ?? [];
    let low = 0;
    let high = files.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (files[middle]!.fromOffset <= offset) low = middle + 1;
      else high = middle;
    }
    return files.slice(Math.max(0, low - 4), low).reverse();
  }

  private put({ topic: log, partition, ...rest }: ClosedFile, closedMs: number, takenIn: boolean): void {
    const kept: Kept = { ...rest, log, partition, closedMs, takenIn };
    this.all.push(kept);
    const name = `${log}/${partition}`;
    const files = this.ofPartition.get(name);
    if (files === undefined) this.ofPartition.set(name, [kept]);
    else files.push(kept);
  }
}

async function filesUnder(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
