import type { Artefacts } from '../../config/artefacts';
import { ConfigError, checkEnvironment } from '../../config/load';
import { databricks } from '../../config/optional-settings';
import type { EnvironmentConfig } from '../../config/schema';
import { loadWheels, type Wheel } from '../../config/wheels';

/** What a rehearsal changes in an environment. */
export interface Overlay {
  /** Settings with another value, by their path in the file: `streams.retentionHours`. */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** Switches on the stacks that the file leaves out. */
  readonly switchOn?: boolean;
  /** Joins these under a `userId` of its own. */
  readonly joins?: {
    readonly userId: string;
    readonly vpc: { readonly id: string; readonly privateSubnets: readonly string[] };
    readonly cluster: { readonly arn: string; readonly securityGroup: string };
  };
  /** `userId` of somebody else's environment, whose network and cluster are joined. */
  readonly others?: string;
  /** Version of the secret that Airflow's connection is copied from. */
  readonly airflowSecretVersion?: string;
  /** Address of the workspace in place of Databricks. */
  readonly workspaceUrl: string;
  /** Address and SHA-256 of each download, by its name in artefacts.lock.json or wheels.lock.json. */
  readonly downloads: Readonly<Record<string, { readonly url: string; readonly sha256: string }>>;
}

/** What a file can leave out, as it is switched on. */
const OPTIONAL: Readonly<Record<string, object>> = {
  orchestration: { airflowVersion: '3.0.6', environmentClass: 'mw1.small', webserverAccess: 'PUBLIC_ONLY' },
  sourceDatabase: { engineVersion: '8.4.10' },
  databricks: {
    workspaceUrl: 'https://workspace.invalid',
    secretName: 'rehearsal/databricks',
    airflowSecretName: 'rehearsal/airflow',
    crossAccountRole: 'arn:aws:iam::111122223333:role/databricks',
    sparkVersion: '17.3.x-scala2.13',
  },
};

/** Settings by which an environment is that environment: with another one, nothing of it is updated. */
const IDENTITY = ['account', 'region', 'userId'];

/** Names of the stacks' settings that a file leaves out. */
export function leftOut(config: EnvironmentConfig): string[] {
  return Object.keys(OPTIONAL).filter((key) => config[key as keyof EnvironmentConfig] === undefined);
}

/**
 * The environment with the overlay's settings, checked like a file.
 *
 * @throws ConfigError that names the key
 */
export function overlaid(
  { name, ...settings }: EnvironmentConfig,
  { changes = {}, switchOn = false, joins, others }: Pick<Overlay, 'changes' | 'switchOn' | 'joins' | 'others'>,
): EnvironmentConfig {
  const all: Record<string, unknown> = structuredClone(settings);
  if (others !== undefined) all.userId = others;
  if (joins) {
    const { userId, vpc, cluster } = joins;
    const { availabilityZones } = settings.network;
    Object.assign(all, { userId, network: { availabilityZones, vpc }, kafka: { ...settings.kafka, cluster } });
  }
  // A file may name one engine. A rehearsal deploys both, because each has stacks and functions of its own to try.
  const bothEngines = switchOn && all.spark !== undefined && all.databricks === undefined;
  if (switchOn)
    for (const key of Object.keys(OPTIONAL)) if (key !== 'databricks' || !bothEngines) all[key] ??= OPTIONAL[key];
  for (const [path, value] of Object.entries(changes)) setAt(all, path, value);
  const checked = checkEnvironment(name, all);
  return bothEngines ? { ...checked, databricks: databricks.parse(OPTIONAL.databricks) } : checked;
}

/** The packages that runs take along, from where the rehearsal offers them. */
export function offeredWheels(
  { spark }: EnvironmentConfig,
  { downloads }: Pick<Overlay, 'downloads'>,
): Wheel[] | undefined {
  return spark && loadWheels(spark.architecture).map((wheel) => ({ ...wheel, ...downloads[wheel.name] }));
}

/** Leads everything that is outside AWS to the stand-ins. What a file may say, https, they are not. */
export function withStandIns(
  config: EnvironmentConfig,
  artefacts: Artefacts,
  { workspaceUrl, downloads }: Pick<Overlay, 'workspaceUrl' | 'downloads'>,
): { config: EnvironmentConfig; artefacts: Artefacts } {
  const databricks = config.databricks && { ...config.databricks, workspaceUrl };
  const entries = Object.entries(artefacts).map(([name, artefact]) => [name, { ...artefact, ...downloads[name] }]);
  return { config: { ...config, databricks }, artefacts: Object.fromEntries(entries) as Artefacts };
}

function setAt(settings: Record<string, unknown>, path: string, value: unknown): void {
  if (IDENTITY.includes(path)) {
    throw new ConfigError(
      `--change ${path}: that makes another environment, which an update cannot reach; change another setting`,
    );
  }
  const steps = path.split('.');
  const last = steps.pop()!;
  let group = settings;
  for (const step of steps) {
    const next = group[step];
    if (typeof next !== 'object' || next === null) {
      throw new ConfigError(`--change ${path}: there is no group of settings '${step}' in this environment`);
    }
    group = next as Record<string, unknown>;
  }
  group[last] = value;
}
