import type { Names } from '@pipeline/datasets/names';
import { type Dataset, perDataset } from '@pipeline/datasets/schema';
import { sharesStream } from '@pipeline/datasets/stream-keys';
import { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';
import { removalOf } from './removal';

export interface RecordStreamsProps {
  /** Name of each dataset's stream; one name for all makes one stream. */
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

/** One encrypted Kinesis stream per dataset, or one for all of them. */
export class RecordStreams extends Construct {
  readonly streams: Readonly<Record<Dataset, kinesis.Stream>>;
  /** Each stream once, by the dataset that it carries, or `shared`. */
  readonly each: ReadonlyMap<string, kinesis.Stream>;

  constructor(scope: Construct, id: string, props: RecordStreamsProps) {
    super(scope, id);
    const createStream = (carries: string, streamName: string) =>
      new kinesis.Stream(this, carries, {
        streamName,
        streamMode: props.mode === 'on-demand' ? kinesis.StreamMode.ON_DEMAND : kinesis.StreamMode.PROVISIONED,
        shardCount: props.shards,
        retentionPeriod: Duration.hours(props.retentionHours),
        // The service's own key: anyone who may use a stream may use it, so grants need no second half.
        encryption: kinesis.StreamEncryption.MANAGED,
        removalPolicy: removalOf(props.destroyData),
      });
    if (sharesStream(props.names)) {
      const shared = createStream('shared', Object.values(props.names)[0]!);
      this.streams = perDataset(() => shared);
      this.each = new Map([['shared', shared]]);
    } else {
      this.streams = perDataset((dataset) => createStream(dataset, props.names[dataset]));
      this.each = new Map(Object.entries(this.streams));
    }
  }

  /** Lets `grantee` read every record of the streams. */
  grantRead(grantee: iam.IGrantable): void {
    for (const stream of this.each.values()) stream.grantRead(grantee);
  }
}
