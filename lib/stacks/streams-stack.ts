import { namesOf } from '@pipeline/datasets/names';
import type { Construct } from 'constructs';
import { RecordStreams } from '../constructs/record-streams';
import { PipelineStack, type PipelineStackProps } from './pipeline-stack';

/** The speed layer's log: a Kinesis stream per dataset, or one for all. */
export class StreamsStack extends PipelineStack {
  readonly streams: RecordStreams;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props, { description: 'Pinterest pipeline: Kinesis streams', holdsData: true });
    const { userId, streams, destroyData } = props.config;
    this.streams = new RecordStreams(this, 'Streams', {
      names: namesOf(userId, streams).streams,
      destroyData,
      ...streams,
    });
  }
}
