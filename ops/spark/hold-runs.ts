import { setTimeout as sleep } from 'node:timers/promises';
import {
  CancelJobRunCommand,
  type EMRServerlessClient,
  GetApplicationCommand,
  type JobRunState,
  type JobRunSummary,
  paginateListJobRuns,
  StopApplicationCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-emr-serverless';
import { GetScheduleCommand, type SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import type { DeployedSpark } from './spark-stack';

export interface RunsClients {
  readonly emr: EMRServerlessClient;
  readonly scheduler: SchedulerClient;
}

export interface HoldOptions {
  /** Cancels what goes on instead of waiting for it. @default false */
  readonly cancel?: boolean;
  /** Most time that is waited for a run before it is cancelled. @default 30 minutes */
  readonly patienceMs?: number;
  /** Time between two looks. @default 10 s */
  readonly pollMs?: number;
  /** Told what is waited for, one line each time. */
  readonly say: (line: string) => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

const UNENDED: JobRunState[] = ['SUBMITTED', 'PENDING', 'SCHEDULED', 'QUEUED', 'RUNNING', 'CANCELLING'];
/** What the DAG looks for before it starts a run, because nobody but Airflow can pause it. */
const HELD = { runs: 'off' };

/**
 * Sees to it that nothing runs and nothing starts: an application can be changed or deleted only while it is stopped. Doing it
 * again goes on where it was interrupted. `releaseRuns` ends it.
 */
export async function holdRuns(spark: DeployedSpark, clients: RunsClients, options: HoldOptions): Promise<void> {
  for (const schedule of spark.schedules) await setSchedule(schedule, 'DISABLED', clients, options.say);
  for (const applicationId of spark.applications) {
    const arn = await arnOf(applicationId, clients);
    if (arn === undefined) continue;
    await clients.emr.send(new TagResourceCommand({ resourceArn: arn, tags: HELD }));
    await untilIdle(applicationId, clients, options);
    await stop(applicationId, clients, options);
  }
}

/** Lets runs start again. Harmless where they may already. */
export async function releaseRuns(
  spark: DeployedSpark,
  clients: RunsClients,
  { say }: Pick<HoldOptions, 'say'>,
): Promise<void> {
  for (const applicationId of spark.applications) {
    const arn = await arnOf(applicationId, clients);
    if (arn !== undefined) {
      await clients.emr.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: Object.keys(HELD) }));
    }
  }
  for (const schedule of spark.schedules) await setSchedule(schedule, 'ENABLED', clients, say);
}

/** Runs of an application that have not ended, the oldest first. */
export async function unendedRuns(applicationId: string, { emr }: Pick<RunsClients, 'emr'>): Promise<JobRunSummary[]> {
  const runs: JobRunSummary[] = [];
  for await (const page of paginateListJobRuns({ client: emr }, { applicationId, states: UNENDED })) {
    runs.push(...(page.jobRuns ?? []));
  }
  return runs.reverse();
}

async function untilIdle(applicationId: string, clients: RunsClients, options: HoldOptions): Promise<void> {
  const { cancel = false, patienceMs = 30 * 60_000, pollMs = 10_000, say, signal } = options;
  const deadline = Date.now() + patienceMs;
  const told = new Set<string>();
  for (;;) {
    const runs = await unendedRuns(applicationId, clients);
    if (runs.length === 0) return;
    for (const { id, name, mode, state } of runs) {
      // A streaming run never ends by itself; a queued one has done nothing yet.
      const isWaitedFor = !cancel && mode !== 'STREAMING' && state === 'RUNNING' && Date.now() < deadline;
      const verb = isWaitedFor ? 'waiting for' : 'cancelling';
      if (!told.has(`${verb} ${id}`)) say(`${verb} the run ${name ?? id} (${state}) of application ${applicationId}`);
      told.add(`${verb} ${id}`);
      if (!isWaitedFor && state !== 'CANCELLING') {
        await clients.emr.send(new CancelJobRunCommand({ applicationId, jobRunId: id! })).catch(unlessEnded);
      }
    }
    await sleep(pollMs, undefined, { signal });
  }
}

async function stop(applicationId: string, clients: RunsClients, options: HoldOptions): Promise<void> {
  const { pollMs = 10_000, say, signal } = options;
  for (let asked = false; ; ) {
    const { application } = await clients.emr.send(new GetApplicationCommand({ applicationId }));
    const state = application?.state;
    if (state === 'CREATED' || state === 'STOPPED' || state === 'TERMINATED') return;
    if (!asked && state === 'STARTED') {
      say(`stopping application ${applicationId}`);
      await clients.emr.send(new StopApplicationCommand({ applicationId }));
      asked = true;
    }
    await sleep(pollMs, undefined, { signal });
  }
}

async function setSchedule(
  Name: string,
  State: 'ENABLED' | 'DISABLED',
  { scheduler }: RunsClients,
  say: (line: string) => void,
): Promise<void> {
  const schedule = await scheduler.send(new GetScheduleCommand({ Name })).catch(unlessGone);
  if (!schedule || schedule.State === State) return;
  say(`schedule ${Name}: ${State === 'DISABLED' ? 'off' : 'on'}`);
  const { ScheduleExpression, ScheduleExpressionTimezone, Description, FlexibleTimeWindow, Target, GroupName } =
    schedule;
  await scheduler.send(
    new UpdateScheduleCommand({
      Name,
      GroupName,
      ScheduleExpression,
      ScheduleExpressionTimezone,
      Description,
      FlexibleTimeWindow,
      Target,
      State,
    }),
  );
}

async function arnOf(applicationId: string, { emr }: RunsClients): Promise<string | undefined> {
  const found = await emr.send(new GetApplicationCommand({ applicationId })).catch(unlessGone);
  return found?.application?.arn;
}

function unlessGone(error: Error): undefined {
  if (error.name !== 'ResourceNotFoundException') throw error;
  return undefined;
}

function unlessEnded(error: Error): void {
  // It may have ended between the look and the call.
  if (error.name !== 'ValidationException') throw error;
}
