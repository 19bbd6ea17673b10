import type { Topic } from '../log';
import type { TopicStore } from '../topics';
import type { HttpResponse } from '../wire/http';
import { partitionNotFound, topicNotFound } from './errors';
import { V2_JSON } from './media-types';
import { topicConfigs } from './topic-configs';

/** The one broker behind the proxy. */
const BROKER = 1;

/** The read-only endpoints, by their paths. */
export class Metadata {
  private readonly log: TopicStore;

  constructor(log: TopicStore) {
    this.log = log;
  }

  brokers(): HttpResponse {
    return answer({ brokers: [BROKER] });
  }

  topics(): HttpResponse {
    return answer(this.log.topics().filter((name) => !name.startsWith('__')));
  }

  topic(name: string): HttpResponse {
    const topic = this.find(name);
    return answer({ name, configs: topicConfigs(topic.attributes), partitions: partitionsOf(topic) });
  }

  partitions(name: string): HttpResponse {
    return answer(partitionsOf(this.find(name)));
  }

  partition(name: string, index: number): HttpResponse {
    this.check(name, index);
    return answer(partitionAt(index));
  }

  offsets(name: string, index: number): HttpResponse {
    this.check(name, index);
    return answer({
      beginning_offset: this.log.beginningOffset(name, index),
      end_offset: this.log.endOffset(name, index),
    });
  }

  private find(name: string): Topic {
    const topic = this.log.topic(name);
    if (topic === undefined) throw topicNotFound();
    return topic;
  }

  private check(name: string, index: number): void {
    if (index < 0 || index >= this.find(name).partitions) throw partitionNotFound();
  }
}

function partitionsOf({ partitions }: Topic): unknown[] {
  return Array.from({ length: partitions }, (_, index) => partitionAt(index));
}

function partitionAt(partition: number): unknown {
  return { partition, leader: BROKER, replicas: [{ broker: BROKER, leader: true, in_sync: true }] };
}

function answer(value: unknown): HttpResponse {
  return { status: 200, headers: { 'content-type': V2_JSON }, body: JSON.stringify(value) };
}
