import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { renameOver } from '@pipeline/cli/rename-over';
import type { Checksum } from './checksums';
import type { StoredHeaders } from './stored-headers';
import { compareKeys, type StoredObject, wholeSeconds } from './stored-object';

/** What is kept of an object beside its bytes. */
interface Entry {
  readonly key: string;
  /** Name of the file with the bytes: a new one for each writing, so that who reads the old one reads it to its end. */
  readonly data: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly etag: string;
  readonly headers: StoredHeaders;
  readonly checksum?: Checksum | undefined;
}

/** Bytes that wait in a file of this folder to become an object. */
export interface Draft {
  readonly path: string;
  readonly size: number;
  readonly etag: string;
  readonly headers: StoredHeaders;
  readonly checksum?: Checksum | undefined;
}

/**
 * Objects that a user has put, in a folder of their own. A key is no path here, it is hashed: so any key is as good as another, on every system,
 * and none leads anywhere.
 */
export class OwnObjects {
  private readonly entries = new Map<string, Entry>();
  /** Keys in order; made anew when one came or went. */
  private sorted: readonly string[] | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly folder: string,
    private readonly fsync: boolean,
    private readonly now: () => number,
  ) {}

  /** Reads what is there, and removes what a crash left half done. */
  static async open(folder: string, { fsync, now }: { fsync: boolean; now: () => number }): Promise<OwnObjects> {
    const objects = new OwnObjects(folder, fsync, now);
    await mkdir(folder, { recursive: true });
    const names = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
    const kept = new Set<string>();
    for (const name of names.filter((name) => /^[0-9a-f]{64}\.json$/.test(name))) {
      const entry = await readEntry(join(folder, name));
      objects.entries.set(entry.key, entry);
      kept.add(name).add(entry.data);
    }
    for (const name of names) if (!kept.has(name)) await rm(join(folder, name), { force: true });
    return objects;
  }

  /** A path for bytes that come. */
  draftPath(): string {
    return join(this.folder, `${randomUUID()}.data`);
  }

  find(key: string): StoredObject | undefined {
    const entry = this.entries.get(key);
    return (
      entry && {
        ...entry,
        read: async (range) => {
          if (entry.size === 0) return Readable.from([]);
          const file = await open(join(this.folder, entry.data), 'r');
          return file.createReadStream(range && { start: range.from, end: range.to });
        },
      }
    );
  }

  /** Keys that begin with `prefix` and come after `after`, in order. */
  *keys(prefix: string, after: string): Generator<string> {
    this.sorted ??= [...this.entries.keys()].sort(compareKeys);
    const keys = this.sorted;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(keys[middle]!, after) > 0) high = middle;
      else low = middle + 1;
    }
    for (const key of keys.slice(low)) if (key.startsWith(prefix)) yield key;
  }

  /**
   * Makes a draft the object of a key, whole or not at all. The draft is used up either way.
   *
   * @param mayReplace looks at what is there, and throws when that must stay
   */
  put(
    key: string,
    draft: Draft,
    mayReplace: (before: StoredObject | undefined) => void = () => {},
  ): Promise<StoredObject> {
    return this.alone(async () => {
      const { path, size, etag, headers, checksum } = draft;
      const before = this.entries.get(key);
      try {
        mayReplace(this.find(key));
        const data = path.slice(this.folder.length + 1);
        const entry: Entry = { key, data, size, modifiedMs: wholeSeconds(this.now()), etag, headers, checksum };
        await this.write(entry);
        this.entries.set(key, entry);
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
      if (before === undefined) this.sorted = undefined;
      else await this.drop(before.data);
      return this.find(key)!;
    });
  }

  /** Harmless when there is none. */
  delete(key: string): Promise<void> {
    return this.alone(async () => {
      const before = this.entries.get(key);
      if (before === undefined) return;
      await rm(join(this.folder, fileOf(key)), { force: true });
      this.entries.delete(key);
      this.sorted = undefined;
      await this.drop(before.data);
    });
  }

  private async write(entry: Entry): Promise<void> {
    const file = join(this.folder, fileOf(entry.key));
    const aside = `${file}.${randomUUID()}`;
    try {
      await writeFile(aside, JSON.stringify(entry), { flush: this.fsync });
      await renameOver(aside, file);
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
  }

  /** On Windows a file that is being read stays; the next start removes it. */
  private async drop(data: string): Promise<void> {
    await rm(join(this.folder, data), { force: true }).catch(() => {});
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => {});
    return done;
  }
}

const fileOf = (key: string): string => `${createHash('sha256').update(key).digest('hex')}.json`;

async function readEntry(path: string): Promise<Entry> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Entry;
  } catch (cause) {
    throw new Error(
      `S3: ${path} cannot be read, which says what one object is; remove it, its object is lost with it`,
      { cause },
    );
  }
}
