import { DatabricksError } from './api-error';
import type { DatabricksClient } from './client';
import { ignoringGone, type JobSettings, putJob, removeJob } from './jobs';
import { putFiles, removeFiles, type WorkspaceFiles } from './workspace';

/** What a workspace must hold for one environment of the pipeline. */
export interface Desired {
  /** Folder of every version of notebooks and definitions, below /Workspace. Nothing else may be kept there. */
  readonly home: string;
  /** Folder of one version. */
  readonly root: string;
  readonly files: WorkspaceFiles;
  /** Instance profile through which clusters reach S3 and Kinesis. */
  readonly instanceProfileArn: string;
  readonly jobs: readonly JobSettings[];
}

const PROFILES = '/api/2.0/instance-profiles';

/**
 * Brings a workspace to what is desired, from whatever state it is in. Each step can be repeated.
 *
 * @returns id of each job by its name
 */
export async function deploy(client: DatabricksClient, desired: Desired): Promise<Record<string, string>> {
  await registerProfile(client, desired.instanceProfileArn);
  await putFiles(client, desired.root, desired.files);
  const ids: Record<string, string> = {};
  for (const settings of desired.jobs) ids[settings.name] = await putJob(client, settings);
  return ids;
}

/** Takes out of a workspace what `deploy` put there. Whatever is gone already is no error. */
export async function remove(
  client: DatabricksClient,
  { home, instanceProfileArn, jobs }: Omit<Desired, 'files' | 'root'>,
): Promise<void> {
  for (const { name } of jobs) await removeJob(client, name);
  await removeFiles(client, home);
  await unregisterProfile(client, instanceProfileArn);
}

/** Takes out what an earlier state had and this one has no more. */
export async function removeLeftovers(
  client: DatabricksClient,
  before: Pick<Desired, 'instanceProfileArn' | 'jobs'>,
  now: Pick<Desired, 'instanceProfileArn' | 'jobs'>,
): Promise<void> {
  const kept = new Set(now.jobs.map(({ name }) => name));
  for (const { name } of before.jobs) if (!kept.has(name)) await removeJob(client, name);
  if (before.instanceProfileArn !== now.instanceProfileArn) await unregisterProfile(client, before.instanceProfileArn);
}

async function unregisterProfile(client: DatabricksClient, arn: string): Promise<void> {
  await ignoringGone(client.post(`${PROFILES}/remove`, { instance_profile_arn: arn }));
}

async function registerProfile(client: DatabricksClient, arn: string): Promise<void> {
  try {
    // The check would start a machine, and fail while IAM still spreads a role made a minute ago.
    await client.post(`${PROFILES}/add`, { instance_profile_arn: arn, skip_validation: true });
  } catch (error) {
    if (!(error instanceof DatabricksError && error.isThereAlready)) throw error;
  }
}
