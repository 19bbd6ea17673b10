import { DatabricksError } from './api-error';
import type { DatabricksClient } from './client';
import { ignoringGone, type JobSettings, putJob, removeJob } from './jobs';
import { putFiles, removeFiles, type WorkspaceFiles } from './workspace';

/** The content that a workspace must have for one environment of the pipeline. */
export interface Desired {
  /** Folder of every version of notebooks and definitions, below /Workspace. It must not contain other files. */
  readonly home: string;
  /** Folder of one version. */
  readonly root: string;
  readonly files: WorkspaceFiles;
  /** Instance profile by which clusters may use S3 and Kinesis. */
  readonly instanceProfileArn: string;
  readonly jobs: readonly JobSettings[];
}

const PROFILES = '/api/2.0/instance-profiles';

/**
 * Makes a workspace have the desired content, from any state. Each step can be repeated.
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

/** Removes from a workspace everything that `deploy` put there. An object that is already gone is not an error. */
export async function remove(
  client: DatabricksClient,
  { home, instanceProfileArn, jobs }: Omit<Desired, 'files' | 'root'>,
): Promise<void> {
  for (const { name } of jobs) await removeJob(client, name);
  await removeFiles(client, home);
  await unregisterProfile(client, instanceProfileArn);
}

/** Removes jobs and folders of the earlier state that the new state does not have. */
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
    // Skipped: the check would start a machine, and it fails for a new role for a minute.
    await client.post(`${PROFILES}/add`, { instance_profile_arn: arn, skip_validation: true });
  } catch (error) {
    if (!(error instanceof DatabricksError && error.isThereAlready)) throw error;
  }
}
