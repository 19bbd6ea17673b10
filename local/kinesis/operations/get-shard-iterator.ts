import { invalidArgument, resourceNotFound } from '../errors';
import { DRY_RUN, operation, REQUIRED_NAME, SEQUENCE_NUMBER, type Service, STREAM } from '../operation';
import { isExpired } from '../retention';
import { parseSequenceNumber, sequenceNumber } from '../sequence-numbers';
import { shardIdOf, shardIndexOf } from '../shards';
import type { Stream } from '../streams';
import { shardIterator } from '../tokens';

const TYPES = ['AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_TIMESTAMP', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'] as const;

interface Wanted {
  readonly ShardIteratorType: string;
  readonly StartingSequenceNumber?: string;
  /** In ms. */
  readonly Timestamp?: number;
}

/** GetShardIterator. */
export const getShardIterator = operation(
  {
    ShardId: REQUIRED_NAME,
    ShardIteratorType: { type: 'String', required: true, oneOf: TYPES },
    StartingSequenceNumber: SEQUENCE_NUMBER,
    ...STREAM,
    Timestamp: { type: 'Timestamp' },
    DryRun: DRY_RUN,
  },
  (service, input) => {
    const { streams, accountId } = service;
    checkCombination(input);
    const shardIndex = shardIndexOf(input.ShardId);
    const stream = streams.get(input);
    if (shardIndex === undefined) {
      throw resourceNotFound(
        `Could not find shard ${input.ShardId} in stream ${stream.name} under account ${accountId}.`,
      );
    }
    const shard = stream.shards[shardIndex];
    if (shard === undefined || isExpired(service, stream, shard) || streams.status(stream) === 'CREATING') {
      throw resourceNotFound(
        `Shard ${shardIdOf(shardIndex)} in stream ${stream.name} under account ${accountId} does not exist`,
      );
    }
    service.throttle.getShardIterator(stream, shardIndex);
    const offset = offsetOf(service, stream, shardIndex, input);
    const position = { stream: stream.name, createdMs: stream.createdMs, shardIndex, offset };
    return { ShardIterator: shardIterator(position, service.now()) };
  },
);

function checkCombination({ ShardIteratorType: type, StartingSequenceNumber, Timestamp }: Wanted): void {
  const bySequenceNumber = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  if (bySequenceNumber !== (StartingSequenceNumber !== undefined) && type !== 'AT_TIMESTAMP') {
    throw invalidArgument(
      'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or ' +
        '(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. ' +
        `Request specified ${type} and ${bySequenceNumber ? 'no' : 'also a'} StartingSequenceNumber.`,
    );
  }
  if (type === 'AT_TIMESTAMP' && Timestamp === undefined) {
    throw invalidArgument(
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    );
  }
}

function offsetOf(service: Service, stream: Stream, shardIndex: number, wanted: Wanted): number {
  const { log } = service;
  switch (wanted.ShardIteratorType) {
    case 'TRIM_HORIZON':
      return log.beginningOffset(stream.name, shardIndex);
    case 'LATEST':
      return log.endOffset(stream.name, shardIndex);
    case 'AT_TIMESTAMP':
      return offsetAtTime(service, stream, shardIndex, wanted.Timestamp!);
    default:
      return offsetAtNumber(service, stream, shardIndex, wanted);
  }
}

function offsetAtTime({ log, now }: Service, stream: Stream, shardIndex: number, timestampMs: number): number {
  const nowMs = now();
  if (timestampMs <= nowMs) return log.offsetForTime(stream.name, shardIndex, timestampMs);
  throw invalidArgument(
    'The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. ' +
      `timestampInMillis: ${timestampMs}, currentTimestampInMillis: ${nowMs}`,
  );
}

/** Offset of the first record at, or after, the given sequence number, which need not belong to a record. */
function offsetAtNumber(
  { log, accountId }: Service,
  { name, bases, shards }: Stream,
  shardIndex: number,
  { StartingSequenceNumber, ShardIteratorType }: Wanted,
): number {
  const number = StartingSequenceNumber!;
  const invalid = (why = '') =>
    invalidArgument(
      `StartingSequenceNumber ${number} used in GetShardIterator on shard ${shardIdOf(shardIndex)} in stream ${name} ` +
        `under account ${accountId} is invalid${why}.`,
    );
  const parts = parseSequenceNumber(number);
  if (parts === undefined) throw invalid();
  if (parts.shardIndex !== shardIndex) {
    throw invalidArgument(
      `Invalid StartingSequenceNumber. It encodes ${shardIdOf(parts.shardIndex)}, ` +
        `while it was used in a call to a shard with ${shardIdOf(shardIndex)}`,
    );
  }
  if (parts.createdSeconds !== Math.floor(shards[shardIndex]!.createdMs / 1000))
    throw invalid(' because it did not come from this stream');
  const { offset } = parts;
  // Beyond the next record: no record has had this number, or the log has lost its last records since.
  if (offset > log.endOffset(name, shardIndex)) throw invalid();
  const [record] = offset < 0 ? [] : log.read(name, shardIndex, offset, { maxRecords: 1 });
  if (record?.offset !== offset) return Math.max(offset, 0);
  const own = BigInt(sequenceNumber(bases[shardIndex]!, offset, record.timestampMs));
  const wanted = BigInt(number);
  const isPast = ShardIteratorType === 'AFTER_SEQUENCE_NUMBER' ? own <= wanted : own < wanted;
  return isPast ? offset + 1 : offset;
}
