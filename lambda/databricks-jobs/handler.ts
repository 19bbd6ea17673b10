import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DatabricksClient, type WorkspaceCredentials } from './client';
import { type Desired, deploy, remove, removeLeftovers } from './hooks';
import type { JobSettings } from './jobs';
import type { WorkspaceFiles } from './workspace';

/** What CDK's provider framework hands over, as far as it is used here. */
interface ResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResourceProperties: Properties;
  readonly OldResourceProperties?: Properties;
}

interface Properties {
  readonly workspaceUrl: string;
  readonly secretName: string;
  readonly root: string;
  readonly instanceProfileArn: string;
  /** Job settings as JSON: CloudFormation would turn numbers and booleans into text. */
  readonly jobs: string;
  /** Only there so that another content is another property. */
  readonly contentHash: string;
}

/**
 * Custom resource: the pipeline in a Databricks workspace. Its id is workspace and folder, so that moving to
 * another makes a new one and takes the old one out.
 */
export async function handler(
  event: ResourceEvent,
): Promise<{ PhysicalResourceId: string; Data?: Record<string, string> }> {
  const { workspaceUrl, secretName, root, instanceProfileArn, jobs } = event.ResourceProperties;
  const PhysicalResourceId = `${workspaceUrl}${root}`;
  const client = new DatabricksClient({ url: workspaceUrl, credentials: await readCredentials(secretName) });
  const desired: Omit<Desired, 'files'> = { root, instanceProfileArn, jobs: JSON.parse(jobs) as JobSettings[] };
  if (event.RequestType === 'Delete') {
    await remove(client, desired);
    return { PhysicalResourceId };
  }
  const ids = await deploy(client, { ...desired, files: readFiles(join(__dirname, 'workspace')) });
  const before = event.OldResourceProperties;
  if (before?.workspaceUrl === workspaceUrl && before.root === root) {
    await removeLeftovers(client, { ...before, jobs: JSON.parse(before.jobs) as JobSettings[] }, desired);
  }
  console.log(JSON.stringify({ workspaceUrl, root, ids }));
  return { PhysicalResourceId, Data: { jobIds: JSON.stringify(ids) } };
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
