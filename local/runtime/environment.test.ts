import { DATASETS } from '@pipeline/datasets/schema';
import type { Template } from './assembly';
import { readEnvironment } from './environment';

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;

const stream = (name: string, properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::Kinesis::Stream',
  Properties: { Name: name, ...properties },
});

function given(changes: Resources = {}, settings: Record<string, unknown> = {}): Record<string, Template> {
  return {
    Streams: {
      Resources: {
        ...Object.fromEntries(
          DATASETS.map((name) => [`${name[0]!.toUpperCase()}${name.slice(1)}`, stream(`streaming-ada-${name}`)]),
        ),
        Pin: stream('streaming-ada-pin', { ShardCount: 2, RetentionPeriodHours: 48 }),
        Geo: stream('streaming-ada-geo', { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }),
        User: stream('streaming-ada-user', { ShardCount: 3 }),
        ...changes,
      },
    },
    S3Sink: {
      Resources: {
        Connector: {
          Type: 'AWS::KafkaConnect::Connector',
          Properties: {
            ConnectorName: 'ada-connector',
            ConnectorConfiguration: { 'flush.size': '7', 's3.bucket.name': { Ref: 'Bucket' }, ...settings },
          },
        },
      },
    },
  };
}

test('names, shards, retention, partitions and the sink’s settings are the template’s', () => {
  const environment = readEnvironment(
    'dev',
    given({ Topic: { Type: 'AWS::MSK::Topic', Properties: { TopicName: 'ada.pin', PartitionCount: 5 } } }),
  );
  expect(environment).toMatchObject({
    env: 'dev',
    userId: 'ada',
    shards: { pin: 2, geo: 4, user: 3 },
    retentionHours: { pin: 48, geo: 24, user: 24 },
    partitions: { 'ada.pin': 5, 'ada.geo': 3, 'ada.user': 3, 'ada.dead-letters': 1 },
    corsOrigins: [],
    connector: { 'flush.size': '7' },
  });
  expect(environment.connector).not.toHaveProperty(['s3.bucket.name']);
});

test('the bucket is the template’s where a name is fixed, and the exercise’s where CloudFormation picks one', () => {
  const lake = (properties: object): Record<string, Template> => ({
    ...given(),
    Lake: {
      Resources: {
        Other: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'other' } },
        Topics: { Type: 'AWS::S3::Bucket', Properties: { ...properties } },
      },
      Outputs: { TopicsBucket: { Value: { Ref: 'Topics' } } },
    },
  });
  expect(readEnvironment('dev', lake({ BucketName: 'ada-lake' })).bucket).toBe('ada-lake');
  expect(readEnvironment('dev', lake({})).bucket).toBe('user-ada-bucket');
  expect(readEnvironment('dev', given()).bucket).toBe('user-ada-bucket');
});

test('origins are those that the OPTIONS methods allow', () => {
  const preflight = (origin: string) => ({
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      HttpMethod: 'OPTIONS',
      Integration: {
        IntegrationResponses: [
          { ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': `'${origin}'` } },
        ],
      },
    },
  });
  expect(readEnvironment('dev', given({ A: preflight('https://a.example') })).corsOrigins).toEqual([
    'https://a.example',
  ]);
  expect(readEnvironment('dev', given({ A: preflight('*') })).corsOrigins).toEqual(['*']);
});

test('a stream that is missing is named', () => {
  expect(() => readEnvironment('dev', given({ Geo: stream('streaming-bob-geo') }))).toThrow(
    /^dev: no template declares the stream streaming-ada-geo \(declared: streaming-ada-pin, streaming-bob-geo, streaming-ada-user.*\)$/,
  );
});

test('one stream for all datasets is known by being the only one', () => {
  const templates = {
    ...given(),
    Streams: { Resources: { All: stream('Kinesis-Prod-Stream', { ShardCount: 3, RetentionPeriodHours: 48 }) } },
  };
  expect(readEnvironment('dev', templates)).toMatchObject({
    names: { streams: { pin: 'Kinesis-Prod-Stream', geo: 'Kinesis-Prod-Stream', user: 'Kinesis-Prod-Stream' } },
    shards: { pin: 3, geo: 3, user: 3 },
    retentionHours: { pin: 48, geo: 48, user: 48 },
  });
});

test('templates without the connector are refused', () => {
  expect(() => readEnvironment('dev', { Streams: given().Streams! })).toThrow(
    'dev: expected one AWS::KafkaConnect::Connector in the templates, got 0',
  );
});

test('compressed files, which the batch layer would pass over, are refused', () => {
  expect(() => readEnvironment('dev', given({}, { 's3.compression.type': 'gzip' }))).toThrow(
    "dev: the connector's s3.compression.type is gzip; the laptop's batch layer reads uncompressed files, so set none",
  );
  expect(readEnvironment('dev', given({}, { 's3.compression.type': 'none' })).userId).toBe('ada');
});
