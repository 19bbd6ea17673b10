import { namesOf } from '@pipeline/datasets/names';
import { DATASETS } from '@pipeline/datasets/schema';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { KafkaCluster } from '../constructs/kafka-cluster';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

export interface KafkaStackProps extends PipelineStackProps {
  readonly vpc: ec2.IVpc;
}

/** The batch layer's log: a cluster, a topic per dataset, and one for what the sink refuses. */
export class KafkaStack extends PipelineStack {
  readonly cluster: KafkaCluster;

  constructor(scope: Construct, id: string, props: KafkaStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: Kafka cluster and topics', holdsData: true });
    const { kafka, userId, logRetentionDays, destroyData } = props.config;
    const names = namesOf(userId);

    this.cluster = new KafkaCluster(this, 'Kafka', {
      vpc: props.vpc,
      clusterName: `${userId}-cluster`,
      logRetentionDays,
      destroyData,
      ...kafka,
    });
    for (const dataset of DATASETS) this.cluster.addTopic(names.topics[dataset], kafka.partitions);
    this.cluster.addTopic(names.deadLetterTopic, 1);
  }
}
