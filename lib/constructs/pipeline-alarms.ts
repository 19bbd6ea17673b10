import type { Names } from '@pipeline/datasets/names';
import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type IMetric, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmTopic } from './alarm-topic';
import type { KafkaRestProxy } from './kafka-rest-proxy';
import { airflowHeartbeat, connectorMetric, dagRuns, type KafkaMetrics, sinkLags } from './pipeline-metrics';
import type { RecordStreams } from './record-streams';

const FIVE_MINUTES = Duration.minutes(5);

export function watchApi(alarms: AlarmTopic, api: RestApi): void {
  const percentOf = (errors: IMetric) =>
    new MathExpression({
      expression: '100 * errors / requests',
      usingMetrics: { errors, requests: api.metricCount({ period: FIVE_MINUTES, statistic: Stats.SUM }) },
      period: FIVE_MINUTES,
    });
  alarms.add('API: refused requests', {
    metric: percentOf(api.metricClientError({ period: FIVE_MINUTES, statistic: Stats.SUM })),
    above: 5,
    periods: 3,
    meaning:
      'More than 5 % of requests answered 4xx for 15 minutes: wrong signatures, envelopes or throttling; see its access log.',
  });
  alarms.add('API: failed requests', {
    metric: api.metricServerError({ period: FIVE_MINUTES, statistic: Stats.SUM }),
    above: 0,
    periods: 2,
    meaning: 'Requests answered 5xx: the REST proxy or Kinesis fails; integrationStatus in its access log tells which.',
  });
  alarms.add('API: slow requests', {
    metric: api.metricLatency({ period: FIVE_MINUTES, statistic: 'p99' }),
    above: 5000,
    periods: 3,
    meaning: 'One request in a hundred takes over 5 s.',
  });
}

export function watchStreams(alarms: AlarmTopic, streams: RecordStreams): void {
  for (const [carries, stream] of streams.each) {
    alarms.add(`Stream ${carries}: throttled writes`, {
      metric: stream.metricWriteProvisionedThroughputExceeded({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      above: 0,
      periods: 2,
      meaning: 'Writes beyond what the shards take; add shards or switch to on-demand.',
    });
    alarms.add(`Stream ${carries}: readers behind`, {
      metric: stream.metricGetRecordsIteratorAgeMilliseconds({ period: FIVE_MINUTES, statistic: Stats.MAXIMUM }),
      above: 10 * 60_000,
      periods: 2,
      meaning: 'The streaming job is more than ten minutes behind; see its run in Databricks.',
    });
  }
}

/** Three bad minutes of five, so that the replacement of a machine does not set off the alarm. */
export function watchCanary(alarms: AlarmTopic, failed: IMetric): void {
  alarms.add('Canary: a record is lost or late', {
    metric: failed,
    above: 0,
    periods: 3,
    silenceIsFault: true,
    meaning:
      'A marked record of each minute is not in the stream, or in no file in time, or the canary does not sing; its log says which.',
  });
}

export interface WatchKafkaOptions {
  readonly kafka: KafkaMetrics;
  /** Whether the environment pays for MSK's metrics per broker. */
  readonly perBroker: boolean;
}

export function watchKafka(alarms: AlarmTopic, { kafka, perBroker }: WatchKafkaOptions): void {
  for (const broker of kafka.brokerIds) {
    alarms.add(`Kafka broker ${broker}: disk`, {
      metric: kafka.disk(broker),
      above: 85,
      meaning: 'Over 85 % full: raise kafka.volumeGiB, or keep records for fewer hours.',
    });
    alarms.add(`Kafka broker ${broker}: processor`, {
      metric: kafka.cpu(broker),
      above: 60,
      periods: 3,
      meaning: 'Over 60 % for 15 minutes, which leaves no room for the loss of a broker.',
    });
    if (perBroker) {
      alarms.add(`Kafka broker ${broker}: missing copies`, {
        metric: kafka.underReplicated(broker),
        above: 0,
        periods: 3,
        meaning: 'Partitions have fewer copies than they should for 15 minutes.',
      });
    }
  }
  alarms.add('Kafka cluster: partitions offline', {
    metric: kafka.offlinePartitions,
    above: 0,
    meaning: 'Some partitions can be neither read nor written.',
  });
  alarms.add('Kafka cluster: no controller', {
    metric: kafka.activeController,
    below: 1,
    silenceIsFault: true,
    meaning: 'Nobody assigns leaders; topics cannot change.',
  });
}

export function watchProxy(alarms: AlarmTopic, proxy: KafkaRestProxy): void {
  alarms.add('REST proxy: Kafka not reached', {
    metric: proxy.kafkaReached,
    below: 1,
    periods: 3,
    silenceIsFault: true,
    meaning: 'The proxy lives but cannot list the topics for three minutes: network, TLS or IAM; see its log group.',
  });
  alarms.add('REST proxy: machine unhealthy', {
    metric: proxy.targetMetric('UnHealthyHostCount', Stats.MAXIMUM, Duration.minutes(1)),
    above: 0,
    periods: 5,
    meaning: 'A machine answers no requests; see its log group, or let the group replace it.',
  });
}

export interface WatchSinkOptions {
  readonly kafka: KafkaMetrics;
  readonly names: Names;
  readonly deadLetters: IMetric;
  /** Minutes after which the sink closes an unfinished file. A shorter delay is not a fault. */
  readonly rotateMinutes: number;
}

export function watchSink(alarms: AlarmTopic, { kafka, names, deadLetters, rotateMinutes }: WatchSinkOptions): void {
  alarms.add('S3 sink: failed tasks', {
    metric: connectorMetric('ErroredTaskCount', names.connector, Stats.MAXIMUM),
    above: 0,
    meaning:
      'A task has failed for good, while the connector still says RUNNING; see its log group, then restart the connector.',
  });
  alarms.add('S3 sink: no running tasks', {
    metric: connectorMetric('RunningTaskCount', names.connector, Stats.MINIMUM),
    below: 1,
    periods: 3,
    silenceIsFault: true,
    meaning: 'Nothing is written to S3.',
  });
  for (const { dataset, metric } of sinkLags(kafka, names)) {
    alarms.add(`S3 sink: behind on ${dataset}`, {
      metric,
      above: (rotateMinutes + 15) * 60,
      periods: 2,
      meaning: `The oldest record not in S3 is older than the ${rotateMinutes} minutes after which files are closed, and a quarter of an hour more.`,
    });
  }
  alarms.add('S3 sink: dead letters', {
    metric: deadLetters,
    above: 0,
    meaning: `Records went to ${names.deadLetterTopic}; their headers say why.`,
  });
}

export function watchAirflow(alarms: AlarmTopic, environment: string, dag: string): void {
  alarms.add('Airflow: no heartbeat', {
    metric: airflowHeartbeat(environment),
    below: 1,
    periods: 3,
    silenceIsFault: true,
    meaning: 'The scheduler has not lived for 15 minutes: no batch job will start.',
  });
  alarms.add('Airflow: failed runs', {
    metric: dagRuns(environment, dag, 'Failed'),
    above: 0,
    meaning: `A run of ${dag} failed, its retries included; its task's log says why.`,
  });
  alarms.add('Airflow: no success', {
    metric: dagRuns(environment, dag, 'Success'),
    below: 1,
    periods: 26,
    silenceIsFault: true,
    meaning: `No run of ${dag} has succeeded for 26 hours: the answers are older than a day. Look for a paused DAG first.`,
  });
}
