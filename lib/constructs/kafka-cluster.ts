import * as msk from '@aws-cdk/aws-msk-alpha';
import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CfnConfiguration } from 'aws-cdk-lib/aws-msk';
import type { Construct } from 'constructs';
import { IAM_PORT, KafkaTopics } from './kafka-topics';
import { removalOf } from './removal';
import { acknowledgeSdkFunction } from './uploaded-text';

export interface KafkaClusterProps {
  /** Network the brokers join; needs private subnets in two or three zones. */
  readonly vpc: ec2.IVpc;
  /** Cluster name, up to 64 letters, digits and dashes. Changing it replaces the cluster. */
  readonly clusterName: string;
  /** Kafka version as MSK writes it, such as `3.9.x.kraft`. */
  readonly version: string;
  /** Broker size as MSK writes it, such as `kafka.t3.small`. */
  readonly instanceType: string;
  /** Brokers in each zone. */
  readonly brokersPerZone: number;
  /** Disk of each broker. Can grow later, never shrink. */
  readonly volumeGiB: number;
  /** Copies of each partition, at most the number of brokers. */
  readonly replicationFactor: number;
  /** Hours the topics keep a record. */
  readonly retentionHours: number;
  /** Level of CloudWatch metrics. All levels but DEFAULT cost extra. */
  readonly monitoring: 'DEFAULT' | 'PER_BROKER' | 'PER_TOPIC_PER_BROKER' | 'PER_TOPIC_PER_PARTITION';
  /** Days to keep the brokers' logs. */
  readonly logRetentionDays: logs.RetentionDays;
  /** Whether deleting the stack deletes the cluster and all of its records. */
  readonly destroyData: boolean;
}

/** A private Kafka cluster that serves only clients signing with IAM, over TLS. */
export class KafkaCluster extends KafkaTopics {
  readonly clusterName: string;
  readonly clusterArn: string;
  readonly bootstrapServers: string;
  readonly connections: ec2.Connections;
  private readonly cluster: msk.Cluster;

  constructor(scope: Construct, id: string, props: KafkaClusterProps) {
    super(scope, id, { replicationFactor: props.replicationFactor, destroyData: props.destroyData });
    this.cluster = this.createCluster(props);
    this.clusterName = props.clusterName;
    this.clusterArn = this.cluster.clusterArn;
    this.bootstrapServers = this.askForBootstrapServers();
    this.connections = new ec2.Connections({
      securityGroups: this.cluster.connections.securityGroups,
      defaultPort: ec2.Port.tcp(IAM_PORT),
    });
  }

  private createCluster(props: KafkaClusterProps): msk.Cluster {
    const removalPolicy = removalOf(props.destroyData);
    const configuration = this.createConfiguration(props);
    return new msk.Cluster(this, 'Cluster', {
      clusterName: props.clusterName,
      kafkaVersion: msk.KafkaVersion.of(props.version),
      vpc: props.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      instanceType: new ec2.InstanceType(props.instanceType.replace(/^kafka\./, '')),
      numberOfBrokerNodes: props.brokersPerZone,
      ebsStorageInfo: {
        volumeSize: props.volumeGiB,
        encryptionKey: new kms.Key(this, 'Key', {
          description: 'Encrypts the brokers disks',
          enableKeyRotation: true,
          removalPolicy,
        }),
      },
      encryptionInTransit: { clientBroker: msk.ClientBrokerEncryption.TLS },
      clientAuthentication: msk.ClientAuthentication.sasl({ iam: true }),
      configurationInfo: { arn: configuration.attrArn, revision: configuration.attrLatestRevisionRevision },
      monitoring: { clusterMonitoringLevel: msk.ClusterMonitoringLevel[props.monitoring] },
      logging: {
        cloudwatchLogGroup: new logs.LogGroup(this, 'BrokerLogs', {
          retention: props.logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      },
      removalPolicy,
    });
  }

  /** CloudFormation does not know the brokers' addresses, so a function asks MSK. */
  private askForBootstrapServers(): string {
    const servers = this.cluster.bootstrapBrokersSaslIam;
    acknowledgeSdkFunction(this);
    return servers;
  }

  private createConfiguration({
    clusterName,
    version,
    replicationFactor,
    retentionHours,
  }: KafkaClusterProps): CfnConfiguration {
    const properties = {
      'auto.create.topics.enable': false,
      'default.replication.factor': replicationFactor,
      'min.insync.replicas': Math.max(1, replicationFactor - 1),
      'unclean.leader.election.enable': false,
      'log.retention.hours': retentionHours,
      // "The latest record of a key" must not depend on the senders' clocks.
      'log.message.timestamp.type': 'LogAppendTime',
    };
    return new CfnConfiguration(this, 'Configuration', {
      name: `${clusterName}-${version.replaceAll('.', '-')}`,
      kafkaVersionsList: [version],
      serverProperties: Object.entries(properties)
        .map(([key, value]) => `${key}=${value}`)
        .join('\n'),
    });
  }
}
