import { namesOf } from '@pipeline/datasets/names';
import { DATASETS } from '@pipeline/datasets/schema';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { ExistingKafkaCluster } from '../constructs/existing-kafka-cluster';
import { KafkaCluster } from '../constructs/kafka-cluster';
import type { KafkaTopics } from '../constructs/kafka-topics';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

type ExistingCluster = NonNullable<PipelineStackProps['config']['kafka']['cluster']>;

export interface KafkaStackProps extends PipelineStackProps {
  readonly vpc: ec2.IVpc;
}

/** The batch layer's log: a cluster (unless the environment file names one), a topic per dataset, and a topic for records that the sink refuses. */
export class KafkaStack extends PipelineStack {
  readonly cluster: KafkaTopics;

  constructor(scope: Construct, id: string, props: KafkaStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: Kafka cluster and topics', holdsData: true });
    const { kafka, userId } = props.config;
    const names = namesOf(userId);

    this.cluster = kafka.cluster ? this.joinCluster(props, kafka.cluster) : this.createCluster(props);
    for (const dataset of DATASETS) this.cluster.addTopic(names.topics[dataset], kafka.partitions);
    this.cluster.addTopic(names.deadLetterTopic, 1);
  }

  private createCluster({ config, vpc }: KafkaStackProps): KafkaCluster {
    const { kafka, userId, logRetentionDays, destroyData } = config;
    const clusterName = `${userId}-cluster`;
    return new KafkaCluster(this, 'Kafka', { vpc, clusterName, logRetentionDays, destroyData, ...kafka });
  }

  private joinCluster({ config: { kafka, destroyData } }: KafkaStackProps, { arn, securityGroup }: ExistingCluster) {
    return new ExistingKafkaCluster(this, 'Kafka', { arn, securityGroupId: securityGroup, destroyData, ...kafka });
  }
}
