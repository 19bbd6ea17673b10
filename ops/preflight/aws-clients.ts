import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EMRServerlessClient } from '@aws-sdk/client-emr-serverless';
import { KafkaClient } from '@aws-sdk/client-kafka';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { type Finding, fails, skipped } from './finding';

/** The services that are asked, each in the environment's region, with the credentials that the CDK CLI would use. */
export function awsClients(region: string) {
  // A check that takes long is worse than one that says it got no answer.
  const options = { region, maxAttempts: 2, requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 } };
  return {
    sts: new STSClient(options),
    ssm: new SSMClient(options),
    secrets: new SecretsManagerClient(options),
    cloudFormation: new CloudFormationClient(options),
    kafka: new KafkaClient(options),
    emr: new EMRServerlessClient(options),
    ec2: new EC2Client(options),
    quotas: new ServiceQuotasClient(options),
  };
}

export type AwsClients = ReturnType<typeof awsClients>;

interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Whether AWS said that what was asked for is not there. */
export function isMissing(error: unknown): boolean {
  return /^(ParameterNotFound|ResourceNotFoundException|NoSuchResourceException)$/.test((error as Error).name);
}

/** What an error of AWS means for a check: not allowed to look is no fault of the deployment, which has roles of its own. */
export function findingOf(check: string, action: string, error: unknown): Finding {
  const { name, message, $metadata } = error as ServiceError;
  if (/AccessDenied|UnauthorizedOperation|NotAuthorized/.test(name)) {
    return skipped(check, `these credentials may not ${action}`);
  }
  if ($metadata?.httpStatusCode === undefined) {
    return fails(check, `${action} got no answer: ${message}`, 'look at network, proxy and AWS_ENDPOINT_URL');
  }
  return skipped(check, `${action} answered ${$metadata.httpStatusCode} ${name}: ${message}`);
}
