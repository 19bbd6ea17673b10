import { parseSettings } from './settings';
import { ARRIVAL, DEAD_LETTERS, SMALLEST } from './testing/sink';

const parse = (config: Record<string, string> = {}) => parseSettings({ ...SMALLEST, ...config });
const PARTITIONER = 'io.confluent.connect.storage.partitioner.';

test('what is left out has the default of the real sink', () => {
  expect(parse()).toEqual({
    topics: ['u.pin'],
    topicsDir: 'topics',
    directoryDelimiter: '/',
    fileDelimiter: '+',
    offsetWidth: 10,
    flushSize: 3,
    rotateIntervalMs: undefined,
    rotateOnPartitionChange: true,
    rotateSchedule: undefined,
    partitioner: { kind: 'default' },
    format: { kind: 'json', extension: '.json' },
    gzipLevel: undefined,
    onNull: 'fail',
    reportNulls: true,
    inserted: [],
    toleratesErrors: false,
    deadLetterTopic: undefined,
    hasContextHeaders: false,
  });
});

test('every setting arrives where it belongs', () => {
  const config = {
    ...ARRIVAL,
    ...DEAD_LETTERS,
    name: 'u-connector',
    'connector.class': 'io.confluent.connect.s3.S3SinkConnector',
    'tasks.max': '9',
    's3.bucket.name': 'b',
    's3.region': 'us-east-1',
    's3.part.size': '5242880',
    's3.compression.type': 'gzip',
    's3.compression.level': '3',
    'schema.compatibility': 'NONE',
    topics: 'u.pin, u.geo,u.pin',
    'topics.dir': 'raw',
    'file.delim': '-',
    'filename.offset.zero.pad.width': '4',
    'rotate.interval.ms': '60000',
    'rotate.file.on.partition.change': 'false',
    'rotate.schedule.interval.ms': '300000',
    timezone: 'Europe/Berlin',
    'partitioner.class': `${PARTITIONER}DailyPartitioner`,
    'timestamp.extractor': 'Record',
    'report.null.values.to.dlq': 'false',
    transforms: 'arrival,origin',
    'transforms.origin.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
    'transforms.origin.topic.field': 'topic!',
    'transforms.origin.static.field': 'made_by?',
    'transforms.origin.static.value': 'laptop',
  };
  expect(parse(config)).toEqual({
    topics: ['u.pin', 'u.geo'],
    topicsDir: 'raw',
    directoryDelimiter: '/',
    fileDelimiter: '-',
    offsetWidth: 4,
    flushSize: 3,
    rotateIntervalMs: 60_000,
    rotateOnPartitionChange: false,
    rotateSchedule: { intervalMs: 300_000, timezone: 'Europe/Berlin' },
    partitioner: {
      kind: 'time',
      pathFormat: "'year'=YYYY/'month'=MM/'day'=dd",
      durationMs: 86_400_000,
      timezone: 'Europe/Berlin',
      extractor: { kind: 'record' },
    },
    format: { kind: 'json', extension: '.json' },
    gzipLevel: 3,
    onNull: 'ignore',
    reportNulls: false,
    inserted: [
      { field: 'kafka_partition', value: 'partition' },
      { field: 'kafka_offset', value: 'offset' },
      { field: 'kafka_timestamp', value: 'timestamp' },
      { field: 'topic', value: 'topic' },
      { field: 'made_by', value: { static: 'laptop' } },
    ],
    toleratesErrors: true,
    deadLetterTopic: 'u.dead-letters',
    hasContextHeaders: true,
  });
});

test.each([
  [{ 'flush.size': '0' }, "flush.size must be a whole number from 1, got '0'"],
  [{ 'flush.size': '1e3' }, "flush.size must be a whole number from 1, got '1e3'"],
  [{ topics: ' ,' }, 'topics must name a topic'],
  [{ 'topics.regex': 'u.*' }, 'topics.regex is not supported on the laptop; list the topics in topics'],
  [{ 'rotate.schedule.interval.ms': '1000' }, 'timezone is missing'],
  [
    { 'rotate.schedule.interval.ms': '1000', timezone: 'Mars/Base' },
    "timezone must be a name such as UTC or Europe/Berlin, got 'Mars/Base'",
  ],
  [
    { 'value.converter.schemas.enable': 'true' },
    "value.converter.schemas.enable must be false on the laptop, got 'true'",
  ],
  [
    { 'value.converter': 'org.apache.kafka.connect.storage.StringConverter' },
    "value.converter must be org.apache.kafka.connect.json.JsonConverter or org.apache.kafka.connect.converters.ByteArrayConverter on the laptop, got 'org.apache.kafka.connect.storage.StringConverter'",
  ],
  [
    { 'format.class': 'io.confluent.connect.s3.format.parquet.ParquetFormat' },
    "format.class must be io.confluent.connect.s3.format.json.JsonFormat or io.confluent.connect.s3.format.bytearray.ByteArrayFormat on the laptop, got 'io.confluent.connect.s3.format.parquet.ParquetFormat'",
  ],
  [{ 'behavior.on.null.values': 'write' }, "behavior.on.null.values must be fail or ignore on the laptop, got 'write'"],
  [{ 's3.compression.type': 'zstd' }, "s3.compression.type must be none or gzip on the laptop, got 'zstd'"],
  [{ 'schema.compatibility': 'FULL' }, "schema.compatibility must be NONE on the laptop, got 'FULL'"],
  [
    { 'partitioner.class': 'my.Partitioner' },
    "partitioner.class must be one of Confluent's partitioners, got 'my.Partitioner'",
  ],
  [{ 'partitioner.class': `${PARTITIONER}HourlyPartitioner` }, 'timezone is missing'],
  [
    {
      'partitioner.class': `${PARTITIONER}TimeBasedPartitioner`,
      timezone: 'UTC',
      'partition.duration.ms': '1',
      'path.format': 'YYYY-MMM',
    },
    "path.format must be made of Y, M, d, H, m, s and quoted text, got 'MMM'",
  ],
  [
    { transforms: 'a', 'transforms.a.type': 'org.apache.kafka.connect.transforms.TimestampRouter' },
    "transforms.a.type must be org.apache.kafka.connect.transforms.InsertField$Value on the laptop, got 'org.apache.kafka.connect.transforms.TimestampRouter'",
  ],
  [{ 'errors.deadletterqueue.topic.name': 'u.pin' }, 'topics must not name the dead-letter topic u.pin'],
  [{ 'flush.sise': '3' }, 'flush.sise is not supported on the laptop; leave it out'],
  [{ 'transforms.b.type': 'x' }, 'transforms.b.type is not supported on the laptop; leave it out'],
])('%j is refused by name', (config, message) => {
  expect(() => parse(config as unknown as Record<string, string>)).toThrow(`S3 sink: ${message}`);
});

test('what must be there is named when it is not', () => {
  for (const setting of ['topics', 'flush.size', 'format.class', 'value.converter', 'value.converter.schemas.enable']) {
    const { [setting]: _, ...config } = SMALLEST;
    expect(() => parseSettings(config)).toThrow(`S3 sink: ${setting} is missing`);
  }
});
