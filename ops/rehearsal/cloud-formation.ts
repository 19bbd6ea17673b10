import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';

/** One event of a stack, oldest first. */
export interface Event {
  readonly at: Date;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  /** It is about the stack itself. */
  readonly isStack: boolean;
}

/** One resource that a stack has. */
export interface DeployedResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/** Keys that are good for the engine and for nothing else; twelve digits are taken for the account. */
export function engineCredentials(account: string): { accessKeyId: string; secretAccessKey: string } {
  return { accessKeyId: account, secretAccessKey: 'rehearsal' };
}

/** What the engine says about stacks, in CloudFormation's own API. */
export class CloudFormation {
  /** For whoever asks what is not asked here. */
  readonly client: CloudFormationClient;

  constructor(endpoint: string, region: string, account: string) {
    this.client = new CloudFormationClient({ endpoint, region, credentials: engineCredentials(account) });
  }

  /** Id of a stack that is there, or undefined. */
  async find(name: string): Promise<{ id: string; isProtected: boolean } | undefined> {
    try {
      const { Stacks } = await this.client.send(new DescribeStacksCommand({ StackName: name }));
      const stack = Stacks?.[0];
      if (!stack?.StackId || stack.StackStatus === 'REVIEW_IN_PROGRESS' || stack.StackStatus === 'DELETE_COMPLETE')
        return undefined;
      return { id: stack.StackId, isProtected: stack.EnableTerminationProtection === true };
    } catch (error) {
      if (/does not exist/.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  /** Everything that happened to a stack, oldest first; of a deleted one by its id. Of one that never was, nothing. */
  async events(nameOrId: string): Promise<Event[]> {
    const events: StackEvent[] = [];
    try {
      for await (const page of paginateDescribeStackEvents({ client: this.client }, { StackName: nameOrId })) {
        events.push(...(page.StackEvents ?? []));
      }
    } catch (error) {
      if (/does not exist/.test((error as Error).message)) return [];
      throw error;
    }
    return events.reverse().map((event) => ({
      at: event.Timestamp ?? new Date(0),
      logicalId: event.LogicalResourceId ?? '',
      physicalId: event.PhysicalResourceId ?? '',
      type: event.ResourceType ?? '',
      status: event.ResourceStatus ?? '',
      reason: event.ResourceStatusReason ?? '',
      isStack: event.ResourceType === 'AWS::CloudFormation::Stack' && event.LogicalResourceId === event.StackName,
    }));
  }

  /** What a stack has; of one that is not there, nothing. */
  async resources(name: string): Promise<DeployedResource[]> {
    const resources: DeployedResource[] = [];
    if (!(await this.find(name))) return resources;
    for await (const page of paginateListStackResources({ client: this.client }, { StackName: name })) {
      for (const { LogicalResourceId, PhysicalResourceId, ResourceType } of page.StackResourceSummaries ?? []) {
        resources.push({
          logicalId: LogicalResourceId ?? '',
          physicalId: PhysicalResourceId ?? '',
          type: ResourceType ?? '',
        });
      }
    }
    return resources;
  }

  /** Tries to delete a protected stack. Gives the refusal's text, or undefined when there was none. */
  async refusalToDelete(name: string): Promise<string | undefined> {
    try {
      await this.client.send(new DeleteStackCommand({ StackName: name }));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  close(): void {
    this.client.destroy();
  }
}
