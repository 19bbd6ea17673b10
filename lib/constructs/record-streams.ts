import type { Names } from '@pipeline/datasets/names';
import { DATASETS, type Dataset } from '@pipeline/datasets/schema';
import { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';
import { removalOf } from './removal';

export interface RecordStreamsProps {
  /** Name of each dataset's stream. */
  readonly names: Names['streams'];
  /** Who counts the shards: `provisioned` takes `shards`, `on-demand` must not. */
  readonly mode: 'provisioned' | 'on-demand';
  /** Shards of each stream: each takes 1,000 records or 1 MiB a second. */
  readonly shards?: number;
  /** Hours a record can be read again, from 24 to 8760. */
  readonly retentionHours: number;
  /** Whether the streams may go with the stack, with everything in them. */
  readonly destroyData: boolean;
}

/** One encrypted Kinesis stream per dataset. */
export class RecordStreams extends Construct {
  readonly streams: Readonly<Record<Dataset, kinesis.Stream>>;

  constructor(scope: Construct, id: string, props: RecordStreamsProps) {
    super(scope, id);
    const createStream = (dataset: Dataset) =>
      new kinesis.Stream(this, dataset, {
        streamName: props.names[dataset],
        streamMode: props.mode === 'on-demand' ? kinesis.StreamMode.ON_DEMAND : kinesis.StreamMode.PROVISIONED,
        shardCount: props.shards,
        retentionPeriod: Duration.hours(props.retentionHours),
        // The service's own key: anyone who may use a stream may use it, so grants need no second half.
        encryption: kinesis.StreamEncryption.MANAGED,
        removalPolicy: removalOf(props.destroyData),
      });
    this.streams = Object.fromEntries(DATASETS.map((dataset) => [dataset, createStream(dataset)])) as Record<
      Dataset,
      kinesis.Stream
    >;
  }

  /** Lets `grantee` read every record of the three streams. */
  grantRead(grantee: iam.IGrantable): void {
    for (const dataset of DATASETS) this.streams[dataset].grantRead(grantee);
  }
}
