import { LogFullError, type LogRecord, type Topic } from '../log';
import { type TopicStore, TopicsError } from '../topics';
import type { HttpRequest, HttpResponse } from '../wire/http';
import { ERROR_CODES, RestError, restError } from './errors';
import { formatOf, mediaTypeOf, V2_JSON } from './media-types';
import { partitionOfKey } from './partitioner';
import { type ProduceRecord, parseProduceRequest } from './produce-request';
import { isTopicName, MAX_REQUEST_SIZE, serializedSize } from './record-limits';

export interface ProduceDependencies {
  readonly log: TopicStore;
  /** From 0 up to 1; chooses the partition of what has no key, once a request. */
  readonly random: () => number;
}

interface RecordError {
  readonly errorCode: number;
  readonly error: string;
}

/** What becomes of one record: a place among those of its partition, or an error. */
type Fate = { readonly batch: Batch; readonly index: number } | RecordError;

/**
 * `POST /topics/{topic}` and, with `pathPartition`, `POST /topics/{topic}/partitions/{partition}`. Each record succeeds or fails alone,
 * within a 200; all that can be stored is stored in one commit.
 */
export async function produce(
  { log, random }: ProduceDependencies,
  request: HttpRequest,
  { topic: name, pathPartition }: { readonly topic: string; readonly pathPartition: number | undefined },
): Promise<HttpResponse> {
  const records = parseProduceRequest(request.body, {
    format: embeddedFormat(request),
    argument: pathPartition === undefined ? 'arg2' : 'arg3',
  });
  let highest = 0;
  for (const { partition } of records) {
    const wanted = partition ?? pathPartition ?? 0;
    if (wanted < 0) throw new RestError(500, 500, 'Internal Server Error');
    highest = Math.max(highest, wanted);
  }
  const topic = await topicFor(log, name, highest);
  const placed = new Placement(log.storesApart ? BATCH_BYTES : Number.POSITIVE_INFINITY);
  // The producer stays on one random partition for a while: here, for one request.
  const sticky = Math.floor(random() * (topic?.partitions ?? 1));
  const fates = records.map((record): Fate => {
    if (topic === undefined) return topicError(name);
    const chosen = record.key === null ? sticky : partitionOfKey(record.key, topic.partitions);
    const partition = record.partition ?? pathPartition ?? chosen;
    return recordError(topic, partition, record) ?? placed.add(partition, record);
  });
  const stored = await placed.store(log, name);
  return {
    status: 200,
    headers: { 'content-type': V2_JSON },
    body: `{"offsets":[${fates.map(stored).join(',')}],"key_schema_id":null,"value_schema_id":null}`,
  };
}

/** The topic; one that lacks the partition is asked for once more, because somebody may just have made it. */
async function topicFor(log: TopicStore, name: string, partition: number): Promise<Topic | undefined> {
  const known = log.topic(name);
  if ((known && partition < known.partitions) || !log.refresh || !isTopicName(name)) return known;
  // A Kafka that cannot be asked is told of where its records cannot be stored.
  await log.refresh().catch(() => {});
  return log.topic(name);
}

/** Bytes of a batch for a store that takes no more than a megabyte of them together, as a Kafka. */
const BATCH_BYTES = 512 * 1024;
const RECORD_OVERHEAD = 100;

/** Records of one request that go into one partition in one piece. */
interface Batch {
  readonly partition: number;
  readonly records: LogRecord[];
  bytes: number;
  baseOffset: number;
}

/** The records of one request that can be stored, by partition. */
class Placement {
  private readonly batches: Batch[] = [];
  /** The batch of each partition that takes its next record. */
  private readonly open = new Map<number, Batch>();

  /** @param batchBytes after how many bytes a partition's next batch begins */
  constructor(private readonly batchBytes: number) {}

  add(partition: number, record: LogRecord): Fate {
    let batch = this.open.get(partition);
    const bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0) + RECORD_OVERHEAD;
    if (batch === undefined || batch.bytes + bytes > this.batchBytes) {
      batch = { partition, records: [], bytes: 0, baseOffset: 0 };
      this.batches.push(batch);
      this.open.set(partition, batch);
    }
    batch.bytes += bytes;
    return { batch, index: batch.records.push(record) - 1 };
  }

  /** Stores them all; a log of ours all or none. Gives the JSON that answers a record of that fate. */
  async store(log: TopicStore, topic: string): Promise<(fate: Fate) => string> {
    try {
      const appends = this.batches.map(({ partition, records }) => ({ topic, partition, records }));
      const appended = appends.length === 0 ? [] : await log.append(appends);
      this.batches.forEach((batch, at) => {
        batch.baseOffset = appended[at]!.baseOffset;
      });
    } catch (error) {
      const isFull = error instanceof LogFullError;
      if (!isFull && !(error instanceof TopicsError)) throw error;
      const failed = {
        errorCode: ERROR_CODES.kafkaRetriable,
        error: isFull ? 'Disk error when trying to access log file on the disk.' : error.message,
      };
      return (fate) => errorAnswer('error' in fate ? fate : failed);
    }
    return (fate) => {
      if ('error' in fate) return errorAnswer(fate);
      const { partition, baseOffset } = fate.batch;
      return `{"partition":${partition},"offset":${baseOffset + fate.index},"error_code":null,"error":null}`;
    };
  }
}

function embeddedFormat(request: HttpRequest): 'json' | 'binary' {
  const mediaType = mediaTypeOf(request.headers['content-type']);
  const format = mediaType === undefined ? 'binary' : formatOf(mediaType);
  if (format === 'json' || format === 'binary') return format;
  throw restError(
    'invalidSchema',
    `Invalid schema: the ${format} format needs a Schema Registry, and this proxy has none; send application/vnd.kafka.json.v2+json`,
  );
}

function topicError(name: string): RecordError {
  if (!isTopicName(name)) return { errorCode: ERROR_CODES.kafka, error: `Invalid topics: [${name}]` };
  return { errorCode: ERROR_CODES.kafkaRetriable, error: `Topic ${name} not present in metadata after 60000 ms.` };
}

function recordError(topic: Topic, partition: number, { key, value }: ProduceRecord): RecordError | undefined {
  if (partition >= topic.partitions) {
    return {
      errorCode: ERROR_CODES.kafkaRetriable,
      error: `Partition ${partition} of topic ${topic.name} with partition count ${topic.partitions} is not present in metadata after 60000 ms.`,
    };
  }
  const size = serializedSize(key, value);
  if (size > MAX_REQUEST_SIZE) {
    return {
      errorCode: ERROR_CODES.kafka,
      error: `The message is ${size} bytes when serialized which is larger than ${MAX_REQUEST_SIZE}, which is the value of the max.request.size configuration.`,
    };
  }
  if (key === null && topic.attributes['cleanup.policy'] === 'compact') {
    return {
      errorCode: ERROR_CODES.kafka,
      error: `Compacted topic cannot accept message without key in topic partition ${topic.name}-${partition}.`,
    };
  }
  return undefined;
}

function errorAnswer({ errorCode, error }: RecordError): string {
  return `{"partition":null,"offset":null,"error_code":${errorCode},"error":${JSON.stringify(error)}}`;
}
