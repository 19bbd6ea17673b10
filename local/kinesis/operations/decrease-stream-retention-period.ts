import { invalidArgument } from '../errors';
import { operation } from '../operation';
import { checkRetentionMinimum, RETENTION } from '../retention';

/** DecreaseStreamRetentionPeriod, down to a day. From then on, readers no longer see older records. */
export const decreaseStreamRetentionPeriod = operation(RETENTION, async ({ streams, throttle }, input) => {
  const { RetentionPeriodHours: hours } = input;
  const stream = streams.get(input);
  throttle.call('DecreaseStreamRetentionPeriod', stream.name);
  checkRetentionMinimum(hours);
  if (hours > stream.retentionHours) {
    throw invalidArgument(
      `Requested retention period (${hours} hours) for stream ${stream.name} can not be longer than existing ` +
        `retention period (${stream.retentionHours} hours). Use IncreaseRetentionPeriod API.`,
    );
  }
  await streams.change(stream, { retentionHours: hours });
  return undefined;
});
