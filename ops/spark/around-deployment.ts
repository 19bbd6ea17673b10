import { randomUUID } from 'node:crypto';
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { EMRServerlessClient, StartJobRunCommand } from '@aws-sdk/client-emr-serverless';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { EnvironmentConfig } from '../../config/schema';
import { type HoldOptions, holdRuns, type RunsClients, releaseRuns, unendedRuns } from './hold-runs';
import { type DeployedSpark, findSpark, storedRun } from './spark-stack';

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties?: unknown }>>;

/** Whether a template changes or takes away an application that another one has. What is new needs nothing to be stopped. */
export function changesApplication(deployed: Resources, next: Resources): boolean {
  return Object.entries(deployed)
    .filter(([, { Type }]) => Type === 'AWS::EMRServerless::Application')
    .some(([id, { Properties }]) => JSON.stringify(next[id]?.Properties) !== JSON.stringify(Properties));
}

/** The runs of a deployed environment, held while its application is changed or deleted. */
export class RunsOfEnvironment {
  private constructor(
    private readonly config: EnvironmentConfig,
    private readonly cloud: CloudFormationClient,
    private readonly spark: DeployedSpark,
    private readonly clients: RunsClients,
  ) {}

  /** Looks the stack up; undefined where the environment has no runs. */
  static async find(config: EnvironmentConfig): Promise<RunsOfEnvironment | undefined> {
    const { region, userId } = config;
    const cloud = new CloudFormationClient({ region });
    const spark = await findSpark(cloud, userId);
    const clients = { emr: new EMRServerlessClient({ region }), scheduler: new SchedulerClient({ region }) };
    return spark && new RunsOfEnvironment(config, cloud, spark, clients);
  }

  /** Whether these resources of the Spark stack would change or remove an application that is there. */
  async wouldChange(next: Resources): Promise<boolean> {
    const StackName = `pinterest-${this.config.userId}-Spark`;
    const { TemplateBody } = await this.cloud.send(new GetTemplateCommand({ StackName, TemplateStage: 'Original' }));
    return changesApplication((JSON.parse(TemplateBody ?? '{}') as { Resources?: Resources }).Resources ?? {}, next);
  }

  hold(options: HoldOptions): Promise<void> {
    return holdRuns(this.spark, this.clients, options);
  }

  /** Lets runs start, and starts the one that never ends, where there is one and it does not go on. */
  async release(say: HoldOptions['say']): Promise<void> {
    await releaseRuns(this.spark, this.clients, { say });
    const run = await storedRun(this.spark, 'ContinuousRun', this.config.region);
    if (!run || (await unendedRuns(run.applicationId!, this.clients)).length > 0) return;
    const { jobRunId } = await this.clients.emr.send(new StartJobRunCommand({ ...run, clientToken: randomUUID() }));
    say(`started the streaming run ${jobRunId}`);
  }
}
