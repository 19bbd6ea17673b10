import { namesOf } from '@pipeline/datasets/names';
import { CfnOutput, Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { AlarmTopic } from '../constructs/alarm-topic';
import { Canary } from '../constructs/canary';
import type { DataLake } from '../constructs/data-lake';
import type { IngestApi } from '../constructs/ingest-api';
import type { KafkaRestProxy } from '../constructs/kafka-rest-proxy';
import { MonthlyBudget } from '../constructs/monthly-budget';
import * as watch from '../constructs/pipeline-alarms';
import { PipelineDashboard } from '../constructs/pipeline-dashboard';
import { airflowHeartbeat, connectorMetric, KafkaMetrics, sinkLags } from '../constructs/pipeline-metrics';
import type { RecordStreams } from '../constructs/record-streams';
import type { S3SinkConnector } from '../constructs/s3-sink-connector';
import { SparkAlarms } from '../constructs/spark-alarms';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';
import type { SparkStack } from './spark-stack';

export interface MonitoringStackProps extends PipelineStackProps {
  readonly ingest: IngestApi;
  readonly lake: DataLake;
  readonly proxy: KafkaRestProxy;
  readonly sink: S3SinkConnector;
  readonly streams: RecordStreams;
  /** Name of the Kafka cluster in MSK's metrics. */
  readonly clusterName: string;
  /** Runs on EMR Serverless, and their schedule. @default - none */
  readonly spark?: Pick<SparkStack, 'jobs' | 'schedule'>;
  /** Name of the Airflow environment. @default - none */
  readonly airflow?: string;
}

const FIVE_MINUTES = Duration.minutes(5);

/** One dashboard, alarms to one topic, and a budget that sends its messages to the same topic. */
export class MonitoringStack extends PipelineStack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: dashboard, alarms and budget' });
    const { userId, kafka: settings, network, monitoring, s3Sink } = props.config;
    const names = namesOf(userId, props.config.streams);
    const kafka = new KafkaMetrics(props.clusterName, settings.brokersPerZone * network.availabilityZones.length);
    const deadLetters = props.sink.deadLetters;

    const alarms = new AlarmTopic(this, 'Alarms', monitoring);
    watch.watchApi(alarms, props.ingest.api);
    watch.watchProxy(alarms, props.proxy);
    watch.watchKafka(alarms, { kafka, perBroker: settings.monitoring !== 'DEFAULT' });
    watch.watchSink(alarms, { kafka, names, deadLetters, rotateMinutes: s3Sink.rotateMinutes });
    watch.watchStreams(alarms, props.streams);
    if (props.spark) {
      const { jobs, schedule } = props.spark;
      new SparkAlarms(this, 'Spark', {
        alarms,
        jobs,
        schedule: props.config.spark!.schedule,
        refused: schedule?.refused,
      });
    }
    if (monitoring.canary) {
      const { name: stage, logRetentionDays } = props.config;
      const { failed } = new Canary(this, 'Canary', { ...props, ...s3Sink, names, stage, logRetentionDays });
      watch.watchCanary(alarms, failed);
    }
    if (props.airflow) watch.watchAirflow(alarms, props.airflow, names.dag);
    const { monthlyBudgetUsd: limitUsd, budgetCovers } = monitoring;
    const pipeline = budgetCovers === 'pipeline' ? userId : undefined;
    if (limitUsd !== undefined) new MonthlyBudget(this, 'Budget', { limitUsd, pipeline, alarms });

    const dashboard = new PipelineDashboard(this, 'Dashboard', { name: `pinterest-${userId}`, alarms: alarms.alarms });
    dashboard.addApi(props.ingest.api);
    dashboard.addGraphs('Batch layer: REST proxy', {
      'Kafka reached (1 yes, 0 no)': [props.proxy.kafkaReached],
      'Unhealthy machines': [props.proxy.targetMetric('UnHealthyHostCount', Stats.MAXIMUM, FIVE_MINUTES)],
      'Response time (s)': [props.proxy.targetMetric('TargetResponseTime', 'p99', FIVE_MINUTES)],
    });
    dashboard.addGraphs('Batch layer: Kafka', {
      'Bytes in per second': kafka.brokerIds.map((broker) => kafka.bytesIn(broker)),
      'Disk used (%)': kafka.brokerIds.map((broker) => kafka.disk(broker)),
      'Processor used (%)': kafka.brokerIds.map((broker) => kafka.cpu(broker)),
    });
    dashboard.addGraphs('Batch layer: S3 sink', {
      'Tasks running and failed': [
        connectorMetric('RunningTaskCount', names.connector, Stats.MINIMUM),
        connectorMetric('ErroredTaskCount', names.connector, Stats.MAXIMUM),
      ],
      'Behind (s)': sinkLags(kafka, names).map(({ metric }) => metric),
      'Dead letters': [deadLetters],
    });
    dashboard.addStreams(props.streams);
    if (props.airflow) {
      dashboard.addGraphs('Daily batch: Airflow', { 'Heartbeats of the scheduler': [airflowHeartbeat(props.airflow)] });
    }

    new CfnOutput(this, 'AlarmTopic', { value: alarms.topic.topicArn });
  }
}
