import { DATASETS } from '@pipeline/datasets/schema';
import type { Kinesis } from '../kinesis';
import type { TopicStore } from '../topics';
import type { LocalEnvironment } from './environment';

/** Makes the topics of an environment that are not there. */
export async function createTopics(log: TopicStore, { partitions }: LocalEnvironment): Promise<void> {
  for (const [name, count] of Object.entries(partitions)) {
    if (!log.topic(name))
      await log.createTopic(name, { partitions: count, attributes: { 'message.timestamp.type': 'LogAppendTime' } });
  }
}

/** Makes the streams of an environment that are not there. */
export async function createStreams(kinesis: Kinesis, { names, shards }: LocalEnvironment): Promise<void> {
  for (const dataset of DATASETS) {
    const name = names.streams[dataset];
    if (!kinesis.streamExists(name))
      await kinesis.call('CreateStream', { StreamName: name, ShardCount: shards[dataset] });
  }
}
