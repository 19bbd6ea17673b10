import { namesOf } from '@pipeline/datasets/names';
import type { EnvironmentConfig } from '../../config/schema';
import { DatabricksError } from '../../lambda/databricks-jobs/api-error';
import { DatabricksClient, type WorkspaceCredentials } from '../../lambda/databricks-jobs/client';
import { type Finding, fails, ok, skipped, warns } from './finding';

type Settings = NonNullable<EnvironmentConfig['databricks']>;

const TIMEOUT_MS = 10_000;

/** Whether a workspace answers at the address. Takes no credentials. */
export async function checkWorkspace({ workspaceUrl }: Settings): Promise<Finding> {
  const check = 'Databricks workspace';
  const fix = 'databricks.workspaceUrl: the address that the browser shows in the workspace, without a path';
  try {
    const response = await fetch(`${workspaceUrl}/oidc/.well-known/oauth-authorization-server`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const said = (await response.json().catch(() => undefined)) as { token_endpoint?: unknown } | undefined;
    if (response.ok && typeof said?.token_endpoint === 'string') return ok(check, `${workspaceUrl} answers`);
    return fails(check, `${workspaceUrl} answers ${response.status}, and not as a workspace does`, fix);
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    return fails(
      check,
      `${workspaceUrl} is not reached: ${cause?.code ?? name}`,
      `${fix}; or the network, or an IP access list`,
    );
  }
}

/** Whether the secret's credentials are taken, and may do what the hooks do: jobs, files, registering a profile. */
export async function checkSignIn(client: DatabricksClient, userId: string): Promise<Finding> {
  const check = 'Databricks sign-in';
  let who: string;
  let groups: string[];
  try {
    const me = (await client.get('/api/2.0/preview/scim/v2/Me')) as {
      userName?: string;
      groups?: { display?: string }[];
    };
    who = me.userName ?? 'nobody known';
    groups = (me.groups ?? []).map(({ display = '' }) => display);
    await client.get('/api/2.2/jobs/list', { name: namesOf(userId).jobs.batch, limit: '1' });
    await client.get('/api/2.0/workspace/get-status', { path: '/Shared' });
    await client.get('/api/2.0/instance-profiles/list');
  } catch (error) {
    return refusal(check, error);
  }
  if (groups.includes('admins')) return ok(check, `${who}, a workspace admin`);
  return warns(
    check,
    `${who} is not listed among the workspace's admins, who alone may register an instance profile`,
    `add ${who} to the group admins, unless a group of theirs is in it`,
  );
}

/** Whether the workspace offers the runtime and the machines of the job clusters. It takes jobs with any, which then do not start. */
export async function checkClusters(client: DatabricksClient, settings: Settings): Promise<Finding> {
  const check = 'Databricks clusters';
  try {
    const { versions = [] } = (await client.get('/api/2.1/clusters/spark-versions')) as {
      versions?: { key: string }[];
    };
    const { node_types = [] } = (await client.get('/api/2.1/clusters/list-node-types')) as {
      node_types?: { node_type_id: string; node_instance_type?: { local_disks?: number } }[];
    };
    if (node_types.length === 0) {
      return fails(
        check,
        'the workspace offers no machines, as one with serverless compute alone does: the jobs need clusters of their own',
        'databricks.workspaceUrl: a workspace with classic compute; or spark in place of databricks',
      );
    }
    if (!versions.some(({ key }) => key === settings.sparkVersion)) {
      const usable = versions
        .map(({ key }) => key)
        .filter((key) => /^(17\.[3-9]|1[89]|[2-9]\d)/.test(key) && !/-(ml|gpu|photon)/.test(key));
      const fix = `databricks.sparkVersion: ${usable.join(', ') || 'none from 17.3 up is offered'}`;
      return fails(check, `no runtime ${settings.sparkVersion}`, fix);
    }
    const machine = node_types.find(({ node_type_id }) => node_type_id === settings.nodeType);
    if (machine?.node_instance_type?.local_disks === 0) {
      return fails(
        check,
        `${settings.nodeType} has no disk of its own, and a cluster of it does not start without settings that the jobs do not make`,
        'databricks.nodeType: a size with one, such as m6gd.large',
      );
    }
    if (!machine) {
      return fails(
        check,
        `no machines ${settings.nodeType}`,
        'databricks.nodeType: one that the workspace shows for a new cluster',
      );
    }
    return ok(check, `${settings.sparkVersion} on ${settings.nodeType}`);
  } catch (error) {
    return refusal(check, error);
  }
}

/** A client that gives up soon: what passes by itself is for the deployment to wait for. */
export function quickClient({ workspaceUrl }: Settings, credentials: WorkspaceCredentials): DatabricksClient {
  return new DatabricksClient({ url: workspaceUrl, credentials, tries: 2 });
}

function refusal(check: string, error: unknown): Finding {
  if (!(error instanceof DatabricksError)) return fails(check, 'no answer', 'see the check of the workspace above');
  if (error.isBusy || error.status >= 500) return skipped(check, error.message);
  const asked = error.message.startsWith('POST /oidc') ? "the service principal's id and secret" : 'the token';
  const fix =
    error.status === 401 || error.status === 403
      ? `look at ${asked} in the secret: expired, of another workspace, or not allowed this`
      : 'look at databricks.workspaceUrl';
  return fails(check, error.message, fix);
}
