import { setTimeout as pause } from 'node:timers/promises';
import {
  type CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackResourceDriftsCommand,
  DetectStackDriftCommand,
  paginateDescribeStacks,
  type StackResourceDrift,
} from '@aws-sdk/client-cloudformation';

/** A resource that is not what its template says. */
export interface DriftedResource {
  readonly resource: string;
  readonly type: string;
  readonly physicalId: string;
  readonly status: 'MODIFIED' | 'DELETED';
  readonly differences: readonly { readonly property: string; readonly expected: string; readonly actual: string }[];
}

/** What was found in one stack. */
export interface StackDrift {
  readonly stack: string;
  readonly state: 'in sync' | 'drifted' | 'not told';
  /** Why it is not told, or not of all resources. */
  readonly reason?: string;
  readonly drifted: readonly DriftedResource[];
}

export interface DetectOptions {
  readonly cloud: CloudFormationClient;
  /** What the names of the environment's stacks begin with. */
  readonly prefix: string;
  /** Told how many stacks are done. */
  readonly progress: (done: number, total: number) => void;
  /** @default 2000 */
  readonly pollMs?: number;
  /** Longest that all of it may take. @default 15 minutes */
  readonly limitMs?: number;
  readonly signal?: AbortSignal;
}

/** Compares every stack of an environment with what is there. Gives nothing where there are no stacks. */
export async function detectDrift(options: DetectOptions): Promise<StackDrift[]> {
  const { cloud, prefix, progress } = options;
  const names: string[] = [];
  for await (const { Stacks = [] } of paginateDescribeStacks({ client: cloud }, {})) {
    for (const { StackName = '', StackStatus } of Stacks)
      if (StackName.startsWith(prefix) && StackStatus !== 'REVIEW_IN_PROGRESS') names.push(StackName);
  }
  let done = 0;
  progress(done, names.length);
  const deadline = Date.now() + (options.limitMs ?? 15 * 60_000);
  return Promise.all(
    names.sort().map(async (name) => {
      const drift = await driftOf(name, options, deadline);
      progress(++done, names.length);
      return { ...drift, stack: name.slice(prefix.length) };
    }),
  );
}

async function driftOf(
  StackName: string,
  { cloud, pollMs = 2_000, signal }: DetectOptions,
  deadline: number,
): Promise<Omit<StackDrift, 'stack'>> {
  const untold = (reason: string) => ({ state: 'not told' as const, reason, drifted: [] });
  let StackDriftDetectionId: string | undefined;
  try {
    ({ StackDriftDetectionId } = await cloud.send(new DetectStackDriftCommand({ StackName })));
  } catch (error) {
    return untold(`${(error as Error).name}: ${(error as Error).message}`);
  }
  for (;;) {
    const { DetectionStatus, DetectionStatusReason } = await cloud.send(
      new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }),
    );
    if (DetectionStatus !== 'DETECTION_IN_PROGRESS') {
      const drifted = await driftedResources(cloud, StackName);
      const reason = DetectionStatus === 'DETECTION_FAILED' ? DetectionStatusReason : undefined;
      if (drifted.length > 0) return { state: 'drifted', reason, drifted };
      return reason === undefined ? { state: 'in sync', drifted } : untold(reason);
    }
    if (Date.now() > deadline) return untold('CloudFormation was not done in time');
    await pause(pollMs, undefined, { signal });
  }
}

async function driftedResources(cloud: CloudFormationClient, StackName: string): Promise<DriftedResource[]> {
  const found: StackResourceDrift[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloud.send(
      new DescribeStackResourceDriftsCommand({
        StackName,
        StackResourceDriftStatusFilters: ['MODIFIED', 'DELETED'],
        NextToken,
      }),
    );
    found.push(...(page.StackResourceDrifts ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found.map((drift) => ({
    resource: drift.LogicalResourceId ?? '',
    type: drift.ResourceType ?? '',
    physicalId: drift.PhysicalResourceId ?? '',
    status: drift.StackResourceDriftStatus as DriftedResource['status'],
    differences: (drift.PropertyDifferences ?? []).map(
      ({ PropertyPath = '', ExpectedValue = '', ActualValue = '' }) => ({
        property: PropertyPath,
        expected: ExpectedValue,
        actual: ActualValue,
      }),
    ),
  }));
}
