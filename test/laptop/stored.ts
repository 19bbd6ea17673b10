import type { Outputs } from '@pipeline/emulator';
import { Asker } from './ask';

/** Records of one partition or shard in their order, as a client of the wire reads them. */
export interface StoredPartition {
  readonly topic: string;
  readonly partition: string;
  /** `position` is the offset, or the sequence number. */
  readonly records: { readonly position: string; readonly key: string }[];
}

/** Everything that is in the topics and the streams, read over the wires; reads on where it was. */
export class StoredRecords {
  readonly partitions: StoredPartition[] = [];

  /** @param proxyUrl of the Kafka REST proxy; ends without a slash. */
  async readOn(outputs: Outputs, proxyUrl: string): Promise<void> {
    const asker = new Asker();
    try {
      for (const topic of Object.values(outputs.topics)) await this.readTopic(asker, proxyUrl, topic);
      for (const stream of Object.values(outputs.streams))
        await this.readStream(asker, outputs.kinesisEndpoint!, stream);
    } finally {
      asker.close();
    }
  }

  of(topic: string): readonly StoredPartition[] {
    return this.partitions.filter((each) => each.topic === topic);
  }

  keysOf(topic: string): string[] {
    return this.of(topic).flatMap(({ records }) => records.map(({ key }) => key));
  }

  private partition(topic: string, partition: string): StoredPartition {
    const known = this.partitions.find((each) => each.topic === topic && each.partition === partition);
    if (known) return known;
    const fresh = { topic, partition, records: [] };
    this.partitions.push(fresh);
    return fresh;
  }

  private async readTopic(asker: Asker, proxyUrl: string, topic: string): Promise<void> {
    const v2 = { 'content-type': 'application/vnd.kafka.v2+json' };
    const post = <T>(url: string, value: unknown) =>
      asker.json<T>({ method: 'POST', url, headers: v2, body: JSON.stringify(value) });
    const partitions = await asker.json<{ partition: number }[]>({
      method: 'GET',
      url: `${proxyUrl}/topics/${topic}/partitions`,
    });
    let missing = 0;
    const offsets: { topic: string; partition: number; offset: number }[] = [];
    for (const { partition } of partitions) {
      const ends = await asker.json<{ beginning_offset: number; end_offset: number }>({
        method: 'GET',
        url: `${proxyUrl}/topics/${topic}/partitions/${partition}/offsets`,
      });
      const offset = this.partition(topic, String(partition)).records.length;
      offsets.push({ topic, partition, offset });
      missing += ends.end_offset - offset;
    }
    const consumer = { format: 'json', 'auto.offset.reset': 'earliest' };
    const { instance_id: id } = await post<{ instance_id: string }>(`${proxyUrl}/consumers/crash`, consumer);
    const instance = `${proxyUrl}/consumers/crash/instances/${id}`;
    await post(`${instance}/assignments`, {
      partitions: offsets.map(({ partition }) => ({ topic, partition })),
    });
    await post(`${instance}/positions`, { offsets });
    while (missing > 0) {
      const records = await asker.json<{ key: string; partition: number; offset: number }[]>({
        method: 'GET',
        url: `${instance}/records?timeout=1000&max_bytes=4000000`,
        headers: { accept: 'application/vnd.kafka.json.v2+json' },
      });
      if (records.length === 0) throw new Error(`${topic}: ${missing} records before the end offsets cannot be read`);
      for (const { key, partition, offset } of records)
        this.partition(topic, String(partition)).records.push({ position: String(offset), key });
      missing -= records.length;
    }
    await asker.json({ method: 'DELETE', url: instance, headers: v2 });
  }

  private async readStream(asker: Asker, endpoint: string, stream: string): Promise<void> {
    const call = <T>(operation: string, input: object) =>
      asker.json<T>({
        method: 'POST',
        url: `${endpoint}/`,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `Kinesis_20131202.${operation}`,
          authorization: 'AWS4-HMAC-SHA256 Credential=x',
        },
        body: JSON.stringify(input),
      });
    const { Shards } = await call<{ Shards: { ShardId: string }[] }>('ListShards', { StreamName: stream });
    for (const { ShardId } of Shards) {
      const { records } = this.partition(stream, ShardId);
      const last = records.at(-1)?.position;
      let { ShardIterator: next } = await call<{ ShardIterator: string }>('GetShardIterator', {
        StreamName: stream,
        ShardId,
        ...(last
          ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: last }
          : { ShardIteratorType: 'TRIM_HORIZON' }),
      });
      for (;;) {
        const answer = await call<{
          Records: { SequenceNumber: string; PartitionKey: string }[];
          NextShardIterator: string;
        }>('GetRecords', { ShardIterator: next, Limit: 10_000 });
        if (answer.Records.length === 0) break;
        for (const { SequenceNumber, PartitionKey } of answer.Records)
          records.push({ position: SequenceNumber, key: PartitionKey });
        next = answer.NextShardIterator;
      }
    }
  }
}
