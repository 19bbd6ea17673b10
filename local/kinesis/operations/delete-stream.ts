import { operation, STREAM } from '../operation';

/** DeleteStream, in any state of the stream. There are no registered consumers, so EnforceConsumerDeletion changes nothing. */
export const deleteStream = operation(
  { ...STREAM, EnforceConsumerDeletion: { type: 'Boolean' } },
  async ({ streams, throttle }, input) => {
    throttle.call('DeleteStream');
    await streams.delete(streams.get(input));
    return undefined;
  },
);
