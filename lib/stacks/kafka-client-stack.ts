import { namesOf } from '@pipeline/datasets/names';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { DataLake } from '../constructs/data-lake';
import type { KafkaCluster } from '../constructs/kafka-cluster';
import { KafkaRestProxy } from '../constructs/kafka-rest-proxy';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

export interface KafkaClientStackProps extends PipelineStackProps {
  readonly vpc: ec2.IVpc;
  readonly lake: DataLake;
  readonly cluster: KafkaCluster;
}

/** The EC2 Kafka client and the REST proxy on it. */
export class KafkaClientStack extends PipelineStack {
  readonly proxy: KafkaRestProxy;

  constructor(scope: Construct, id: string, props: KafkaClientStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: Kafka client and REST proxy' });
    const { userId, kafkaClient } = props.config;
    this.proxy = new KafkaRestProxy(this, 'RestProxy', {
      vpc: props.vpc,
      cluster: props.cluster,
      topics: Object.values(namesOf(userId).topics),
      accessLogs: props.lake.accessLogs,
      ...kafkaClient,
    });
  }
}
