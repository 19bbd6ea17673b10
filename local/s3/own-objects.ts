import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { renameOver } from '@pipeline/cli/rename-over';
import type { Checksum } from './checksums';
import type { StoredHeaders } from './stored-headers';
import { compareKeys, type StoredObject, wholeSeconds } from './stored-object';

/** The stored description of an object, kept in a file beside its bytes. */
interface Entry {
  readonly key: string;
  /** Name of the file with the bytes. Each write makes a new file, so a reader of the old file can finish. */
  readonly data: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly etag: string;
  readonly headers: StoredHeaders;
  readonly checksum?: Checksum | undefined;
}

/** Bytes in a file of this folder that are not an object yet. */
export interface Draft {
  readonly path: string;
  readonly size: number;
  readonly etag: string;
  readonly headers: StoredHeaders;
  readonly checksum?: Checksum | undefined;
}

/**
 * Objects that a user has put, in a folder of their own. A file is named by a hash of its key. So every key works on every system,
 * and a key such as `../x` cannot leave the folder.
 */
export class OwnObjects {
  private readonly entries = new Map<string, Entry>();
  /** Sorted keys; sorted again after a key was added or removed. */
  private sorted: readonly string[] | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly folder: string,
    private readonly fsync: boolean,
    private readonly now: () => number,
  ) {}

  /** Reads the objects of the folder, and removes half-written ones that a crash has left. */
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

  /** A path for the bytes of a new draft. */
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
   * Makes a draft the object of a key, completely or not at all. In both cases the draft cannot be used again.
   *
   * @param mayReplace gets the present object, and throws when that must stay
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

  /** Deletes the object of a key, if it exists. */
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
    throw new Error(`S3: ${path}, which describes one object, cannot be read; remove it, that object is lost`, {
      cause,
    });
  }
}
