import { describeStreamBasics } from '../describe';
import { operation, STREAM } from '../operation';

/** DescribeStreamSummary. Consumers cannot be registered here, so there are none. */
export const describeStreamSummary = operation(STREAM, ({ streams, throttle }, input) => {
  const stream = streams.get(input);
  throttle.call('DescribeStreamSummary', stream.name);
  const status = streams.status(stream);
  return {
    StreamDescriptionSummary: {
      ...describeStreamBasics(stream, status),
      OpenShardCount: status === 'CREATING' ? 0 : stream.routes.open.length,
      ConsumerCount: 0,
      MaxRecordSizeInKiB: stream.maxRecordKiB,
    },
  };
});
