import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { EnvironmentConfig } from '../../config/schema';

/**
 * CloudFormation, as the CDK CLI asks it: in the bootstrap's role for deployments where the credentials may take it, else by
 * themselves. Whoever prepares may not take it.
 */
export async function cloudFormationOf({
  region,
  bootstrapQualifier,
}: EnvironmentConfig): Promise<CloudFormationClient> {
  const sts = new STSClient({ region });
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  const RoleArn = `arn:aws:iam::${Account}:role/cdk-${bootstrapQualifier}-deploy-role-${Account}-${region}`;
  const taken = async () => {
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'pinterest-pipeline' }));
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken, Expiration } = Credentials ?? {};
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  };
  try {
    await taken();
  } catch {
    return new CloudFormationClient({ region });
  }
  // The SDK asks again shortly before they expire: a deployment may take longer than the hour that they last.
  return new CloudFormationClient({ region, credentials: taken });
}
