import { CfnOutput } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../../config/schema';
import { PostsDatabase } from '../constructs/posts-database';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

export interface SourceDatabaseStackProps extends PipelineStackProps {
  readonly vpc: ec2.IVpc;
  readonly sourceDatabase: NonNullable<EnvironmentConfig['sourceDatabase']>;
  /** Machines through which a laptop reaches the database. */
  readonly reachedFrom: ec2.IConnectable;
}

/** The exercise's MySQL database, as a source for a replay. */
export class SourceDatabaseStack extends PipelineStack {
  constructor(scope: Construct, id: string, props: SourceDatabaseStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: source database', holdsData: true });
    const { instance } = new PostsDatabase(this, 'Posts', {
      vpc: props.vpc,
      reachedFrom: props.reachedFrom,
      destroyData: props.config.destroyData,
      ...props.sourceDatabase,
    });
    new CfnOutput(this, 'DatabaseHost', { value: instance.dbInstanceEndpointAddress });
    new CfnOutput(this, 'DatabaseSecret', { value: instance.secret!.secretName });
  }
}
