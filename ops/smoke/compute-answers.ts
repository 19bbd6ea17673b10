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

/** Time between two looks at a run, and the most that is waited for it with its time in the queue. */
const POLL_MS = 10_000;
const LIMIT_MS = 3 * 3_600_000;
const ENDED = ['SUCCESS', 'FAILED', 'CANCELLED'];

/**
 * Has the answers computed anew: by a run of the environment's Spark, or by the laptop itself.
 *
 * @throws Error when there is nobody to compute them, or when the run ends badly
 */
export async function computeAnswers(outputs: Outputs, say: (line: string) => void, pollMs = POLL_MS): Promise<void> {
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
  await runToEnd(run, { region, say, pollMs });
}

async function runToEnd(
  run: Omit<StartJobRunCommandInput, 'clientToken'>,
  { region, say, pollMs }: { region: string; say: (line: string) => void; pollMs: number },
): Promise<void> {
  const emr = new EMRServerlessClient({ region });
  const { applicationId, jobRunId } = await emr.send(new StartJobRunCommand({ ...run, clientToken: randomUUID() }));
  say(`started the run ${jobRunId} of application ${applicationId} …`);
  let told = '';
  for (const deadline = Date.now() + LIMIT_MS; ; ) {
    const { jobRun } = await emr.send(new GetJobRunCommand({ applicationId, jobRunId }));
    const { state = '', stateDetails = '' } = jobRun ?? {};
    if (state !== told) say(`run ${jobRunId}: ${state}`);
    told = state;
    if (state === 'SUCCESS') return;
    if (ENDED.includes(state)) throw new Error(`the run ${jobRunId} ended with ${state}: ${stateDetails}`);
    if (Date.now() > deadline)
      throw new Error(`the run ${jobRunId} is still ${state} after ${LIMIT_MS / 3_600_000} hours`);
    await pause(pollMs);
  }
}
