import type { EnvironmentConfig } from '../../config/schema';
import { DatabricksError } from '../../lambda/databricks-jobs/api-error';
import type { DatabricksClient } from '../../lambda/databricks-jobs/client';
import { type Finding, fails, ok, skipped, warns } from './finding';

type Settings = NonNullable<EnvironmentConfig['databricks']>;

const CHECK = 'Databricks tables';
const UNITY = '/api/2.1/unity-catalog';

/** Whether the tables can be made where the file says: in its catalog, or in a folder that Unity Catalog knows. */
export async function checkTables(client: DatabricksClient, settings: Settings): Promise<Finding> {
  const { catalog, tablesPath, runAs } = settings;
  if (catalog === undefined && tablesPath === undefined) return ok(CHECK, "managed by the workspace's default catalog");
  try {
    const principal = runAs ?? ((await client.get('/api/2.0/preview/scim/v2/Me')) as { userName?: string }).userName!;
    const findings: Finding[] = [];
    if (catalog !== undefined) findings.push(await catalogIsUsable(client, catalog, principal));
    if (tablesPath !== undefined) findings.push(await folderIsKnown(client, tablesPath, principal));
    return ['fails', 'warns', 'ok'].flatMap((wanted) => findings.filter(({ state }) => state === wanted))[0]!;
  } catch (error) {
    if (!(error instanceof DatabricksError)) throw error;
    return skipped(CHECK, error.message);
  }
}

async function catalogIsUsable(client: DatabricksClient, catalog: string, principal: string): Promise<Finding> {
  try {
    await client.get(`${UNITY}/catalogs/${encodeURIComponent(catalog)}`);
  } catch (error) {
    if (!(error instanceof DatabricksError) || error.status !== 404) throw error;
    return fails(CHECK, `no catalog ${catalog} that ${principal} sees`, 'databricks.catalog: one of the workspace');
  }
  const missing = await missingOf(client, `catalog/${catalog}`, principal, ['USE_CATALOG', 'CREATE_SCHEMA']);
  if (missing.length === 0) return ok(CHECK, `catalog ${catalog}`);
  return warns(
    CHECK,
    `${principal} is not seen to have ${missing.join(', ')} on catalog ${catalog}`,
    grant(missing, `CATALOG ${catalog}`, principal),
  );
}

async function folderIsKnown(client: DatabricksClient, tablesPath: string, principal: string): Promise<Finding> {
  const { external_locations = [] } = (await client.get(`${UNITY}/external-locations`)) as {
    external_locations?: { name: string; url: string }[];
  };
  const within = (url: string) => `${tablesPath.replace(/\/*$/, '')}/`.startsWith(`${url.replace(/\/*$/, '')}/`);
  const location = external_locations.find(({ url }) => within(url));
  if (!location) {
    return fails(
      CHECK,
      `no external location of Unity Catalog holds ${tablesPath}`,
      'create one over it with a storage credential, for an instance profile does not stand in for it; or leave databricks.tablesPath out',
    );
  }
  const needed = ['CREATE_EXTERNAL_TABLE', 'READ_FILES', 'WRITE_FILES'];
  const missing = await missingOf(client, `external_location/${location.name}`, principal, needed);
  if (missing.length === 0) return ok(CHECK, `${tablesPath}, in external location ${location.name}`);
  return warns(
    CHECK,
    `${principal} is not seen to have ${missing.join(', ')} on external location ${location.name}`,
    grant(missing, `EXTERNAL LOCATION ${location.name}`, principal),
  );
}

/** Privileges that somebody lacks. Who owns the object has them all, which is not listed. */
async function missingOf(
  client: DatabricksClient,
  securable: string,
  principal: string,
  needed: readonly string[],
): Promise<string[]> {
  const { privilege_assignments = [] } = (await client.get(`${UNITY}/effective-permissions/${securable}`, {
    principal,
  })) as { privilege_assignments?: { privileges?: { privilege: string }[] }[] };
  const has = privilege_assignments.flatMap(({ privileges = [] }) => privileges.map(({ privilege }) => privilege));
  return has.includes('ALL_PRIVILEGES') ? [] : needed.filter((privilege) => !has.includes(privilege));
}

function grant(privileges: readonly string[], on: string, principal: string): string {
  return `unless they own it: GRANT ${privileges.join(', ').replaceAll('_', ' ')} ON ${on} TO \`${principal}\``;
}
