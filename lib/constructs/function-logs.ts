import { CfnResource, type IAspect, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/**
 * Gives what CDK makes for itself the environment's way with logs. Of a function without a group Lambda makes one at its first
 * line, which keeps everything for ever and outlives the stack; groups that CDK makes keep two years.
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

/** Whether a function says where it logs. CDK makes some without a class of their own, so the template is asked. */
function hasGroup(node: CfnResource): boolean {
  const { Resources } = Stack.of(node).resolve(node._toCloudFormation()) as {
    Resources: Record<string, { Properties?: { LoggingConfig?: unknown } }>;
  };
  return Object.values(Resources).some(({ Properties }) => Properties?.LoggingConfig !== undefined);
}
