import type every from '../rules/every.json';
import type geo from '../rules/geo.json';
import type pin from '../rules/pin.json';
import type user from '../rules/user.json';
import type { Dataset, Layer } from '../schema';
import type { HardModeSwitches } from './hard-mode/switches';

/** Any JSON value. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** One record as a producer sends it. */
export interface SourceRecord {
  readonly dataset: Dataset;
  /** Kafka record key and Kinesis partition key: the post's key as text, never empty. */
  readonly key: string;
  /** The row as it goes on the wire. Hard mode also sends values that are not objects. */
  readonly value: JsonValue;
}

/**
 * The records that are sent at one key of the source: normally the pin, geo and user row of that post; hard mode adds,
 * repeats, delays or drops records.
 */
export interface Post {
  readonly key: number;
  readonly records: readonly SourceRecord[];
}

export interface SourceOptions {
  /** Whole number from 0 to 9007199254740991. The same seed gives the same bytes on every platform. */
  readonly seed: number;
  /** Number of posts, from 1 to 1000000000. Keys are 0 to `posts` - 1. */
  readonly posts: number;
  /** Which dirt to add to that of the original: all, none, or the given switches. @default false */
  readonly hardMode?: boolean | HardModeSwitches;
}

type RulesFile = typeof every | typeof geo | typeof pin | typeof user;
type ReasonsOf<R> = R extends { reasons: infer Reasons } ? keyof Reasons & string : never;

/** Why a record is in quarantine: the reason of the first rule that it breaks. */
export type QuarantineReason = ReasonsOf<RulesFile[number]>;

/** A view's columns and its rows in the stated order. Medians are doubles, counts whole numbers. */
export interface ViewAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** Counts of one dataset's records in one layer: read = refusedBySink + clean + quarantined + duplicates. */
export interface ExpectedCounts {
  /** Records sent to the dataset's topic or stream. */
  readonly read: number;
  /** Batch layer only: values that are not JSON objects, which the sink cannot write. The speed layer quarantines them. */
  readonly refusedBySink: number;
  /** Rows in the cleaned table, one per key. */
  readonly clean: number;
  readonly quarantined: number;
  /** Good records that were replaced by a later record with the same key. */
  readonly duplicates: number;
  /** Only reasons that occur. */
  readonly quarantinedByReason: Readonly<Record<string, number>>;
}

/** All right answers and counts for one source. */
export interface ExpectedAnswers {
  readonly posts: number;
  /** The right answers by name of the question. A question without a known answer is missing. */
  readonly views: Readonly<Record<string, ViewAnswer>>;
  readonly counts: Readonly<Record<Layer, Readonly<Record<Dataset, ExpectedCounts>>>>;
  /** How often hard mode added each kind of dirt, by name; empty when hard mode is off. */
  readonly injected: Readonly<Record<string, number>>;
}

export const DEFAULT_SEED = 100;
export const DEFAULT_POSTS = 11_154;

/** Throws a RangeError for options outside of their bounds. */
export function checkOptions({ seed, posts }: SourceOptions): void {
  wholeNumber('seed', seed, 0, Number.MAX_SAFE_INTEGER);
  wholeNumber('posts', posts, 1, 1_000_000_000);
}

function wholeNumber(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max)
    throw new RangeError(`synthetic source: ${name} must be a whole number from ${min} to ${max}, got ${value}`);
}
