import { parsePathFormat } from './path-format';
import { SettingReader, SinkSettingError } from './setting-reader';

/** The source of a field that the InsertField transform adds. */
export type InsertedValue = 'topic' | 'partition' | 'offset' | 'timestamp' | { readonly static: string };
export interface InsertedField {
  readonly field: string;
  readonly value: InsertedValue;
}

export type TimestampExtractor =
  | { readonly kind: 'wallclock' | 'record' }
  | { readonly kind: 'field'; readonly field: string };

export type Partitioner =
  | { readonly kind: 'default' }
  | {
      readonly kind: 'time';
      readonly pathFormat: string;
      readonly durationMs: number;
      readonly timezone: string;
      readonly extractor: TimestampExtractor;
    };

export type Format =
  | { readonly kind: 'json'; readonly extension: string }
  | { readonly kind: 'bytes'; readonly extension: string; readonly separator: string };

export interface SinkSettings {
  readonly topics: readonly string[];
  /** Parent folder of the topics' folders; empty for none. */
  readonly topicsDir: string;
  readonly directoryDelimiter: string;
  readonly fileDelimiter: string;
  readonly offsetWidth: number;
  /** Records per file. */
  readonly flushSize: number;
  /** Undefined: record times never close a file. */
  readonly rotateIntervalMs: number | undefined;
  readonly rotateOnPartitionChange: boolean;
  /** Undefined: the wall clock never closes a file. */
  readonly rotateSchedule: { readonly intervalMs: number; readonly timezone: string } | undefined;
  readonly partitioner: Partitioner;
  readonly format: Format;
  /** Undefined: files are not compressed. */
  readonly gzipLevel: number | undefined;
  readonly onNull: 'fail' | 'ignore';
  readonly reportNulls: boolean;
  readonly inserted: readonly InsertedField[];
  readonly toleratesErrors: boolean;
  readonly deadLetterTopic: string | undefined;
  readonly hasContextHeaders: boolean;
}

const HOUR_MS = 3_600_000;

const CLASSES = {
  json: 'io.confluent.connect.s3.format.json.JsonFormat',
  bytes: 'io.confluent.connect.s3.format.bytearray.ByteArrayFormat',
  partitioner: 'io.confluent.connect.storage.partitioner.',
  extractor: 'io.confluent.connect.storage.partitioner.TimeBasedPartitioner$',
  jsonConverter: 'org.apache.kafka.connect.json.JsonConverter',
  bytesConverter: 'org.apache.kafka.connect.converters.ByteArrayConverter',
  insertField: 'org.apache.kafka.connect.transforms.InsertField$Value',
};

/** Reads a connector's configuration. @throws SinkSettingError for what is missing, unknown or not supported. */
export function parseSettings(config: Readonly<Record<string, string>>): SinkSettings {
  const reader = new SettingReader(config);
  const format = parseFormat(reader);
  const settings: SinkSettings = {
    topics: parseTopics(reader),
    topicsDir: reader.text('topics.dir', 'topics').trim(),
    directoryDelimiter: reader.text('directory.delim', '/'),
    fileDelimiter: reader.text('file.delim', '+'),
    offsetWidth: reader.wholeNumber('filename.offset.zero.pad.width', 0, '10'),
    flushSize: reader.wholeNumber('flush.size', 1),
    rotateIntervalMs: reader.milliseconds('rotate.interval.ms'),
    rotateOnPartitionChange: reader.flag('rotate.file.on.partition.change', true),
    rotateSchedule: parseSchedule(reader),
    partitioner: parsePartitioner(reader),
    format,
    gzipLevel: parseCompression(reader),
    onNull: reader.choice('behavior.on.null.values', ['fail', 'ignore'], 'fail'),
    reportNulls: reader.flag('report.null.values.to.dlq', true),
    inserted: parseTransforms(reader, format),
    toleratesErrors: reader.choice('errors.tolerance', ['none', 'all'], 'none') === 'all',
    deadLetterTopic: reader.optional('errors.deadletterqueue.topic.name') || undefined,
    hasContextHeaders: reader.flag('errors.deadletterqueue.context.headers.enable', false),
  };
  for (const [setting, only] of [
    ['schema.compatibility', 'NONE'],
    ['store.kafka.keys', 'false'],
    ['store.kafka.headers', 'false'],
    ['partitioner.max.open.files', '-1'],
  ] as const) {
    reader.choice(setting, [only], only);
  }
  reader.refuseOthers();
  if (settings.deadLetterTopic !== undefined && settings.topics.includes(settings.deadLetterTopic)) {
    throw new SinkSettingError('topics', `must not name the dead-letter topic ${settings.deadLetterTopic}`);
  }
  return settings;
}

function parseTopics(reader: SettingReader): string[] {
  if (reader.optional('topics.regex') !== undefined) {
    throw new SinkSettingError('topics.regex', 'is not supported on the laptop; list the topics in topics');
  }
  const topics = reader.text('topics').split(',');
  const names = topics.map((topic) => topic.trim()).filter((topic) => topic !== '');
  if (names.length === 0) throw new SinkSettingError('topics', 'must name a topic');
  return [...new Set(names)];
}

function parseFormat(reader: SettingReader): Format {
  const format = reader.choice('format.class', [CLASSES.json, CLASSES.bytes]);
  const converter = reader.choice('value.converter', [CLASSES.jsonConverter, CLASSES.bytesConverter]);
  if (format === CLASSES.bytes) {
    if (converter !== CLASSES.bytesConverter) {
      throw new SinkSettingError(
        'value.converter',
        `must be ${CLASSES.bytesConverter} with ByteArrayFormat, got '${converter}'`,
      );
    }
    reader.optional('value.converter.schemas.enable');
    const separator = reader.text('format.bytearray.separator', '\n');
    return { kind: 'bytes', extension: reader.text('format.bytearray.extension', '.bin'), separator };
  }
  if (converter !== CLASSES.jsonConverter) {
    throw new SinkSettingError(
      'value.converter',
      `must be ${CLASSES.jsonConverter} with JsonFormat, got '${converter}'`,
    );
  }
  // Kafka's default is true, which requires a schema in every record.
  reader.choice('value.converter.schemas.enable', ['false']);
  return { kind: 'json', extension: '.json' };
}

function parseCompression(reader: SettingReader): number | undefined {
  const type = reader.choice('s3.compression.type', ['none', 'gzip'], 'none');
  const level = reader.text('s3.compression.level', '-1');
  if (!/^(?:-1|\d)$/.test(level)) throw new SinkSettingError('s3.compression.level', `must be -1 to 9, got '${level}'`);
  return type === 'gzip' ? Number(level) : undefined;
}

function parseSchedule(reader: SettingReader): SinkSettings['rotateSchedule'] {
  const intervalMs = reader.milliseconds('rotate.schedule.interval.ms');
  if (intervalMs !== undefined) return { intervalMs, timezone: reader.timezone() };
  reader.optional('timezone');
  return undefined;
}

function parsePartitioner(reader: SettingReader): Partitioner {
  const name = reader.text('partitioner.class', `${CLASSES.partitioner}DefaultPartitioner`);
  reader.optional('partition.field.name');
  switch (name.replace(CLASSES.partitioner, '')) {
    case 'DefaultPartitioner':
      for (const unused of ['path.format', 'partition.duration.ms', 'timestamp.extractor', 'timestamp.field'])
        reader.optional(unused);
      return { kind: 'default' };
    case 'HourlyPartitioner':
      return timePartitioner(reader, "'year'=YYYY/'month'=MM/'day'=dd/'hour'=HH", HOUR_MS);
    case 'DailyPartitioner':
      return timePartitioner(reader, "'year'=YYYY/'month'=MM/'day'=dd", 24 * HOUR_MS);
    case 'TimeBasedPartitioner':
      return timePartitioner(reader, reader.text('path.format'), reader.wholeNumber('partition.duration.ms', 1));
    case 'FieldPartitioner':
      throw new SinkSettingError(
        'partitioner.class',
        'FieldPartitioner needs records with a schema, and JSON without one has none: Error encoding partition.',
      );
    default:
      throw new SinkSettingError('partitioner.class', `must be one of Confluent's partitioners, got '${name}'`);
  }
}

function timePartitioner(reader: SettingReader, pathFormat: string, durationMs: number): Partitioner {
  reader.optional('path.format');
  reader.optional('partition.duration.ms');
  try {
    parsePathFormat(pathFormat);
  } catch (error) {
    throw new SinkSettingError('path.format', (error as Error).message);
  }
  return { kind: 'time', pathFormat, durationMs, timezone: reader.timezone(), extractor: parseExtractor(reader) };
}

function parseExtractor(reader: SettingReader): TimestampExtractor {
  const name = reader
    .text('timestamp.extractor', 'Wallclock')
    .replace(CLASSES.extractor, '')
    .replace(/TimestampExtractor$/, '');
  const field = reader.text('timestamp.field', 'timestamp');
  if (name === 'Wallclock') return { kind: 'wallclock' };
  if (name === 'Record') return { kind: 'record' };
  if (name === 'RecordField') return { kind: 'field', field };
  throw new SinkSettingError('timestamp.extractor', `must be Wallclock, Record or RecordField, got '${name}'`);
}

function parseTransforms(reader: SettingReader, format: Format): InsertedField[] {
  const names = reader
    .text('transforms', '')
    .split(',')
    .map((name) => name.trim());
  const inserted: InsertedField[] = [];
  for (const name of names.filter((candidate) => candidate !== '')) {
    const prefix = `transforms.${name}.`;
    reader.choice(`${prefix}type`, [CLASSES.insertField]);
    if (format.kind !== 'json') {
      throw new SinkSettingError(`${prefix}type`, 'needs a JSON object to insert into, and ByteArrayFormat has none');
    }
    for (const value of ['topic', 'partition', 'offset', 'timestamp'] as const) {
      const field = reader.optional(`${prefix}${value}.field`);
      if (field !== undefined) inserted.push({ field: fieldName(field), value });
    }
    const field = reader.optional(`${prefix}static.field`);
    if (field !== undefined) {
      inserted.push({ field: fieldName(field), value: { static: reader.text(`${prefix}static.value`) } });
    }
  }
  return inserted;
}

/** The name without its mark for required (`!`) or optional (`?`): the inserted values are always known. */
function fieldName(text: string): string {
  return text.replace(/[!?]$/, '');
}
