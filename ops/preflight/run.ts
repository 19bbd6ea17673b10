import type { Artefacts } from '../../config/artefacts';
import type { EnvironmentConfig } from '../../config/schema';
import { checkAccount } from './account';
import { awsClients } from './aws-clients';
import { checkBootstrap } from './bootstrap';
import { checkClusters, checkSignIn, checkWorkspace, quickClient } from './databricks';
import { checkSecret, type Secret } from './databricks-secret';
import { checkTables } from './databricks-tables';
import { checkDecisions } from './decisions';
import { checkDownloads } from './downloads';
import { checkExistingCluster } from './existing-cluster';
import { checkExistingNetwork } from './existing-network';
import { blackedOut, type Finding, skipped } from './finding';
import { checkKafkaVersion } from './kafka-version';
import { checkAddresses, checkMachines, checkNetworks, checkZones } from './network-limits';
import { checkSparkQuota, checkSparkZones } from './spark-limits';
import { checkStacks } from './stacks';
import { checkTools } from './tools';

export interface Preflight {
  readonly config: EnvironmentConfig;
  readonly artefacts: Artefacts;
  /** Folder with package.json and node_modules. */
  readonly root: string;
  /** As `process.version` says it. */
  readonly nodeVersion: string;
}

/** Every check of a deployment, as far as it can be looked at, in the order in which a deployment would meet it. */
export async function preflight({ config, artefacts, root, nodeVersion }: Preflight): Promise<Finding[]> {
  const { databricks } = config;
  const clients = awsClients(config.region);
  const local = [...checkTools(root, nodeVersion), checkDownloads(artefacts), ...checkDecisions(config)];
  const [account, workspace] = await Promise.all([
    checkAccount(config, clients),
    databricks && checkWorkspace(databricks),
  ]);
  const [aws, secret] = await Promise.all([
    checkAws(config, account.id, clients),
    databricks && secretOf(config.region, databricks, account.id, clients),
  ]);
  const findings = [...local, account.finding, ...aws];
  if (!databricks || !workspace || !secret) {
    return [
      ...findings,
      skipped('Databricks', `config/${config.name}.yaml names no workspace, so there is no stack for it`),
    ];
  }
  const { credentials } = secret;
  const signedIn =
    workspace.state === 'ok' && credentials !== undefined
      ? await signIn(config.userId, databricks, credentials)
      : ['Databricks sign-in', 'Databricks clusters', 'Databricks tables'].map((check) =>
          skipped(check, 'needs workspace and secret'),
        );
  return blackedOut([...findings, secret.finding, workspace, ...signedIn], Object.values(credentials ?? {}));
}

type Settings = NonNullable<EnvironmentConfig['databricks']>;
type Clients = ReturnType<typeof awsClients>;

/** Checks that need an account; in the wrong one they would mislead. */
const AWS_CHECKS: Readonly<
  Record<string, (config: EnvironmentConfig, account: string, clients: Clients) => Promise<Finding>>
> = {
  bootstrap: checkBootstrap,
  stacks: (config, _, clients) => checkStacks(config, clients),
  zones: (config, _, clients) => checkZones(config, clients),
  machines: (config, _, clients) => checkMachines(config, clients),
  networks: (config, _, clients) => checkNetworks(config, clients),
  addresses: (config, _, clients) => checkAddresses(config, clients),
  'Kafka version': (config, _, clients) => checkKafkaVersion(config, clients),
};

/** Those of an environment with Spark on EMR. */
const SPARK_CHECKS: typeof AWS_CHECKS = {
  'Spark processors': (config, _, clients) => checkSparkQuota(config, clients),
  'Spark zones': (config, _, clients) => checkSparkZones(config, clients),
};

/** Those of an environment that joins what somebody else made. */
const joinedChecks = ({ network, kafka }: EnvironmentConfig): typeof AWS_CHECKS => ({
  ...(network.vpc && { 'existing network': (config, _, clients) => checkExistingNetwork(config, clients) }),
  ...(kafka.cluster && { 'existing cluster': (config, _, clients) => checkExistingCluster(config, clients) }),
});

function checkAws(config: EnvironmentConfig, account: string | undefined, clients: Clients): Promise<Finding[]> {
  const checks = Object.entries({ ...AWS_CHECKS, ...joinedChecks(config), ...(config.spark && SPARK_CHECKS) });
  return Promise.all(
    checks.map(async ([check, look]) =>
      account === undefined ? skipped(check, NO_ACCOUNT) : look(config, account, clients),
    ),
  );
}

const NO_ACCOUNT = "needs credentials of the environment's account";

async function secretOf(
  region: string,
  settings: Settings,
  account: string | undefined,
  clients: Clients,
): Promise<Secret> {
  if (account === undefined) return { finding: skipped('Databricks secret', NO_ACCOUNT) };
  return checkSecret(region, settings, clients);
}

async function signIn(
  userId: string,
  settings: Settings,
  credentials: NonNullable<Secret['credentials']>,
): Promise<Finding[]> {
  const client = quickClient(settings, credentials);
  const signIn = await checkSignIn(client, userId);
  const others = ['Databricks clusters', 'Databricks tables'];
  if (signIn.state === 'fails') return [signIn, ...others.map((check) => skipped(check, 'needs the sign-in'))];
  return [signIn, await checkClusters(client, settings), await checkTables(client, settings)];
}
