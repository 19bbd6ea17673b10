import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { EnvironmentConfig } from '../../config/schema';
import { type AwsClients, findingOf, isMissing } from './aws-clients';
import { type Finding, fails, ok } from './finding';

const CHECK = 'bootstrap';
/** Where CDK's default bootstrap says its version. */
const parameter = (qualifier: string) => `/cdk-bootstrap/${qualifier}/version`;
/** What our templates ask for; a test holds it to them. */
export const BOOTSTRAP_AT_LEAST = 6;

/** Whether account and region are prepared for CDK, by a bootstrap that is new enough. */
export async function checkBootstrap(
  { name, region, bootstrapQualifier }: EnvironmentConfig,
  account: string,
  { ssm }: AwsClients,
): Promise<Finding> {
  const own =
    bootstrapQualifier === 'hnb659fds'
      ? ''
      : ` --qualifier ${bootstrapQualifier} --toolkit-stack-name CDKToolkit-${bootstrapQualifier}`;
  const fix = `npx cdk bootstrap aws://${account}/${region} -c env=${name}${own}`;
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter(bootstrapQualifier) }));
    const version = Number(Parameter?.Value);
    if (version >= BOOTSTRAP_AT_LEAST) return ok(CHECK, `version ${version}, at least ${BOOTSTRAP_AT_LEAST}`);
    return fails(CHECK, `version ${Parameter?.Value}, and the stacks ask for ${BOOTSTRAP_AT_LEAST}`, fix);
  } catch (error) {
    if (isMissing(error)) return fails(CHECK, `none in ${region} of account ${account}`, fix);
    return findingOf(CHECK, 'ssm:GetParameter', error);
  }
}
