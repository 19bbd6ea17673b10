import { Arn, ArnFormat } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { IAM_PORT, KafkaTopics } from './kafka-topics';
import { acknowledgeSdkFunction } from './uploaded-text';

export interface ExistingKafkaClusterProps {
  /** ARN of a provisioned cluster of the environment's account and region. */
  readonly arn: string;
  /** Security group of its brokers. The pipeline adds rules for its clients to this group. */
  readonly securityGroupId: string;
  /** Copies of each partition, at most the number of brokers. */
  readonly replicationFactor: number;
  /** Hours the pipeline's topics keep a record, independent of the cluster's default. */
  readonly retentionHours: number;
  /** Whether deleting the stack deletes the topics. The cluster stays in any case. */
  readonly destroyData: boolean;
}

/** A cluster that other people manage. The pipeline only creates its topics on it. */
export class ExistingKafkaCluster extends KafkaTopics {
  readonly clusterName: string;
  readonly clusterArn: string;
  readonly bootstrapServers: string;
  readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, props: ExistingKafkaClusterProps) {
    super(scope, id, {
      replicationFactor: props.replicationFactor,
      destroyData: props.destroyData,
      // Settings that our own cluster has for all of its topics.
      topicSettings: {
        'message.timestamp.type': 'LogAppendTime',
        'min.insync.replicas': Math.max(1, props.replicationFactor - 1),
        'retention.ms': props.retentionHours * 3_600_000,
        'unclean.leader.election.enable': 'false',
      },
    });
    this.clusterArn = props.arn;
    this.clusterName = Arn.split(props.arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!.split('/')[0]!;
    this.bootstrapServers = this.askForBootstrapServers();
    this.connections = new ec2.Connections({
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(this, 'SecurityGroup', props.securityGroupId)],
      defaultPort: ec2.Port.tcp(IAM_PORT),
    });
  }

  /** The ARN does not tell the brokers' addresses, so a function asks MSK. */
  private askForBootstrapServers(): string {
    const question = new AwsCustomResource(this, 'BootstrapServers', {
      onUpdate: {
        service: 'Kafka',
        action: 'getBootstrapBrokers',
        parameters: { ClusterArn: this.clusterArn },
        physicalResourceId: PhysicalResourceId.of('BootstrapServers'),
        outputPaths: ['BootstrapBrokerStringSaslIam'],
      },
      policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: [this.clusterArn] }),
      resourceType: 'Custom::BootstrapServers',
      installLatestAwsSdk: false,
    });
    acknowledgeSdkFunction(this);
    return question.getResponseField('BootstrapBrokerStringSaslIam');
  }
}
