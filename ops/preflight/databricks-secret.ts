import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { EnvironmentConfig } from '../../config/schema';
import type { WorkspaceCredentials } from '../../lambda/databricks-jobs/client';
import { type AwsClients, findingOf, isMissing } from './aws-clients';
import { type Finding, fails, ok, skipped } from './finding';

const CHECK = 'Databricks secret';
type Settings = NonNullable<EnvironmentConfig['databricks']>;

/** Keys that the secret must have for each way of signing in. */
const KEYS = { token: ['token'], oauth: ['client_id', 'client_secret'] } as const;

export interface Secret {
  readonly finding: Finding;
  /** What it says, where that is of use. Never in any finding. */
  readonly credentials?: WorkspaceCredentials;
}

/** Whether the workspace's secret is there, can be read by our function, and says what the file says it does. */
export async function checkSecret(region: string, settings: Settings, { secrets }: AwsClients): Promise<Secret> {
  const { secretName: name } = settings;
  try {
    const { KmsKeyId, DeletedDate } = await secrets.send(new DescribeSecretCommand({ SecretId: name }));
    if (DeletedDate) {
      const restore = `aws secretsmanager restore-secret --region ${region} --secret-id ${name}`;
      return { finding: fails(CHECK, `${name} is to be deleted`, restore) };
    }
    if (KmsKeyId !== undefined && !KmsKeyId.endsWith('alias/aws/secretsmanager')) {
      const found = `${name} is encrypted with ${KmsKeyId}, which our function may not use`;
      return { finding: fails(CHECK, found, "encrypt it with AWS's own key, alias/aws/secretsmanager") };
    }
  } catch (error) {
    if (isMissing(error)) return { finding: missing(region, settings) };
    // Who may not describe it may still read it.
    const finding = findingOf(CHECK, 'secretsmanager:DescribeSecret', error);
    if (finding.state === 'fails') return { finding };
  }
  try {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: name }));
    return read(SecretString ?? '', settings);
  } catch (error) {
    if (isMissing(error)) return { finding: missing(region, settings) };
    const finding = findingOf(CHECK, `secretsmanager:GetSecretValue on ${name}`, error);
    return { finding: finding.state === 'skipped' ? skipped(CHECK, finding.found) : finding };
  }
}

function read(text: string, { secretName, authentication }: Settings): Secret {
  const wanted = KEYS[authentication];
  const fix = `put ${example(wanted)} into it, or change databricks.authentication`;
  let said: Record<string, unknown>;
  try {
    said = Object(JSON.parse(text));
  } catch {
    // Never quote the text: it is the secret.
    return { finding: fails(CHECK, `${secretName} is no JSON`, fix) };
  }
  if (wanted.some((key) => typeof said[key] !== 'string' || said[key] === '')) {
    const keys = Object.keys(said).join(', ') || 'nothing';
    return { finding: fails(CHECK, `${secretName} has ${keys}, and authentication is ${authentication}`, fix) };
  }
  const credentials = Object.fromEntries(wanted.map((key) => [key, said[key]])) as unknown as WorkspaceCredentials;
  return { finding: ok(CHECK, `${secretName} has ${wanted.join(' and ')}`), credentials };
}

function missing(region: string, { secretName, authentication }: Settings): Finding {
  return fails(
    CHECK,
    `none named ${secretName} in ${region}`,
    `write ${example(KEYS[authentication])} to a file, aws secretsmanager create-secret --region ${region} --name ${secretName} --secret-string file://FILE, and delete the file`,
  );
}

function example(keys: readonly string[]): string {
  return `{${keys.map((key) => `"${key}":"…"`).join(',')}}`;
}
