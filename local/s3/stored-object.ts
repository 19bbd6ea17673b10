import type { Readable } from 'node:stream';
import type { Checksum } from './checksums';
import type { StoredHeaders } from './stored-headers';

/** What a list tells of an object. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  /** In whole seconds, as the headers can say them. */
  readonly modifiedMs: number;
  /** Without its quotes. */
  readonly etag: string;
}

/** An object, found. */
export interface StoredObject extends ListedObject {
  readonly headers: StoredHeaders;
  readonly checksum?: Checksum | undefined;
  /** Its bytes from one to another, both inclusive; all of them without. Nothing is open before. */
  read(range?: { readonly from: number; readonly to: number }): Promise<Readable>;
}

/** S3 sorts by the bytes of UTF-8, JavaScript by those of UTF-16. */
export const compareKeys = (left: string, right: string): number =>
  left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));

/** Comes after every key that begins as `prefix` does, but for one with the last of all characters. */
export const behind = (prefix: string): string => `${prefix}\u{10ffff}`;

export const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;
