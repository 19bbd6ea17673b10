import { join } from 'node:path';
import type { EnvironmentConfig } from '../../../../config/schema';
import type { Finding } from '../../../../ops/preflight/finding';
import { preflight } from '../../../../ops/preflight/run';
import { type Aws, type AwsOptions, startAws } from '../../../../stand-ins/aws';
import { type Databricks, type DatabricksOptions, startDatabricks } from '../../../../stand-ins/databricks';
import { givenConfig } from '../../../lib/testing/environment';

export const ROOT = join(__dirname, '../../../..');

const pinned = { version: '1', url: 'https://example.com/x', sha256: 'a'.repeat(64), licence: 'x' };
export const PINNED = { 'kafka-connect-s3': pinned, 'confluent-community': pinned, 'aws-msk-iam-auth': pinned };

const DATABRICKS = {
  workspaceUrl: 'https://dbc-1.cloud.databricks.com',
  secretName: 'databricks/ada',
  crossAccountRole: 'arn:aws:iam::111122223333:role/databricks',
  sparkVersion: '17.3.x-scala2.13',
};

/** Where the SDK would find credentials and endpoints, all of it shut off. */
const NOBODY = {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/nonexistent',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};
const SOMEBODY = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'key-that-nobody-prints' };

/** A process environment that reaches the stand-in, with credentials or without. */
export function environmentOf(aws: Aws | undefined, withCredentials = true): Record<string, string> {
  return { ...NOBODY, ...(withCredentials && SOMEBODY), ...(aws && { AWS_ENDPOINT_URL: aws.url }) };
}

export interface World {
  readonly aws: Aws;
  readonly databricks: Databricks;
  /** What preflight finds, by check. */
  look(change?: {
    settings?: Record<string, unknown>;
    databricks?: Record<string, unknown> | null;
  }): Promise<Record<string, Finding>>;
}

const open: (() => Promise<void>)[] = [];

/** Ends what `givenWorld` began. */
export async function endWorlds(): Promise<void> {
  // A test may have closed one itself.
  await Promise.allSettled(open.splice(0).map((close) => close()));
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
}

/** An account and a workspace, both stand-ins, in which a deployment would go through. */
export async function givenWorld(
  aws: Partial<AwsOptions> = {},
  workspace: DatabricksOptions = {},
  withCredentials = true,
): Promise<World> {
  const databricks = await startDatabricks(workspace);
  const secrets = { 'databricks/ada': { text: JSON.stringify({ token: databricks.token }) }, ...aws.secrets };
  const account = await startAws({ ...aws, secrets });
  open.push(databricks.close, account.close);
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, environmentOf(account, withCredentials));
  return {
    aws: account,
    databricks,
    look: async ({ settings = {}, databricks: changes = {} } = {}) => {
      const config = givenConfig({
        monitoring: { email: 'ops@example.com' },
        ...settings,
        databricks: changes === null ? undefined : { ...DATABRICKS, ...changes },
      });
      const findings = await preflight({
        config: changes !== null && changes.workspaceUrl === undefined ? at(config, databricks.url) : config,
        artefacts: PINNED,
        root: ROOT,
        nodeVersion: 'v20.19.0',
      });
      return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
    },
  };
}

/** The same environment with its workspace at an address that no file could have: the stand-in has no TLS. */
function at(config: EnvironmentConfig, workspaceUrl: string): EnvironmentConfig {
  return { ...config, databricks: { ...config.databricks!, workspaceUrl } };
}
