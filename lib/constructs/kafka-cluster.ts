import * as msk from '@aws-cdk/aws-msk-alpha';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CfnConfiguration, CfnTopic } from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import { removalOf } from './removal';
import { acknowledgeSdkFunction } from './uploaded-text';

/** Port on which brokers take clients that sign with IAM. */
const IAM_PORT = 9098;

export interface KafkaClusterProps {
  /** Network the brokers join; needs private subnets in two or three zones. */
  readonly vpc: ec2.IVpc;
  /** Cluster name, up to 64 letters, digits and dashes. Changing it replaces the cluster. */
  readonly clusterName: string;
  /** Kafka version in MSK's words, such as `3.9.x.kraft`. */
  readonly version: string;
  /** Broker size in MSK's words, such as `kafka.t3.small`. */
  readonly instanceType: string;
  /** Brokers in each zone. */
  readonly brokersPerZone: number;
  /** Disk of each broker. Can grow later, never shrink. */
  readonly volumeGiB: number;
  /** Copies of each partition, at most the number of brokers. */
  readonly replicationFactor: number;
  /** Hours the topics keep a record. */
  readonly retentionHours: number;
  /** Depth of CloudWatch metrics; all but DEFAULT cost. */
  readonly monitoring: 'DEFAULT' | 'PER_BROKER' | 'PER_TOPIC_PER_BROKER' | 'PER_TOPIC_PER_PARTITION';
  /** Days to keep the brokers' logs. */
  readonly logRetentionDays: logs.RetentionDays;
  /** Whether the cluster may go with the stack, with everything in it. */
  readonly destroyData: boolean;
}

/** A private Kafka cluster that serves only clients signing with IAM, over TLS. */
export class KafkaCluster extends Construct implements ec2.IConnectable {
  readonly clusterName: string;
  readonly clusterArn: string;
  /** Addresses of the brokers for clients that sign with IAM, `host:9098,host:9098`. */
  readonly bootstrapServers: string;
  readonly connections: ec2.Connections;
  private readonly cluster: msk.Cluster;
  private readonly topics = new Map<string, CfnTopic>();
  private readonly replicationFactor: number;
  private readonly destroyData: boolean;

  constructor(scope: Construct, id: string, props: KafkaClusterProps) {
    super(scope, id);
    this.replicationFactor = props.replicationFactor;
    this.destroyData = props.destroyData;
    this.cluster = this.createCluster(props);
    this.clusterName = props.clusterName;
    this.clusterArn = this.cluster.clusterArn;
    this.bootstrapServers = this.askForBootstrapServers();
    this.connections = new ec2.Connections({
      securityGroups: this.cluster.connections.securityGroups,
      defaultPort: ec2.Port.tcp(IAM_PORT),
    });
  }

  /** Creates a topic whose copies follow the cluster's replication factor. The topic's name is its id. */
  addTopic(name: string, partitions: number): CfnTopic {
    const topic = new CfnTopic(this, `Topic ${name}`, {
      clusterArn: this.clusterArn,
      topicName: name,
      partitionCount: partitions,
      replicationFactor: this.replicationFactor,
    });
    topic.applyRemovalPolicy(removalOf(this.destroyData));
    this.topics.set(name, topic);
    return topic;
  }

  /** Lets `grantee` write to the named topics and look them up. Opens no network path: that is what `connections` is for. */
  grantProduce(grantee: iam.IGrantable, topics: readonly string[]): iam.Grant {
    return this.grantConnect(grantee).combine(
      this.grant(
        grantee,
        ['DescribeTopic', 'WriteData'],
        topics.map((topic) => this.topicArn(topic)),
      ),
    );
  }

  /** Lets `grantee` read the named topics as a member of the named consumer groups. */
  grantConsume(grantee: iam.IGrantable, topics: readonly string[], groups: readonly string[]): iam.Grant {
    return this.grantConnect(grantee)
      .combine(
        this.grant(
          grantee,
          ['DescribeTopic', 'ReadData'],
          topics.map((topic) => this.topicArn(topic)),
        ),
      )
      .combine(this.grantJoinGroups(grantee, groups));
  }

  /** Lets `grantee` create, write and read all topics whose names begin with `prefix`, there already or not. */
  grantManage(grantee: iam.IGrantable, prefix: string): iam.Grant {
    return this.grantConnect(grantee).combine(
      this.grant(
        grantee,
        ['CreateTopic', 'DescribeTopic', 'ReadData', 'WriteData'],
        [this.arnOfAny('topic', `${prefix}*`)],
      ),
    );
  }

  /** Lets `grantee` be a member of the named consumer groups, which may end in `*`. */
  grantJoinGroups(grantee: iam.IGrantable, groups: readonly string[]): iam.Grant {
    return this.grant(
      grantee,
      ['AlterGroup', 'DescribeGroup'],
      groups.map((group) => this.arnOfAny('group', group)),
    );
  }

  /** Lets `grantee`'s producers number their records, as Kafka's console producer does unasked. */
  grantProduceIdempotently(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['WriteDataIdempotently'], [this.clusterArn]);
  }

  private grantConnect(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['Connect', 'DescribeCluster'], [this.clusterArn]);
  }

  private grant(grantee: iam.IGrantable, actions: readonly string[], resourceArns: string[]): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `kafka-cluster:${action}`),
      resourceArns,
    });
  }

  private topicArn(name: string): string {
    const topic = this.topics.get(name);
    if (!topic) throw new Error(`${this.node.path}: no topic ${name}; add it before granting anything on it`);
    return topic.attrTopicArn;
  }

  /**
   * ARN of what this template does not make. The `*` stands for the cluster's unique id, which other stacks
   * could only cut out of its ARN, and CloudFormation may not split a value that comes from another stack.
   */
  private arnOfAny(kind: 'topic' | 'group', name: string): string {
    return Stack.of(this).formatArn({
      service: 'kafka',
      resource: kind,
      resourceName: `${this.clusterName}/*/${name}`,
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
