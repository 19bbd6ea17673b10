import type { Names } from '@pipeline/datasets/names';
import { DATASETS } from '@pipeline/datasets/schema';
import { sharesStream } from '@pipeline/datasets/stream-keys';
import { Duration } from 'aws-cdk-lib';
import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge';
import type { DataLake } from './data-lake';
import type { IngestApi } from './ingest-api';
import { PipelineFunction } from './pipeline-function';
import type { RecordStreams } from './record-streams';

export interface CanaryProps {
  readonly ingest: IngestApi;
  readonly lake: DataLake;
  readonly streams: RecordStreams;
  /** The topics and streams that the canary sends to. */
  readonly names: Names;
  /** Stage of the API, the environment's name. Each mark begins with it. */
  readonly stage: string;
  /** The sink's most records in a file, and the minutes after which it closes a file. */
  readonly flushSize: number;
  readonly rotateMinutes: number;
  /** Days to keep the function's log. */
  readonly logRetentionDays: logs.RetentionDays;
}

/** A function that sends one marked record a minute into both layers, and checks that it arrives in the stream and in a file. */
export class Canary extends Construct {
  /** Counts failed minutes. Missing data is a fault, too: then the canary did not run. */
  readonly failed: IMetric;

  constructor(scope: Construct, id: string, props: CanaryProps) {
    super(scope, id);
    const { ingest, lake } = props;
    const { topics, streams } = props.names;
    const dataset = DATASETS[0]!;
    const canary = new PipelineFunction(this, 'Sing', {
      source: 'canary',
      timeout: Duration.seconds(50),
      memoryMiB: 128,
      logRetentionDays: props.logRetentionDays,
      environment: {
        API_URL: ingest.api.url,
        ENVIRONMENT: props.stage,
        TOPIC: topics[dataset],
        STREAM: streams[dataset],
        ...(sharesStream(streams) && { STREAM_KEY: topics[dataset] }),
        LAKE: lake.topics.bucketName,
        MEMORY: lake.artefacts.bucketName,
        FLUSH_SIZE: String(props.flushSize),
        ROTATE_MINUTES: String(props.rotateMinutes),
      },
    });
    canary.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['execute-api:Invoke'],
        resources: [
          ingest.api.arnForExecuteApi('POST', `/topics/${topics[dataset]}`, props.stage),
          ingest.api.arnForExecuteApi('PUT', `/streams/${streams[dataset]}/record`, props.stage),
        ],
      }),
    );
    props.streams.streams[dataset].grantRead(canary);
    lake.grantReadTopics(canary);
    lake.grantStageArtefacts(canary, 'canary');
    acknowledgeWildcard(canary.role!, '/topics/*', 'The files of the topics, whose names end in offsets');
    acknowledgeWildcard(canary.role!, '/canary/*', 'What is pending, in a folder of its own');
    new events.Rule(this, 'EveryMinute', {
      schedule: events.Schedule.rate(Duration.minutes(1)),
      // A failed minute is not repeated: the next one comes in any case.
      targets: [new LambdaFunction(canary, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    this.failed = canary.metricErrors({ period: Duration.minutes(1), statistic: Stats.SUM });
  }
}
