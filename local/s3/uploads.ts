import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Algorithm, type Checksum, type ChecksumType, summing } from './checksums';
import { noSuchUpload } from './errors';
import type { Draft } from './own-objects';
import type { StoredHeaders } from './stored-headers';
import { compareKeys, wholeSeconds } from './stored-object';

/** An upload in parts that is neither completed nor aborted. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly headers: StoredHeaders;
  readonly initiatedMs: number;
  /** Algorithm of the parts' checksums, and the type of the object's checksum. */
  readonly checksum?: { readonly algorithm: Algorithm; readonly type: ChecksumType } | undefined;
}

export interface Part {
  readonly number: number;
  readonly size: number;
  /** Without its quotes. */
  readonly etag: string;
  readonly modifiedMs: number;
  readonly checksum?: string | undefined;
}

const ID = /^[0-9a-f]{48}$/;

/** Uploads in parts: each a folder by its id, with a file for each part. They survive a restart, as in S3. */
export class Uploads {
  private readonly known = new Map<string, Upload>();

  private constructor(
    private readonly folder: string,
    private readonly fsync: boolean,
    private readonly now: () => number,
  ) {}

  static async open(folder: string, { fsync, now }: { fsync: boolean; now: () => number }): Promise<Uploads> {
    const uploads = new Uploads(folder, fsync, now);
    await mkdir(folder, { recursive: true });
    for (const id of await readdir(folder)) {
      try {
        uploads.known.set(id, JSON.parse(await readFile(join(folder, id, 'upload.json'), 'utf8')) as Upload);
      } catch {
        // A folder without a description: a crash came while the upload began or ended.
        await rm(join(folder, id), { recursive: true, force: true });
      }
    }
    return uploads;
  }

  async begin(wanted: Pick<Upload, 'key' | 'headers' | 'checksum'>): Promise<Upload> {
    const id = randomBytes(24).toString('hex');
    const upload: Upload = { id, ...wanted, initiatedMs: wholeSeconds(this.now()) };
    await mkdir(join(this.folder, id));
    await writeFile(join(this.folder, id, 'upload.json'), JSON.stringify(upload), { flush: this.fsync });
    this.known.set(id, upload);
    return upload;
  }

  /** @throws S3Error when the key has no upload of this id */
  find(id: string, key: string): Upload {
    const upload = ID.test(id) ? this.known.get(id) : undefined;
    if (upload?.key !== key) throw noSuchUpload(id);
    return upload;
  }

  /** All uploads, by key, then by the time of their beginning. */
  list(prefix: string): readonly Upload[] {
    return [...this.known.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort(
        (left, right) =>
          compareKeys(left.key, right.key) || left.initiatedMs - right.initiatedMs || (left.id < right.id ? -1 : 1),
      );
  }

  /** A path for the bytes of a new part. */
  draftPath({ id }: Upload): string {
    return join(this.folder, id, `${randomBytes(8).toString('hex')}.incoming`);
  }

  /** Makes a draft the part of this number. Replaces an earlier part of the same number. */
  async keep(upload: Upload, path: string, part: Omit<Part, 'modifiedMs'>): Promise<Part> {
    this.find(upload.id, upload.key);
    const kept = { ...part, modifiedMs: wholeSeconds(this.now()) };
    const { number, size, etag, checksum = '' } = kept;
    // A rename is enough to store the part, because its file's name holds ETag, size and checksum.
    const name = [number, size, etag, kept.modifiedMs, Buffer.from(checksum, 'base64').toString('hex')].join('+');
    const before = await this.filesOf(upload, number);
    await rename(path, join(this.folder, upload.id, name));
    for (const file of before) if (file !== name) await rm(join(this.folder, upload.id, file), { force: true });
    return kept;
  }

  /** The parts of an upload, by number. */
  async parts(upload: Upload): Promise<readonly Part[]> {
    const parts = new Map<number, Part>();
    for (const file of await this.filesOf(upload)) {
      const [number, size, etag, modifiedMs, checksum] = file.split('+');
      const part = {
        number: Number(number),
        size: Number(size),
        etag: etag!,
        modifiedMs: Number(modifiedMs),
        checksum: checksum ? Buffer.from(checksum, 'hex').toString('base64') : undefined,
      };
      if (!(part.modifiedMs < (parts.get(part.number)?.modifiedMs ?? 0))) parts.set(part.number, part);
    }
    return [...parts.values()].sort((left, right) => left.number - right.number);
  }

  /** Joins the parts to one file at `path`. */
  async join(upload: Upload, parts: readonly Part[], path: string): Promise<Draft> {
    const { algorithm, type } = upload.checksum ?? {};
    const md5 = createHash('md5');
    const sum = algorithm && summing(algorithm);
    const files = new Map((await this.filesOf(upload)).map((file) => [file.split('+').slice(0, 3).join('+'), file]));
    const to = await open(path, 'wx');
    let size = 0;
    try {
      for (const part of parts) {
        const file = files.get([part.number, part.size, part.etag].join('+'));
        if (file === undefined) throw noSuchUpload(upload.id);
        md5.update(Buffer.from(part.etag, 'hex'));
        if (type === 'COMPOSITE') sum?.update(Buffer.from(part.checksum ?? '', 'base64'));
        for await (const bytes of createReadStream(join(this.folder, upload.id, file), { highWaterMark: 1 << 20 })) {
          if (type === 'FULL_OBJECT') sum?.update(bytes);
          await to.writeFile(bytes);
          size += bytes.length;
        }
      }
      if (this.fsync) await to.sync();
    } finally {
      await to.close();
    }
    const value = await sum?.digest();
    const checksum: Checksum | undefined = algorithm && {
      algorithm,
      value: type === 'COMPOSITE' ? `${value}-${parts.length}` : value!,
      type: type!,
    };
    return { path, size, etag: `${md5.digest('hex')}-${parts.length}`, headers: upload.headers, checksum };
  }

  async end({ id }: Upload): Promise<void> {
    this.known.delete(id);
    await rm(join(this.folder, id), { recursive: true, force: true });
  }

  private async filesOf({ id }: Upload, number?: number): Promise<string[]> {
    const files = await readdir(join(this.folder, id)).catch(() => []);
    return files.filter((file) => /^\d+\+/.test(file) && (number === undefined || file.startsWith(`${number}+`)));
  }
}
