import type { Names } from '@pipeline/datasets/names';
import { Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnConnector, type CfnCustomPlugin, CfnWorkerConfiguration } from 'aws-cdk-lib/aws-kafkaconnect';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge';
import type { DataLake } from './data-lake';
import type { KafkaTopics } from './kafka-topics';
import { s3SinkConfiguration } from './s3-sink-settings';

/** A fixed number of workers, or a number that follows their CPU use. */
export type ConnectorCapacity =
  | { readonly mcu: number; readonly workers: number }
  | {
      readonly mcu: number;
      readonly minWorkers: number;
      readonly maxWorkers: number;
      readonly scaleOutCpuPercent: number;
      readonly scaleInCpuPercent: number;
    };

export interface S3SinkConnectorProps {
  readonly vpc: ec2.IVpc;
  readonly cluster: KafkaTopics;
  /** Its bucket for topics receives the files. */
  readonly lake: DataLake;
  readonly plugin: CfnCustomPlugin;
  readonly names: Names;
  /** Records per file. */
  readonly flushSize: number;
  /** Minutes after which an unfinished file is closed. */
  readonly rotateMinutes: number;
  /** Most tasks that share the work; with scaling capacity MSK Connect decides instead. */
  readonly tasks: number;
  readonly capacity: ConnectorCapacity;
  /** Copies of the dead-letter topic. */
  readonly replicationFactor: number;
  /** Namespace of the count of dead letters. */
  readonly metricNamespace: string;
  /** Days to keep the workers' logs. */
  readonly logRetentionDays: logs.RetentionDays;
}

/** Kafka Connect's version. MSK Connect offers only 2.7.1 and this one. */
const CONNECT_VERSION = '3.7.x';

const WORKER_PROPERTIES = [
  'key.converter=org.apache.kafka.connect.storage.StringConverter',
  'value.converter=org.apache.kafka.connect.json.JsonConverter',
  'value.converter.schemas.enable=false',
  // A new connector begins with the oldest record, so that nothing written before it is lost.
  'consumer.auto.offset.reset=earliest',
  // A broker accepts a limited number of IAM connections a second. A client that retries at once makes it worse.
  ...['consumer', 'producer'].flatMap((client) => [
    `${client}.reconnect.backoff.ms=1000`,
    `${client}.reconnect.backoff.max.ms=10000`,
  ]),
].join('\n');

/**
 * Confluent's S3 sink on MSK Connect.
 *
 * Its name is fixed, because the consumer group `connect-<name>` owns the offsets. So whatever
 * CloudFormation can only replace (all but capacity, configuration and tags) takes a destroy, then a deploy.
 */
export class S3SinkConnector extends Construct {
  readonly connector: CfnConnector;
  readonly connectorName: string;
  readonly logGroup: logs.LogGroup;
  /** Number of dead letters, counted from the workers' log, because MSK's metrics per topic cost extra. */
  readonly deadLetters: cloudwatch.Metric;

  constructor(scope: Construct, id: string, props: S3SinkConnectorProps) {
    super(scope, id);
    this.connectorName = props.names.connector;
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.vpc,
      description: 'MSK Connect workers of the S3 sink',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'S3 and the other services of AWS');
    securityGroup.connections.allowToDefaultPort(props.cluster, 'Kafka, signing with IAM');
    this.logGroup = new logs.LogGroup(this, 'WorkerLogs', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.deadLetters = this.countDeadLetters(props.metricNamespace);
    this.connector = this.createConnector(props, securityGroup, this.createRole(props));
  }

  private countDeadLetters(metricNamespace: string): cloudwatch.Metric {
    return new logs.MetricFilter(this, 'DeadLetters', {
      logGroup: this.logGroup,
      filterPattern: logs.FilterPattern.literal('"Error encountered in task"'),
      metricNamespace,
      metricName: 'DeadLetters',
      metricValue: '1',
      defaultValue: 0,
    }).metric({ statistic: cloudwatch.Stats.SUM });
  }

  private createConnector(props: S3SinkConnectorProps, group: ec2.SecurityGroup, role: iam.Role): CfnConnector {
    const connector = new CfnConnector(this, 'Connector', {
      connectorName: this.connectorName,
      kafkaConnectVersion: CONNECT_VERSION,
      capacity: capacityOf(props.capacity),
      connectorConfiguration: s3SinkConfiguration({
        ...props,
        bucketName: props.lake.topics.bucketName,
        region: Stack.of(this).region,
      }),
      kafkaCluster: {
        apacheKafkaCluster: {
          bootstrapServers: props.cluster.bootstrapServers,
          vpc: {
            subnets: props.vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }).subnetIds,
            securityGroups: [group.securityGroupId],
          },
        },
      },
      kafkaClusterClientAuthentication: { authenticationType: 'IAM' },
      kafkaClusterEncryptionInTransit: { encryptionType: 'TLS' },
      logDelivery: {
        workerLogDelivery: { cloudWatchLogs: { enabled: true, logGroup: this.logGroup.logGroupName } },
      },
      plugins: [
        { customPlugin: { customPluginArn: props.plugin.attrCustomPluginArn, revision: props.plugin.attrRevision } },
      ],
      serviceExecutionRoleArn: role.roleArn,
      workerConfiguration: this.createWorkerConfiguration(),
    });
    // The policy comes first: workers that start without it fail and do not recover.
    connector.node.addDependency(role);
    return connector;
  }

  private createWorkerConfiguration(): CfnConnector.WorkerConfigurationProperty {
    const configuration = new CfnWorkerConfiguration(this, 'WorkerConfiguration', {
      name: `${this.connectorName}-workers-1`,
      propertiesFileContent: Fn.base64(WORKER_PROPERTIES),
    });
    return {
      workerConfigurationArn: configuration.attrWorkerConfigurationArn,
      revision: configuration.attrRevision,
    };
  }

  private createRole(props: S3SinkConnectorProps): iam.Role {
    const { topics, deadLetterTopic } = props.names;
    const stack = Stack.of(this);
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('kafkaconnect.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: {
            'aws:SourceArn': stack.formatArn({
              service: 'kafkaconnect',
              resource: 'connector',
              resourceName: `${this.connectorName}/*`,
            }),
          },
        },
      }),
    });
    props.cluster.grantConsume(role, Object.values(topics), [
      `connect-${this.connectorName}`,
      '__amazon_msk_connect_*',
    ]);
    props.cluster.grantManage(role, '__amazon_msk_connect_');
    props.cluster.grantProduce(role, [deadLetterTopic]);
    props.lake.grantWriteTopics(role);
    acknowledgeWildcard(
      role,
      '/__amazon_msk_connect_*',
      "MSK Connect names its own topics and groups after the connector's unique id, which it picks",
    );
    acknowledgeWildcard(
      role,
      `/*/connect-${this.connectorName}`,
      "The one group; the wildcard stands for the cluster's unique id, under a name that no other cluster here has",
    );
    acknowledgeWildcard(role, '/topics/*', 'Files are named for topic, partition and offset');
    return role;
  }
}

function capacityOf(capacity: ConnectorCapacity): CfnConnector.CapacityProperty {
  if ('workers' in capacity) {
    return { provisionedCapacity: { mcuCount: capacity.mcu, workerCount: capacity.workers } };
  }
  return {
    autoScaling: {
      mcuCount: capacity.mcu,
      minWorkerCount: capacity.minWorkers,
      maxWorkerCount: capacity.maxWorkers,
      scaleOutPolicy: { cpuUtilizationPercentage: capacity.scaleOutCpuPercent },
      scaleInPolicy: { cpuUtilizationPercentage: capacity.scaleInCpuPercent },
    },
  };
}
