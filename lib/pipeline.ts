import { type App, Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { type Artefacts, loadArtefacts } from '../config/artefacts';
import { loadMachineImages, type MachineImages } from '../config/machine-images';
import type { EnvironmentConfig } from '../config/schema';
import type { Wheel } from '../config/wheels';
import { ExistingNetwork } from './constructs/existing-network';
import { ApiStack } from './stacks/api-stack';
import { DatabricksStack } from './stacks/databricks-stack';
import { KafkaClientStack } from './stacks/kafka-client-stack';
import { KafkaStack } from './stacks/kafka-stack';
import { LakeStack } from './stacks/lake-stack';
import { MonitoringStack } from './stacks/monitoring-stack';
import { NetworkStack } from './stacks/network-stack';
import { OrchestrationStack } from './stacks/orchestration-stack';
import { S3SinkStack } from './stacks/s3-sink-stack';
import { SourceDatabaseStack } from './stacks/source-database-stack';
import { SparkStack } from './stacks/spark-stack';
import { StreamsStack } from './stacks/streams-stack';

/** What posts pass through on their way into both layers. The laptop serves the templates of these. */
export function addIngestStacks(
  app: App,
  config: EnvironmentConfig,
  artefacts: Artefacts = loadArtefacts(),
  images: MachineImages = loadMachineImages(),
) {
  const created = config.network.vpc ? undefined : new NetworkStack(app, 'Network', { config }).vpc;
  const { lake } = new LakeStack(app, 'Lake', { config });
  const vpc = created ?? joinNetwork(Stack.of(lake), config.network);
  const { cluster } = new KafkaStack(app, 'Kafka', { config, vpc });
  const { proxy } = new KafkaClientStack(app, 'KafkaClient', { config, vpc, lake, cluster, artefacts, images });
  const { sink } = new S3SinkStack(app, 'S3Sink', { config, vpc, lake, cluster, artefacts });
  const { streams } = new StreamsStack(app, 'Streams', { config });
  const { ingest } = new ApiStack(app, 'Api', { config, vpc, lake, kafkaRest: proxy.loadBalancer });
  return { vpc, lake, cluster, proxy, sink, streams, ingest };
}

/** The network that the file names. It is no resource of any stack; a stack has to speak of it, as of everything. */
function joinNetwork(scope: Stack, { vpc, availabilityZones }: EnvironmentConfig['network']): IVpc {
  const { id: vpcId, privateSubnets: privateSubnetIds } = vpc!;
  return new ExistingNetwork(scope, 'Network', { vpcId, privateSubnetIds, availabilityZones }).vpc;
}

/** Every stack of one environment. */
export function addStacks(app: App, config: EnvironmentConfig, artefacts?: Artefacts, wheels?: readonly Wheel[]): void {
  const { vpc, lake, cluster, proxy, sink, streams, ingest } = addIngestStacks(app, config, artefacts);
  const { orchestration, spark, databricks, sourceDatabase } = config;
  const emr = spark && new SparkStack(app, 'Spark', { config, vpc, lake, streams, spark, wheels });
  const airflow =
    orchestration &&
    new OrchestrationStack(app, 'Orchestration', { config, vpc, lake, reachedFrom: proxy, orchestration, spark: emr });
  if (databricks) new DatabricksStack(app, 'Databricks', { config, lake, streams, databricks });
  if (sourceDatabase)
    new SourceDatabaseStack(app, 'SourceDatabase', { config, vpc, sourceDatabase, reachedFrom: proxy });
  const clusterName = cluster.clusterName;
  const monitoring = new MonitoringStack(app, 'Monitoring', {
    config,
    ingest,
    lake,
    proxy,
    sink,
    streams,
    clusterName,
    spark: emr,
    airflow: airflow?.airflow.name,
  });
  // Some of what it watches it knows by name alone, and an alarm that takes silence for a fault would ring until that is there.
  for (const watched of [cluster, proxy, sink, streams, ingest, ...(airflow ? [airflow] : [])]) {
    monitoring.addStackDependency(Stack.of(watched));
  }
}
