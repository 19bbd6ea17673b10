import { invalidArgument, throughputExceeded } from '../errors';
import { DRY_RUN, operation, SEQUENCE_NUMBER, type Service, STREAM } from '../operation';
import { putAll, RECORD } from '../put';
import { parseSequenceNumber } from '../sequence-numbers';
import { shardIdOf } from '../shards';
import type { Stream } from '../streams';

/** PutRecord: stores one record. Numbers of a shard always increase, so SequenceNumberForOrdering is only checked. */
export const putRecord = operation(
  { ...RECORD, SequenceNumberForOrdering: SEQUENCE_NUMBER, ...STREAM, DryRun: DRY_RUN },
  async (service, input) => {
    const stream = service.streams.getOpen(input);
    const [result] = await putAll(service, stream, [checkOrdering(service, stream, input)]);
    const { shardIndex, sequenceNumber } = result!;
    if (sequenceNumber === undefined) throw throughputExceeded(service.throttle.shardMessage(stream, shardIndex));
    return { SequenceNumber: sequenceNumber, ShardId: shardIdOf(shardIndex) };
  },
);

function checkOrdering<R extends { readonly SequenceNumberForOrdering?: string }>(
  { accountId, now }: Service,
  stream: Stream,
  record: R,
): R {
  const number = record.SequenceNumberForOrdering;
  if (number === undefined) return record;
  const parts = parseSequenceNumber(number);
  if (parts !== undefined && parts.arrivalSeconds * 1000 <= now()) return record;
  throw invalidArgument(
    `ExclusiveMinimumSequenceNumber ${number} used in PutRecord on stream ${stream.name} under account ${accountId} is invalid.`,
  );
}
