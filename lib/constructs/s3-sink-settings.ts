import type { Names } from '@pipeline/datasets/names';
import { SINK_FIELDS } from '@pipeline/datasets/schema';
import { TOPICS_FOLDER } from '@pipeline/datasets/sink-file';

export interface S3SinkSettings {
  readonly names: Pick<Names, 'topics' | 'deadLetterTopic'>;
  readonly bucketName: string;
  readonly region: string;
  /** Copies of the dead-letter topic, if Connect has to create it. */
  readonly replicationFactor: number;
  /** Records per file. */
  readonly flushSize: number;
  /** Minutes after which an unfinished file is closed. */
  readonly rotateMinutes: number;
  /** Most tasks that share the work. */
  readonly tasks: number;
}

/**
 * The connector's configuration. Connect requires text values. All of these can change in place.
 *
 * Each line of a file is the record's JSON object with the fields of arrival (`SINK_FIELDS`, the time
 * in ms), under `topics/<topic>/partition=<n>/<topic>+<n>+<start offset>.json`.
 */
export function s3SinkConfiguration(settings: S3SinkSettings): Record<string, string> {
  return {
    'connector.class': 'io.confluent.connect.s3.S3SinkConnector',
    'tasks.max': String(settings.tasks),
    // Names, because a regex would also match the dead-letter topic, which Connect refuses.
    topics: Object.values(settings.names.topics).join(','),

    // StringConverter for values would write every object as one quoted string.
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'false',
    transforms: 'arrival',
    'transforms.arrival.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
    'transforms.arrival.partition.field': SINK_FIELDS.partition,
    'transforms.arrival.offset.field': SINK_FIELDS.offset,
    'transforms.arrival.timestamp.field': SINK_FIELDS.timestamp,

    'storage.class': 'io.confluent.connect.s3.storage.S3Storage',
    's3.bucket.name': settings.bucketName,
    's3.region': settings.region,
    's3.part.size': String(5 * 1024 * 1024),
    'topics.dir': TOPICS_FOLDER,
    'format.class': 'io.confluent.connect.s3.format.json.JsonFormat',
    'partitioner.class': 'io.confluent.connect.storage.partitioner.DefaultPartitioner',
    'schema.compatibility': 'NONE',

    'flush.size': String(settings.flushSize),
    // Only the wall clock closes the last file of a topic that has gone quiet.
    'rotate.schedule.interval.ms': String(settings.rotateMinutes * 60_000),
    timezone: 'UTC',

    // 'fail', the default, kills the task for one null, whatever errors.tolerance says.
    'behavior.on.null.values': 'ignore',
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': settings.names.deadLetterTopic,
    'errors.deadletterqueue.topic.replication.factor': String(settings.replicationFactor),
    'errors.deadletterqueue.context.headers.enable': 'true',
    'errors.log.enable': 'true',
    'errors.log.include.messages': 'false',
  };
}
