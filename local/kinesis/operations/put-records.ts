import { invalidArgument } from '../errors';
import { REQUEST_LIMITS } from '../limits';
import { DRY_RUN, operation, STREAM } from '../operation';
import { putAll, RECORD, type RecordToPut } from '../put';
import { shardIdOf } from '../shards';

/** PutRecords: stores up to 500 records. A record over its shard's rate is reported as an error in its entry; the other records are stored. */
export const putRecords = operation(
  {
    Records: {
      type: 'List',
      required: true,
      minLength: 1,
      maxLength: REQUEST_LIMITS.recordsPerPut,
      printAs: 'com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry@c965e310',
      of: { type: 'Structure', members: RECORD },
    },
    ...STREAM,
    DryRun: DRY_RUN,
  },
  async (service, input) => {
    checkTotal(input.Records);
    const stream = service.streams.getOpen(input);
    const results = await putAll(service, stream, input.Records);
    let failed = 0;
    const entries = results.map(({ shardIndex, sequenceNumber }) => {
      if (sequenceNumber !== undefined) return { SequenceNumber: sequenceNumber, ShardId: shardIdOf(shardIndex) };
      failed += 1;
      return {
        ErrorCode: 'ProvisionedThroughputExceededException',
        ErrorMessage: service.throttle.shardMessage(stream, shardIndex),
      };
    });
    return { FailedRecordCount: failed, Records: entries };
  },
);

function checkTotal(records: readonly RecordToPut[]): void {
  let bytes = 0;
  for (const { Data, PartitionKey } of records) bytes += Data.length + Buffer.byteLength(PartitionKey, 'utf8');
  if (bytes > REQUEST_LIMITS.bytesPerPut) throw invalidArgument('Records size exceeds 10 MB limit');
}
