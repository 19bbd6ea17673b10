import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DatabricksError } from './api-error';
import { DatabricksClient, type WorkspaceCredentials } from './client';
import { type Desired, deploy, remove, removeLeftovers } from './hooks';
import type { JobSettings } from './jobs';
import { removeVersions, type WorkspaceFiles } from './workspace';

/** The fields of a CDK provider framework's event that are used here. */
interface ResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResourceProperties: Properties;
  readonly OldResourceProperties?: Properties;
}

interface Properties {
  readonly workspaceUrl: string;
  readonly secretName: string;
  /** Folder of all versions of the code. Workspace and folder together are the resource's id. */
  readonly home: string;
  /** Folder of this version, below `home`. */
  readonly root: string;
  readonly instanceProfileArn: string;
  /** Job settings as JSON: CloudFormation would turn numbers and booleans into text. */
  readonly jobs: string;
  /** Not read. It makes a change of content a change of the resource. */
  readonly contentHash: string;
}

/**
 * Custom resource: the pipeline in a Databricks workspace. Its id is workspace and home folder. So a move to another
 * workspace creates a new resource and removes the old one, but a new version of the code updates the same resource.
 */
export async function handler(
  event: ResourceEvent,
): Promise<{ PhysicalResourceId: string; Data?: Record<string, string> }> {
  const { workspaceUrl, home, root, instanceProfileArn, jobs } = event.ResourceProperties;
  const PhysicalResourceId = `${workspaceUrl}${home}`;
  const desired: Omit<Desired, 'files'> = { home, root, instanceProfileArn, jobs: JSON.parse(jobs) as JobSettings[] };
  if (event.RequestType === 'Delete') {
    await removeOrLeave(event.ResourceProperties, desired);
    return { PhysicalResourceId };
  }
  const client = await clientFor(event.ResourceProperties);
  const ids = await deployWhole(client, event, { ...desired, files: readFiles(join(__dirname, 'workspace')) });
  const before = event.OldResourceProperties;
  if (before?.workspaceUrl === workspaceUrl && before.home === home) {
    // The version before this one stays: a run may still be reading it.
    await removeVersions(client, home, [root, before.root]);
    await removeLeftovers(client, { ...before, jobs: JSON.parse(before.jobs) as JobSettings[] }, desired);
  }
  console.log(JSON.stringify({ workspaceUrl, root, ids }));
  return { PhysicalResourceId, Data: { jobIds: JSON.stringify(ids) } };
}

async function clientFor({ workspaceUrl, secretName }: Properties): Promise<DatabricksClient> {
  return new DatabricksClient({ url: workspaceUrl, credentials: await readCredentials(secretName) });
}

/** Deploys, and after a failed Create removes what it created: CDK's framework sends no Delete in this case. */
async function deployWhole(
  client: DatabricksClient,
  { RequestType }: ResourceEvent,
  desired: Desired,
): Promise<Record<string, string>> {
  try {
    return await deploy(client, desired);
  } catch (error) {
    if (RequestType === 'Create') {
      await remove(client, desired).catch((left: Error) =>
        console.error(`${desired.home}: not everything was removed: ${left.message}`),
      );
    }
    throw error;
  }
}

/** Removes the jobs. With an expired token or a missing secret, the stack is deleted all the same, and the log lists what stays in the workspace. */
async function removeOrLeave(properties: Properties, desired: Omit<Desired, 'files'>): Promise<void> {
  try {
    await remove(await clientFor(properties), desired);
  } catch (error) {
    const refused = error instanceof DatabricksError && (error.status === 401 || error.status === 403);
    if (!refused && (error as Error).name !== 'ResourceNotFoundException') throw error;
    const jobs = desired.jobs.map(({ name }) => name).join(', ');
    console.error(
      `cannot sign in to ${properties.workspaceUrl} (${(error as Error).message}); delete by hand the jobs ${jobs}, ` +
        `the folder ${desired.home} and the instance profile ${desired.instanceProfileArn}`,
    );
  }
}

async function readCredentials(secretName: string): Promise<WorkspaceCredentials> {
  const { SecretString } = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: secretName }));
  const secret = parseSecret(SecretString);
  if (typeof secret.token === 'string') return { token: secret.token };
  if (typeof secret.client_id === 'string' && typeof secret.client_secret === 'string') {
    return { client_id: secret.client_id, client_secret: secret.client_secret };
  }
  throw new Error(
    `secret ${secretName} must be {"token"} or {"client_id","client_secret"}, and has ${Object.keys(secret).join(', ') || 'neither'}`,
  );
}

function parseSecret(text: string | undefined): Record<string, unknown> {
  try {
    return Object(JSON.parse(text ?? '{}'));
  } catch {
    // Never quote the text: it is the secret.
    return {};
  }
}

/** Every text below a folder, by its path from there. */
function readFiles(folder: string): WorkspaceFiles {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );
}
