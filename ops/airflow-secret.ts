import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { EnvironmentConfig } from '../config/schema';

/**
 * Options for the CDK CLI that name the current version of the secret which Airflow's connection is copied from. CloudFormation
 * reads a secret again only when the template says another word, so the version is that word. Without a secret, none.
 *
 * @param say told why there is none where there should be one: the deployment goes on, and Airflow keeps the copy that it has
 */
export async function airflowSecretOptions(
  { region, orchestration, databricks }: EnvironmentConfig,
  say: (line: string) => void,
  client = new SecretsManagerClient({ region, maxAttempts: 2 }),
): Promise<string[]> {
  if (!orchestration || !databricks) return [];
  const name = databricks.airflowSecretName ?? databricks.secretName;
  try {
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: name }));
    const current = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT'))?.[0];
    if (current !== undefined) return ['-c', `airflowSecretVersion=${current}`];
    say(`secret ${name} has no current version, so a rotated one does not reach Airflow with this deployment`);
  } catch (error) {
    say(
      `secret ${name} cannot be looked at (${(error as Error).name}), so a rotated one does not reach Airflow with this deployment`,
    );
  } finally {
    client.destroy();
  }
  return [];
}
