import { invalidArgument } from './errors';
import { STREAM_LIMITS } from './limits';
import { type Service, STREAM } from './operation';
import type { Shard } from './shards';
import type { Stream } from './streams';

const HOUR_MS = 3_600_000;

/** Members of a request that changes how long records are kept. */
export const RETENTION = {
  RetentionPeriodHours: { type: 'Integer', required: true, min: 1, max: STREAM_LIMITS.retentionHours.max },
  ...STREAM,
} as const;

/** Refuses less than a day. @throws KinesisError InvalidArgumentException */
export function checkRetentionMinimum(hours: number): void {
  const { min } = STREAM_LIMITS.retentionHours;
  if (hours >= min) return;
  throw invalidArgument(
    `Minimum allowed retention period is ${min} hours. Requested retention period (${hours} hours) is too short.`,
  );
}

/** Arrival time, in ms, of the oldest records that a reader may still see. */
export function oldestRetainedMs({ now }: Service, { retentionHours }: Stream): number {
  return now() - retentionHours * HOUR_MS;
}

/** Whether a closed shard has expired: all of its records are past the retention period. */
export function isExpired({ now }: Pick<Service, 'now'>, { retentionHours }: Stream, { closedMs }: Shard): boolean {
  return closedMs !== null && closedMs + retentionHours * HOUR_MS <= now();
}

/** Removes from the log all records past their stream's retention period. */
export async function trimStreams(service: Service): Promise<void> {
  const { log, streams } = service;
  await streams.removeGone();
  for (const stream of streams.all()) {
    for (let shard = 0; shard < stream.shards.length; shard += 1) {
      // The stream was deleted during a trim.
      if (streams.find(stream.name)?.createdMs !== stream.createdMs) break;
      const oldest = log.offsetForTime(stream.name, shard, oldestRetainedMs(service, stream));
      if (oldest > log.beginningOffset(stream.name, shard)) await log.trim(stream.name, shard, oldest);
    }
  }
}
