import { z } from 'zod';

/** How often runs start. The EventBridge Scheduler, the DAG, the alarms and the API's answers all read these. */
export const SCHEDULES = {
  'every-15-minutes': { minutes: 15, cron: '*/15 * * * *', words: 'every 15 minutes' },
  'every-30-minutes': { minutes: 30, cron: '*/30 * * * *', words: 'every 30 minutes' },
  hourly: { minutes: 60, cron: '0 * * * *', words: 'every hour, on the hour' },
  'every-6-hours': { minutes: 360, cron: '0 */6 * * *', words: 'at 0:00, 6:00, 12:00 and 18:00 UTC' },
  daily: { minutes: 1440, cron: '0 0 * * *', words: 'every day at 0:00 UTC' },
} as const;

export type ScheduleName = keyof typeof SCHEDULES;
export const SCHEDULE_NAMES = Object.keys(SCHEDULES) as [ScheduleName, ...ScheduleName[]];

/** A schedule's name, as an environment's file gives it. */
export const schedule = z.enum(SCHEDULE_NAMES);
