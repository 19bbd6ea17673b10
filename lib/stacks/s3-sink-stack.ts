import { namesOf } from '@pipeline/datasets/names';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Artefacts } from '../../config/artefacts';
import { tasksLeftOut } from '../../config/kafka-settings';
import { ConnectorPlugin } from '../constructs/connector-plugin';
import type { DataLake } from '../constructs/data-lake';
import type { KafkaTopics } from '../constructs/kafka-topics';
import { S3SinkConnector } from '../constructs/s3-sink-connector';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

export interface S3SinkStackProps extends PipelineStackProps {
  readonly vpc: ec2.IVpc;
  readonly lake: DataLake;
  readonly cluster: KafkaTopics;
  /** Pinned downloads; the connector's plugin is one of them. */
  readonly artefacts: Artefacts;
}

/** From Kafka's topics to the lake's files. */
export class S3SinkStack extends PipelineStack {
  readonly sink: S3SinkConnector;

  constructor(scope: Construct, id: string, props: S3SinkStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: Kafka to S3' });
    const { userId, s3Sink, kafka, logRetentionDays } = props.config;
    const names = namesOf(userId);

    const { plugin } = new ConnectorPlugin(this, 'Plugin', {
      lake: props.lake,
      artefact: props.artefacts['kafka-connect-s3'],
      namePrefix: names.pluginPrefix,
      logRetentionDays,
    });
    this.sink = new S3SinkConnector(this, 'Sink', {
      vpc: props.vpc,
      cluster: props.cluster,
      lake: props.lake,
      plugin,
      names,
      metricNamespace: names.metricNamespace,
      replicationFactor: kafka.replicationFactor,
      logRetentionDays,
      ...s3Sink,
      // A small broker refuses clients that connect too often, and a refused task ends for good.
      tasks: s3Sink.tasks ?? tasksLeftOut(kafka.instanceType),
    });
  }
}
