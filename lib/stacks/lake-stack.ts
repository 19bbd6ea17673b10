import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DataLake } from '../constructs/data-lake';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

/** The buckets of the batch layer's files. */
export class LakeStack extends PipelineStack {
  readonly lake: DataLake;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: buckets', holdsData: true });
    const { lakeBucketName, destroyData } = props.config;
    this.lake = new DataLake(this, 'Lake', { bucketName: lakeBucketName, destroyData });

    new CfnOutput(this, 'TopicsBucket', {
      value: this.lake.topics.bucketName,
      description: 'Bucket that takes the topics as files',
    });
  }
}
