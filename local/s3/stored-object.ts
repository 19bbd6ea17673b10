import type { Readable } from 'node:stream';
import type { Checksum } from './checksums';
import type { StoredHeaders } from './stored-headers';

/** An object, as lists show it. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  /** Whole seconds in ms, because headers have no fractions of a second. */
  readonly modifiedMs: number;
  /** Without its quotes. */
  readonly etag: string;
}

/** An object that can be read. */
export interface StoredObject extends ListedObject {
  readonly headers: StoredHeaders;
  readonly checksum?: Checksum | undefined;
  /** Opens the object's bytes from `first` to `last`, both included; without them, all bytes. */
  read(range?: { readonly from: number; readonly to: number }): Promise<Readable>;
}

/** S3 sorts by the bytes of UTF-8, JavaScript by those of UTF-16. */
export const compareKeys = (left: string, right: string): number =>
  left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));

/** A text that sorts after all keys with this prefix, unless a key goes on with U+10FFFF, the last character. */
export const behind = (prefix: string): string => `${prefix}\u{10ffff}`;

export const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;
