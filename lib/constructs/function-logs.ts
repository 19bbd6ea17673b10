import { CfnResource, type IAspect, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/**
 * Gives the functions that CDK adds for itself a log group with the environment's retention. Lambda itself creates a group at the first
 * line, which keeps all lines for ever and stays after the stack; groups of CDK keep two years.
 */
export class FunctionLogs implements IAspect {
  constructor(private readonly retention: logs.RetentionDays) {}

  visit(node: IConstruct): void {
    if (node instanceof logs.CfnLogGroup && node.retentionInDays !== this.retention) {
      node.retentionInDays = this.retention;
      node.applyRemovalPolicy(RemovalPolicy.DESTROY);
    }
    if (node instanceof CfnResource && node.cfnResourceType === 'AWS::Lambda::Function' && !hasGroup(node)) {
      node.addPropertyOverride('LoggingConfig', { LogGroup: this.groupOf(Stack.of(node)).logGroupName });
    }
  }

  private groupOf(stack: Stack): logs.ILogGroup {
    const made = stack.node.tryFindChild('FunctionLogs') as logs.LogGroup | undefined;
    return (
      made ??
      new logs.LogGroup(stack, 'FunctionLogs', { retention: this.retention, removalPolicy: RemovalPolicy.DESTROY })
    );
  }
}

/** Whether a function has a log group. Some of CDK's functions have no class of their own, so this reads their template. */
function hasGroup(node: CfnResource): boolean {
  const { Resources } = Stack.of(node).resolve(node._toCloudFormation()) as {
    Resources: Record<string, { Properties?: { LoggingConfig?: unknown } }>;
  };
  return Object.values(Resources).some(({ Properties }) => Properties?.LoggingConfig !== undefined);
}
