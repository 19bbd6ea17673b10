import { createHash } from 'node:crypto';
import { createReadStream, type Dirent, type Stats } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { DEFAULT_TYPE } from './stored-headers';
import { behind, compareKeys, type ListedObject, type StoredObject, wholeSeconds } from './stored-object';

/** Bytes of one part of the sink's uploads: the default of `s3.part.size`. */
const PART_BYTES = 26_214_400;
const MOST_KNOWN_ETAGS = 100_000;

/** The sink's files as read-only objects. The key is the path below the bucket's folder. */
export class SinkFiles {
  /** ETags by path, size and time of change. A complete file never changes. */
  private readonly etags = new Map<string, string>();

  constructor(private readonly folder: string) {}

  async find(key: string): Promise<StoredObject | undefined> {
    const path = await this.pathOf(key);
    const stats = path === undefined ? undefined : await statsOf(path);
    if (path === undefined || !stats?.isFile()) return undefined;
    return {
      ...(await this.told(key, path, stats)),
      headers: { 'content-type': DEFAULT_TYPE },
      read: async (range) => {
        const file = await open(path, 'r');
        return file.createReadStream(range && { start: range.from, end: range.to });
      },
    };
  }

  /** Keys that begin with `prefix` and come after `after`, in order. */
  keys(prefix: string, after: string): AsyncGenerator<string> {
    return this.below('', prefix, after);
  }

  /** The object of a key, as lists show it; undefined when its file was removed meanwhile. */
  async listed(key: string): Promise<ListedObject | undefined> {
    const path = await this.pathOf(key);
    const stats = path === undefined ? undefined : await statsOf(path);
    return path !== undefined && stats ? this.told(key, path, stats) : undefined;
  }

  private async told(key: string, path: string, stats: Stats): Promise<ListedObject> {
    const { size, mtimeMs } = stats;
    return { key, size, modifiedMs: wholeSeconds(mtimeMs), etag: await this.etagOf(path, stats) };
  }

  /** The keys after `after` with this prefix. Reads only the folders that may hold such keys. */
  private async *below(folder: string, prefix: string, after: string): AsyncGenerator<string> {
    const entries = (await entriesOf(join(this.folder, folder)))
      .filter((entry) => (entry.isFile() || entry.isDirectory()) && !(folder === '' && entry.name.startsWith('.')))
      .map((entry) => ({ key: `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`, isFile: entry.isFile() }))
      .sort((left, right) => compareKeys(left.key, right.key));
    for (const { key, isFile } of entries) {
      if (isFile) {
        if (key.startsWith(prefix) && compareKeys(key, after) > 0) yield key;
      } else if ((key.startsWith(prefix) || prefix.startsWith(key)) && compareKeys(behind(key), after) > 0) {
        yield* this.below(key, prefix, after);
      }
    }
  }

  /** Path of a key's file; undefined for a key such as `../x` that would leave the folder. */
  private async pathOf(key: string): Promise<string | undefined> {
    const parts = key.split('/');
    const isPath = parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\0\\]/.test(part));
    if (!isPath || key.startsWith('.')) return undefined;
    const path = join(this.folder, ...parts);
    try {
      const [root, real] = await Promise.all([realpath(this.folder), realpath(path)]);
      return real === join(root, ...parts) && real.startsWith(`${root}${sep}`) ? path : undefined;
    } catch {
      return undefined;
    }
  }

  /** The ETag that S3 gives to an upload in parts, as all uploads of the sink are: the MD5 of the parts' MD5s, and their number. */
  private async etagOf(path: string, { size, mtimeMs, ino }: Stats): Promise<string> {
    const id = `${path} ${size} ${mtimeMs} ${ino}`;
    const known = this.etags.get(id);
    if (known !== undefined) return known;
    const digests: Buffer[] = [];
    for (let at = 0; at < Math.max(size, 1); at += PART_BYTES) {
      const md5 = createHash('md5');
      if (size > 0)
        for await (const bytes of createReadStream(path, { start: at, end: Math.min(at + PART_BYTES, size) - 1 }))
          md5.update(bytes);
      digests.push(md5.digest());
    }
    const etag = `${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${digests.length}`;
    if (this.etags.size >= MOST_KNOWN_ETAGS) this.etags.clear();
    this.etags.set(id, etag);
    return etag;
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

async function statsOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}
