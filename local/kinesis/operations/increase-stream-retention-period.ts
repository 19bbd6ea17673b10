import { invalidArgument } from '../errors';
import { operation } from '../operation';
import { checkRetentionMinimum, RETENTION } from '../retention';

/** IncreaseStreamRetentionPeriod, up to a year. */
export const increaseStreamRetentionPeriod = operation(RETENTION, async ({ streams, throttle }, input) => {
  const { RetentionPeriodHours: hours } = input;
  const stream = streams.get(input);
  throttle.call('IncreaseStreamRetentionPeriod', stream.name);
  checkRetentionMinimum(hours);
  if (hours < stream.retentionHours) {
    throw invalidArgument(
      `Requested retention period (${hours} hours) for stream ${stream.name} can not be shorter than existing ` +
        `retention period (${stream.retentionHours} hours). Use DecreaseRetentionPeriod API.`,
    );
  }
  await streams.change(stream, { retentionHours: hours });
  return undefined;
});
