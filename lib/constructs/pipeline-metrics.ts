import type { Names } from '@pipeline/datasets/names';
import { DATASETS } from '@pipeline/datasets/schema';
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';

const FIVE_MINUTES = Duration.minutes(5);

function kafkaMetric(
  metricName: string,
  dimensionsMap: Record<string, string>,
  statistic: string,
  label?: string,
): Metric {
  return new Metric({ namespace: 'AWS/Kafka', metricName, dimensionsMap, statistic, label, period: FIVE_MINUTES });
}

/** MSK's metrics of one cluster. The names of its dimensions contain blanks. */
export class KafkaMetrics {
  constructor(
    private readonly clusterName: string,
    /** Brokers of the cluster, which MSK numbers from 1. */
    private readonly brokers: number,
  ) {}

  get brokerIds(): string[] {
    return Array.from({ length: this.brokers }, (_, at) => String(at + 1));
  }

  /** Percent of a broker's processor in use. */
  cpu(broker: string): IMetric {
    return new MathExpression({
      // In a graph of several brokers, each metric needs its own id.
      expression: `user${broker} + system${broker}`,
      usingMetrics: {
        [`user${broker}`]: this.ofBroker('CpuUser', broker, Stats.AVERAGE),
        [`system${broker}`]: this.ofBroker('CpuSystem', broker, Stats.AVERAGE),
      },
      label: `broker ${broker}`,
      period: FIVE_MINUTES,
    });
  }

  /** Percent of a broker's disk in use. */
  disk(broker: string): Metric {
    return this.ofBroker('KafkaDataLogsDiskUsed', broker, Stats.MAXIMUM);
  }

  /** Partitions with fewer copies than they should have. Counted from monitoring PER_BROKER up. */
  underReplicated(broker: string): Metric {
    return this.ofBroker('UnderReplicatedPartitions', broker, Stats.SUM);
  }

  bytesIn(broker: string): Metric {
    return this.ofBroker('BytesInPerSec', broker, Stats.AVERAGE);
  }

  /** Partitions that nobody can read or write. */
  get offlinePartitions(): Metric {
    return kafkaMetric('OfflinePartitionsCount', { 'Cluster Name': this.clusterName }, Stats.SUM);
  }

  /** 1 while the cluster has a controller. Only the controller reports 1, so the maximum is used. */
  get activeController(): Metric {
    return kafkaMetric('ActiveControllerCount', { 'Cluster Name': this.clusterName }, Stats.MAXIMUM);
  }

  /** Seconds by which a consumer group is behind on a topic. */
  lag(group: string, topic: string): Metric {
    const dimensions = { 'Cluster Name': this.clusterName, 'Consumer Group': group, Topic: topic };
    return kafkaMetric('EstimatedMaxTimeLag', dimensions, Stats.MAXIMUM, topic);
  }

  private ofBroker(metricName: string, broker: string, statistic: string): Metric {
    const dimensions = { 'Cluster Name': this.clusterName, 'Broker ID': broker };
    return kafkaMetric(metricName, dimensions, statistic, `broker ${broker}`);
  }
}

/** A metric of MSK Connect about one connector. */
export function connectorMetric(metricName: string, connectorName: string, statistic: string): Metric {
  return new Metric({
    namespace: 'AWS/KafkaConnect',
    metricName,
    dimensionsMap: { ConnectorName: connectorName },
    statistic,
    period: FIVE_MINUTES,
  });
}

/** Lag of the sink's group on each of its topics. */
export function sinkLags(kafka: KafkaMetrics, names: Names): { dataset: string; metric: Metric }[] {
  const group = `connect-${names.connector}`;
  return DATASETS.map((dataset) => ({ dataset, metric: kafka.lag(group, names.topics[dataset]) }));
}

/** Number of a DAG's runs that succeeded or failed, per hour. Airflow reports each run's length; the metric counts these reports. */
export function dagRuns(environment: string, dag: string, ended: 'Success' | 'Failed'): Metric {
  return new Metric({
    namespace: 'AmazonMWAA',
    metricName: `DAGDuration${ended}`,
    dimensionsMap: { Environment: environment, DAG: dag },
    statistic: Stats.SAMPLE_COUNT,
    period: Duration.hours(1),
  });
}

/** Heartbeats of Airflow's scheduler. */
export function airflowHeartbeat(environment: string): Metric {
  return new Metric({
    namespace: 'AmazonMWAA',
    metricName: 'SchedulerHeartbeat',
    dimensionsMap: { Environment: environment, Function: 'Scheduler' },
    statistic: Stats.SUM,
    period: FIVE_MINUTES,
  });
}
