/*
 * AWS's layout, in bits from the left of 188: '2' (4), shard's creation in seconds (36), low nibble of the shard's index (4), index of
 * the record (64), 0 (8), record's arrival in seconds (36), shard's index (32), version '2' (4). It always prints as 56 digits, so
 * numbers of one shard compare as text, too. The record's index is its offset in the log plus one: a shard's own starting number has 0.
 */
const VERSION = 2n;
const SHARD_SHIFT = 4n;
const SECONDS_SHIFT = 36n;
const RECORD_SHIFT = 80n;
const NIBBLE_SHIFT = 144n;
const CREATED_SHIFT = 148n;
const HEAD_SHIFT = 184n;
const MASK_8 = 0xffn;
const MASK_32 = 0xffff_ffffn;
const MASK_36 = 0xf_ffff_ffffn;
const MASK_64 = 0xffff_ffff_ffff_ffffn;

export interface SequenceParts {
  /** When the shard was created, in seconds. */
  readonly createdSeconds: number;
  readonly shardIndex: number;
  /** Offset of the record in the shard's log; -1 in the shard's starting number. Exact up to 2^53. */
  readonly offset: number;
  /** When the record arrived, in seconds. */
  readonly arrivalSeconds: number;
}

/** The bits that all sequence numbers of one shard share. Compute them once per shard. */
export function shardBase(createdSeconds: number, shardIndex: number): bigint {
  return (
    (2n << HEAD_SHIFT) |
    (BigInt(createdSeconds) << CREATED_SHIFT) |
    (BigInt(shardIndex & 0xf) << NIBBLE_SHIFT) |
    (BigInt(shardIndex) << SHARD_SHIFT) |
    VERSION
  );
}

/** Number of the record at `offset` of the shard with that base. */
export function sequenceNumber(base: bigint, offset: number, arrivalMs: number): string {
  const seconds = BigInt(Math.floor(arrivalMs / 1000));
  return (base + (BigInt(offset + 1) << RECORD_SHIFT) + (seconds << SECONDS_SHIFT)).toString();
}

/** Splits a sequence number into its parts; undefined for a number that this endpoint never gives out. */
export function parseSequenceNumber(text: string): SequenceParts | undefined {
  const number = BigInt(text);
  if (number >> HEAD_SHIFT !== 2n || (number & 0xfn) !== VERSION || ((number >> 72n) & MASK_8) !== 0n) return undefined;
  const shardIndex = (number >> SHARD_SHIFT) & MASK_32;
  if (((number >> NIBBLE_SHIFT) & 0xfn) !== (shardIndex & 0xfn)) return undefined;
  return {
    createdSeconds: Number((number >> CREATED_SHIFT) & MASK_36),
    shardIndex: Number(shardIndex),
    offset: Number((number >> RECORD_SHIFT) & MASK_64) - 1,
    arrivalSeconds: Number((number >> SECONDS_SHIFT) & MASK_36),
  };
}
