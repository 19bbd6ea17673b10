import { namesOf } from '@pipeline/datasets/names';
import { DATASETS } from '@pipeline/datasets/schema';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Artefacts } from '../../config/artefacts';
import { type MachineImages, processorOf } from '../../config/machine-images';
import type { DataLake } from '../constructs/data-lake';
import { KafkaRestProxy } from '../constructs/kafka-rest-proxy';
import type { KafkaTopics } from '../constructs/kafka-topics';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

export interface KafkaClientStackProps extends PipelineStackProps {
  readonly vpc: ec2.IVpc;
  readonly lake: DataLake;
  readonly cluster: KafkaTopics;
  /** Files that the machines download. */
  readonly artefacts: Artefacts;
  /** Amazon Linux image of the machines, by region. */
  readonly images: MachineImages;
}

/** The EC2 Kafka client and the REST proxy on it. */
export class KafkaClientStack extends PipelineStack {
  readonly proxy: KafkaRestProxy;

  constructor(scope: Construct, id: string, props: KafkaClientStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: Kafka client and REST proxy' });
    const { name: stage, userId, kafkaClient, api, logRetentionDays } = props.config;
    const { topics, metricNamespace } = namesOf(userId);
    this.proxy = new KafkaRestProxy(this, 'RestProxy', {
      vpc: props.vpc,
      lake: props.lake,
      cluster: props.cluster,
      artefacts: props.artefacts,
      imageId: props.images[props.config.region]?.[processorOf(kafkaClient.instanceType)],
      userId,
      topics: Object.values(topics),
      stage,
      probeTopic: topics[DATASETS[0]!],
      metricNamespace,
      corsOrigin: api.corsOrigins[0],
      logRetentionDays,
      ...kafkaClient,
    });
  }
}
