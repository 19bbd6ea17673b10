import type { Names } from '@pipeline/datasets/names';
import { type Dataset, perDataset } from '@pipeline/datasets/schema';
import { sharesStream } from '@pipeline/datasets/stream-keys';
import { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';
import { removalOf } from './removal';

export interface RecordStreamsProps {
  /** Name of each dataset's stream. The same name for all datasets makes one shared stream. */
  readonly names: Names['streams'];
  /** `provisioned` needs `shards`; `on-demand` must not have it. */
  readonly mode: 'provisioned' | 'on-demand';
  /** Shards of each stream: each takes 1,000 records or 1 MiB a second. */
  readonly shards?: number;
  /** Hours a record can be read again, from 24 to 8760. */
  readonly retentionHours: number;
  /** Whether deleting the stack deletes the streams and all of their records. */
  readonly destroyData: boolean;
}

/** One encrypted Kinesis stream per dataset, or one for all of them. */
export class RecordStreams extends Construct {
  readonly streams: Readonly<Record<Dataset, kinesis.Stream>>;
  /** Each stream once, by its dataset, or by `shared`. */
  readonly each: ReadonlyMap<string, kinesis.Stream>;

  constructor(scope: Construct, id: string, props: RecordStreamsProps) {
    super(scope, id);
    const createStream = (carries: string, streamName: string) =>
      new kinesis.Stream(this, carries, {
        streamName,
        streamMode: props.mode === 'on-demand' ? kinesis.StreamMode.ON_DEMAND : kinesis.StreamMode.PROVISIONED,
        shardCount: props.shards,
        retentionPeriod: Duration.hours(props.retentionHours),
        // Kinesis's own key, which every user of a stream may use, so a grant on the stream needs no grant on the key.
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
