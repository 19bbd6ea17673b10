import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  EMRServerlessClient,
  GetJobRunCommand,
  StartJobRunCommand,
  type StartJobRunCommandInput,
} from '@aws-sdk/client-emr-serverless';
import type { Outputs } from '@pipeline/cli/outputs';
import { findSpark, storedRun } from '../spark/spark-stack';

/** Time between two looks at a run. */
const POLL_MS = 10_000;
/** A run of Spark takes minutes, but it may wait an hour in the queue, and no run takes longer than two. */
const LONGEST_WAIT_S = 3 * 3600;
const ENDED = ['SUCCESS', 'FAILED', 'CANCELLED'];

/**
 * Starts a run, which computes the answers anew, and waits for its end: a run of the environment's Spark, or of the laptop itself.
 *
 * @throws Error when there is nobody to run it, when it ends badly, or when a run of Spark has not ended after three hours
 */
export async function awaitNewRun(outputs: Outputs, say: (line: string) => void): Promise<void> {
  const { viewsUrl, region, userId, env } = outputs;
  if (viewsUrl) {
    const response = await fetch(new URL('flush', viewsUrl), { method: 'POST' });
    if (!response.ok) throw new Error(`POST ${viewsUrl}flush answered ${response.status}`);
    return;
  }
  const spark = await findSpark(new CloudFormationClient({ region }), userId);
  const run = spark && (await storedRun(spark, 'Run', region));
  if (run === undefined) {
    throw new Error(
      `${env} has no stack Spark, so nothing here can start a run; with Databricks start the batch job, or leave --through answers out`,
    );
  }
  await runToEnd(run, region, say);
}

async function runToEnd(
  run: Omit<StartJobRunCommandInput, 'clientToken'>,
  region: string,
  say: (line: string) => void,
): Promise<void> {
  const emr = new EMRServerlessClient({ region });
  const { applicationId, jobRunId } = await emr.send(new StartJobRunCommand({ ...run, clientToken: randomUUID() }));
  say(`started the run ${jobRunId} of application ${applicationId} …`);
  let told = '';
  for (const deadline = Date.now() + LONGEST_WAIT_S * 1000; ; ) {
    const { jobRun } = await emr.send(new GetJobRunCommand({ applicationId, jobRunId }));
    const { state = '', stateDetails = '' } = jobRun ?? {};
    if (state !== told) say(`run ${jobRunId}: ${state}`);
    told = state;
    if (state === 'SUCCESS') return;
    if (ENDED.includes(state)) throw new Error(`the run ${jobRunId} ended with ${state}: ${stateDetails}`);
    if (Date.now() > deadline)
      throw new Error(`the run ${jobRunId} is still ${state} after ${LONGEST_WAIT_S / 3600} hours`);
    await pause(POLL_MS);
  }
}
