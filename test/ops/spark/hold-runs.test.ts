import { setTimeout as sleep } from 'node:timers/promises';
import { EMRServerlessClient, UpdateApplicationCommand } from '@aws-sdk/client-emr-serverless';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { holdRuns, releaseRuns } from '../../../ops/spark/hold-runs';
import { type Emr, type Execute, startEmr } from '../../../stand-ins/emr-serverless';
import { type Scheduler, startScheduler } from '../../../stand-ins/scheduler';

const ROLE = 'arn:aws:iam::111122223333:role/runs';
const TARGET = { Arn: 'arn:aws:scheduler:::aws-sdk:emrserverless:startJobRun', RoleArn: ROLE, Input: '{"Name":"run"}' };
const HOURLY = {
  ScheduleExpression: 'cron(0 * * * ? *)',
  ScheduleExpressionTimezone: 'Etc/UTC',
  Description: 'hourly',
  FlexibleTimeWindow: { Mode: 'OFF' as const },
  Target: TARGET,
  State: 'ENABLED' as const,
};

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function given(execute?: Execute) {
  const emr: Emr = await startEmr({ region: 'eu-west-1', account: '111122223333', execute });
  const scheduler: Scheduler = await startScheduler({ hourly: HOURLY });
  open.push(emr, scheduler);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = { region: 'eu-west-1', credentials };
  const clients = {
    emr: new EMRServerlessClient({ ...client, endpoint: emr.url }),
    scheduler: new SchedulerClient({ ...client, endpoint: scheduler.url }),
  };
  const { applicationId } = emr.applications.create({
    type: 'SPARK',
    name: 'pins',
    releaseLabel: 'emr-spark-8.1.0',
    schedulerConfiguration: { maxConcurrentRuns: 1, queueTimeoutMinutes: 60 },
  });
  const spark = { applications: [applicationId], schedules: ['hourly'], parameters: {} };
  const said: string[] = [];
  const options = { pollMs: 5, say: (line: string) => void said.push(line) };
  const start = (clientToken: string, mode: 'BATCH' | 'STREAMING' = 'BATCH') =>
    emr.runs.start(emr.applications, applicationId, {
      clientToken,
      mode,
      name: mode === 'BATCH' ? 'run' : 'streams',
      executionRoleArn: ROLE,
      jobDriver: { sparkSubmit: { entryPoint: 's3://code/run.py' } },
    });
  const stateOf = () => emr.applications.get(applicationId).state;
  return { emr, scheduler, clients, applicationId, spark, said, options, start, stateOf };
}

/** Work that goes on until it is cancelled. */
const endless: Execute = async (_, cancelled) => {
  await sleep(3_600_000, undefined, { signal: cancelled });
  return { code: 0, said: '' };
};

/** Work that goes on until it is told to end. */
function untilTold() {
  let end = () => {};
  const told = new Promise<void>((resolve) => {
    end = resolve;
  });
  const execute: Execute = async (_, cancelled) => {
    const cancel = new Promise<never>((_, reject) => cancelled.addEventListener('abort', reject));
    await Promise.race([told, cancel]);
    return { code: 0, said: '' };
  };
  return { execute, end: () => end() };
}

test('a run that goes on is waited for, and then schedule, tag and application are as a change needs them', async () => {
  const { execute, end } = untilTold();
  const { clients, spark, options, start, scheduler, emr, applicationId, stateOf, said } = await given(execute);
  const run = start('one');
  const say = (line: string) => {
    options.say(line);
    if (line.startsWith('waiting')) end();
  };
  expect(stateOf()).toBe('STARTED');
  await holdRuns(spark, clients, { ...options, say });
  expect([run.state, stateOf()]).toEqual(['SUCCESS', 'STOPPED']);
  expect(emr.applications.get(applicationId).tags).toEqual({ runs: 'off' });
  expect(scheduler.schedules.get('hourly')).toEqual({ ...HOURLY, State: 'DISABLED', GroupName: 'default' });
  expect(said).toEqual([
    'schedule hourly: off',
    `waiting for the run run (RUNNING) of application ${applicationId}`,
    `stopping application ${applicationId}`,
  ]);
  await clients.emr.send(new UpdateApplicationCommand({ applicationId, clientToken: 'x', architecture: 'ARM64' }));
});

test('without it an application that is started is not changed', async () => {
  const { clients, start, applicationId } = await given();
  start('one');
  await expect(
    clients.emr.send(new UpdateApplicationCommand({ applicationId, clientToken: 'x', architecture: 'ARM64' })),
  ).rejects.toThrow('must be in CREATED or STOPPED to be updated; it is STARTED');
});

test('to destroy, what goes on is cancelled; a streaming run and one in the queue always are', async () => {
  const { clients, spark, options, start, stateOf } = await given(endless);
  const runs = [start('one'), start('two')];
  expect(runs.map(({ state }) => state)).toEqual(['RUNNING', 'QUEUED']);
  await holdRuns(spark, clients, { ...options, cancel: true });
  expect([...runs.map(({ state }) => state), stateOf()]).toEqual(['CANCELLED', 'CANCELLED', 'STOPPED']);

  const streaming = start('three', 'STREAMING');
  await holdRuns(spark, clients, options);
  expect([streaming.state, stateOf()]).toEqual(['CANCELLED', 'STOPPED']);
});

test('a run that takes longer than anybody waits is cancelled', async () => {
  const { clients, spark, options, start, stateOf } = await given(endless);
  const run = start('one');
  await holdRuns(spark, clients, { ...options, patienceMs: 20 });
  expect([run.state, stateOf()]).toEqual(['CANCELLED', 'STOPPED']);
});

test('interrupted, it goes on when it is done again; released, runs start as before', async () => {
  const { execute, end } = untilTold();
  const { clients, spark, options, start, scheduler, emr, applicationId, stateOf } = await given(execute);
  start('one');
  const interrupt = new AbortController();
  const say = () => interrupt.abort();
  const interrupted = holdRuns(spark, clients, { ...options, say, signal: interrupt.signal });
  await expect(interrupted).rejects.toThrow();
  expect([scheduler.schedules.get('hourly')!.State, stateOf()]).toEqual(['DISABLED', 'STARTED']);
  end();
  await holdRuns(spark, clients, options);
  expect(stateOf()).toBe('STOPPED');

  await releaseRuns(spark, clients, options);
  expect(scheduler.schedules.get('hourly')!.State).toBe('ENABLED');
  expect(emr.applications.get(applicationId).tags).toEqual({});
  expect(start('two').state).toBe('RUNNING');
});

test('what is gone already needs no holding', async () => {
  const { clients, options } = await given();
  await holdRuns({ applications: ['00gone'], schedules: ['gone'], parameters: {} }, clients, options);
  await releaseRuns({ applications: ['00gone'], schedules: ['gone'], parameters: {} }, clients, options);
});
