import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import type { StartJobRunCommandInput } from '@aws-sdk/client-emr-serverless';
import { GetParameterCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';

/** What a deployed Spark stack has that runs. */
export interface DeployedSpark {
  /** Ids of its applications. */
  readonly applications: readonly string[];
  /** Names of its schedules. */
  readonly schedules: readonly string[];
  /** Names of the parameters that keep the runs, by their logical ids. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Looks up what the stack has; undefined where there is no such stack. */
export async function findSpark(client: CloudFormationClient, userId: string): Promise<DeployedSpark | undefined> {
  const found: { type: string; logicalId: string; id: string }[] = [];
  try {
    for await (const page of paginateListStackResources({ client }, { StackName: `pinterest-${userId}-Spark` })) {
      for (const {
        ResourceType,
        LogicalResourceId,
        PhysicalResourceId,
        ResourceStatus,
      } of page.StackResourceSummaries ?? []) {
        if (!PhysicalResourceId || ResourceStatus === 'DELETE_COMPLETE') continue;
        found.push({ type: ResourceType ?? '', logicalId: LogicalResourceId ?? '', id: PhysicalResourceId });
      }
    }
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return undefined;
    throw error;
  }
  const idsOf = (type: string) => found.filter((resource) => resource.type === type).map(({ id }) => id);
  return {
    applications: idsOf('AWS::EMRServerless::Application'),
    // CloudFormation knows a schedule by its name, with or without the name of its group before it.
    schedules: idsOf('AWS::Scheduler::Schedule').map((id) => id.split(/[/|]/).at(-1)!),
    parameters: Object.fromEntries(
      found.filter(({ type }) => type === 'AWS::SSM::Parameter').map(({ logicalId, id }) => [logicalId, id]),
    ),
  };
}

/** Input of StartJobRun, but for its client token, as the stack keeps it; undefined where it keeps none of that name. */
export async function storedRun(
  { parameters }: DeployedSpark,
  name: 'Run' | 'ContinuousRun',
  region: string,
  client: SSMClientConfig = {},
): Promise<Omit<StartJobRunCommandInput, 'clientToken'> | undefined> {
  // Logical ids end in a digest.
  const parameter = Object.entries(parameters).find(([id]) => new RegExp(`^Jobs${name}[0-9A-F]{8}$`).test(id))?.[1];
  if (parameter === undefined) return undefined;
  const { Parameter } = await new SSMClient({ region, ...client }).send(new GetParameterCommand({ Name: parameter }));
  return JSON.parse(Parameter?.Value ?? '{}') as Omit<StartJobRunCommandInput, 'clientToken'>;
}
