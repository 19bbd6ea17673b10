import { namesOf } from '@pipeline/datasets/names';
import { AspectPriority, Aspects, DefaultStackSynthesizer, PermissionsBoundary, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../../config/schema';
import { FunctionLogs } from '../constructs/function-logs';

export interface PipelineStackProps {
  readonly config: EnvironmentConfig;
}

export interface StackTraits {
  /** Purpose of the stack, shown in the CloudFormation console. */
  readonly description: string;
  /** Protects the stack from deletion unless the environment allows destroying data. @default false */
  readonly holdsData?: boolean;
}

/**
 * A stack of one environment: in the environment's account and region, named and tagged for it.
 * The id is the same in every environment, so that `cdk deploy Api -c env=…` works everywhere;
 * the CloudFormation name carries the userId, which no two environments of an account and region share.
 */
export abstract class PipelineStack extends Stack {
  protected constructor(scope: Construct, id: string, { config }: PipelineStackProps, traits: StackTraits) {
    super(scope, id, {
      env: { account: config.account, region: config.region },
      stackName: `${namesOf(config.userId).stackPrefix}${id}`,
      description: traits.description,
      // CloudFormation gives a stack's tags to all of its resources.
      tags: { ...config.tags, pipeline: config.userId, environment: config.name },
      synthesizer: new DefaultStackSynthesizer({ qualifier: config.bootstrapQualifier }),
      permissionsBoundary:
        config.permissionsBoundary === undefined ? undefined : PermissionsBoundary.fromName(config.permissionsBoundary),
      terminationProtection: traits.holdsData === true && !config.destroyData,
    });
    Aspects.of(this).add(new FunctionLogs(config.logRetentionDays), { priority: AspectPriority.MUTATING });
  }
}
