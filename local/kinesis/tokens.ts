import { createHash } from 'node:crypto';
import { invalidArgument, KinesisError } from './errors';
import { TOKEN_LIFETIME_MS } from './limits';

/*
 * Iterators and tokens look like AWS's: base64 that begins with the 64-bit number 1. Inside is JSON with a checksum, so that a
 * text that was cut or invented is refused and does not point to a wrong position.
 */
const VERSION = Buffer.from('0000000000000001', 'hex');
const CHECKSUM_BYTES = 8;

/** A reader's position in a shard. */
export interface Position {
  readonly stream: string;
  /** Creation time of the stream, which an earlier stream of the same name does not share. */
  readonly createdMs: number;
  readonly shardIndex: number;
  /** Offset of the next record to read. */
  readonly offset: number;
}

/** The shard iterator for a position, valid for 300 seconds. */
export function shardIterator(position: Position, nowMs: number): string {
  const { stream, createdMs, shardIndex, offset } = position;
  return seal([nowMs, stream, createdMs, shardIndex, offset]);
}

/**
 * The position in an iterator.
 *
 * @throws KinesisError InvalidArgumentException for a text that is not an iterator, ExpiredIteratorException for one older than 300 seconds.
 */
export function readShardIterator(text: string, nowMs: number): Position {
  const [issuedMs, stream, createdMs, shardIndex, offset] = unseal(text, 5) ?? [];
  if (
    !isWhole(issuedMs) ||
    typeof stream !== 'string' ||
    !isWhole(createdMs) ||
    !isWhole(shardIndex) ||
    !isWhole(offset)
  ) {
    throw invalidArgument('Invalid ShardIterator.');
  }
  if (nowMs - issuedMs > TOKEN_LIFETIME_MS) {
    throw new KinesisError('ExpiredIteratorException', expiry('Iterator expired. The iterator', issuedMs, nowMs));
  }
  return { stream, createdMs, shardIndex, offset };
}

/** Which shards ListShards lists; '' for all. */
export interface ListFilter {
  readonly type: string;
  readonly timestampMs: number;
}

/** Where the next page of ListShards begins. */
export interface ListPosition {
  readonly filter: ListFilter;
  readonly stream: string;
  readonly createdMs: number;
  readonly afterShard: number;
}

export function nextToken({ stream, createdMs, afterShard, filter }: ListPosition, nowMs: number): string {
  return seal([nowMs, stream, createdMs, afterShard, filter.type, filter.timestampMs]);
}

/** @throws KinesisError InvalidArgumentException or ExpiredNextTokenException */
export function readNextToken(text: string, nowMs: number): ListPosition {
  const [issuedMs, stream, createdMs, afterShard, type, timestampMs] = unseal(text, 6) ?? [];
  if (
    !isWhole(issuedMs) ||
    typeof stream !== 'string' ||
    !isWhole(createdMs) ||
    !isWhole(afterShard) ||
    typeof type !== 'string' ||
    typeof timestampMs !== 'number'
  ) {
    throw invalidArgument('Invalid NextToken.');
  }
  if (nowMs - issuedMs > TOKEN_LIFETIME_MS) {
    throw new KinesisError('ExpiredNextTokenException', expiry('NextToken expired. The token', issuedMs, nowMs));
  }
  return { stream, createdMs, afterShard, filter: { type, timestampMs } };
}

function seal(parts: readonly (string | number)[]): string {
  const payload = Buffer.from(JSON.stringify(parts));
  return Buffer.concat([VERSION, checksum(payload), payload]).toString('base64');
}

function unseal(text: string, count: number): readonly unknown[] | undefined {
  const bytes = Buffer.from(text, 'base64');
  const payload = bytes.subarray(VERSION.length + CHECKSUM_BYTES);
  const head = Buffer.concat([VERSION, checksum(payload)]);
  if (bytes.toString('base64') !== text || !bytes.subarray(0, head.length).equals(head)) return undefined;
  const parts = JSON.parse(payload.toString()) as unknown;
  return Array.isArray(parts) && parts.length === count ? parts : undefined;
}

function isWhole(part: unknown): part is number {
  return Number.isSafeInteger(part) && (part as number) >= 0;
}

function checksum(payload: Buffer): Buffer {
  return createHash('sha256').update(payload).digest().subarray(0, CHECKSUM_BYTES);
}

function expiry(what: string, issuedMs: number, nowMs: number): string {
  return (
    `${what} was created at time ${amazonTime(issuedMs)} while right now it is ${amazonTime(nowMs)} ` +
    `which is further in the future than the tolerated delay of ${TOKEN_LIFETIME_MS} milliseconds.`
  );
}

/** `Sun Nov 22 10:00:00 UTC 2026` */
function amazonTime(ms: number): string {
  const [weekday, day, month, year, time] = new Date(ms).toUTCString().split(/,? /);
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
