import { createReadStream, createWriteStream } from 'node:fs';
import { appendFile, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { renameOver } from '@pipeline/cli/rename-over';
import { syncFile } from './files';

const FIRST_CHUNK_BYTES = 16 * 1024;
const MAX_CHUNK_BYTES = 1024 * 1024;

/** A file that is being written, under a temporary path. Lines are collected in memory and written by the megabyte. */
export class OpenFile {
  private readonly path: string;
  private readonly gzipLevel: number | undefined;
  private chunk = Buffer.allocUnsafe(FIRST_CHUNK_BYTES);
  private size = 0;
  private isOnDisk = false;

  /** `path` must not exist; its folder must. */
  constructor(path: string, { gzipLevel }: { readonly gzipLevel: number | undefined }) {
    this.path = path;
    this.gzipLevel = gzipLevel;
  }

  /** Adds bytes, then text. True when the buffer is full: then call `spill` before the next `add`. */
  add(bytes: Buffer, tail: string): boolean {
    this.makeRoom(bytes.length + 3 * tail.length);
    this.chunk.set(bytes, this.size);
    this.size += bytes.length;
    this.size += this.chunk.write(tail, this.size);
    return this.size >= MAX_CHUNK_BYTES;
  }

  /** Writes the lines in memory to the disk. */
  async spill(): Promise<void> {
    await appendFile(this.path, this.inMemory());
    this.isOnDisk = true;
    this.size = 0;
  }

  /** Completes the file; with `fsync`, waits until it is on the disk. Gives its size in bytes. */
  async finish({ fsync }: { readonly fsync: boolean }): Promise<number> {
    if (this.gzipLevel === undefined || this.isOnDisk) await this.spill();
    if (this.gzipLevel !== undefined) await this.compress(this.gzipLevel);
    if (fsync) await syncFile(this.path);
    return (await stat(this.path)).size;
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true });
  }

  /** Compresses the whole file at its end, because a file is one gzip stream. */
  private async compress(level: number): Promise<void> {
    const plain = this.isOnDisk ? createReadStream(this.path) : Readable.from([this.inMemory()]);
    const compressed = `${this.path}.gz`;
    await pipeline(plain, createGzip({ level }), createWriteStream(compressed));
    await renameOver(compressed, this.path);
  }

  private inMemory(): Uint8Array {
    return new Uint8Array(this.chunk.buffer, this.chunk.byteOffset, this.size);
  }

  private makeRoom(more: number): void {
    const needed = this.size + more;
    if (needed <= this.chunk.length) return;
    const wider = Buffer.allocUnsafe(Math.max(needed, 2 * this.chunk.length));
    wider.set(this.inMemory());
    this.chunk = wider;
  }
}
