import { type Names, namesOf } from '@pipeline/datasets/names';
import { DATASETS, type Dataset } from '@pipeline/datasets/schema';
import type { Template } from './assembly';

/** What the laptop must know of an environment, read from its synthesized templates. */
export interface LocalEnvironment {
  readonly env: string;
  readonly userId: string;
  readonly names: Names;
  /** Shards of each stream that the template declares; on-demand streams start with 4, as in AWS. */
  readonly shards: Readonly<Record<Dataset, number>>;
  /** How long each stream keeps a record, in hours. */
  readonly retentionHours: Readonly<Record<Dataset, number>>;
  /** Partitions of each topic, the dead-letter topic included. */
  readonly partitions: Readonly<Record<string, number>>;
  /** Origins whose pages may use the API, as its OPTIONS methods allow them; none without `corsOrigins`. */
  readonly corsOrigins: readonly string[];
  /** `connectorConfiguration` of the S3 sink, as deployed. */
  readonly connector: Readonly<Record<string, string>>;
  /** Name of the bucket that takes the topics: the template's, where the environment's file says it, else the exercise's. */
  readonly bucket: string;
}

/** The templates do not declare what the laptop needs of them. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

/** Where no template declares a topic's partitions: the broker's default of MSK would be 1, ours is the dev environment's. */
const DEFAULT_PARTITIONS = 3;
const ON_DEMAND_SHARDS = 4;
const DEFAULT_RETENTION_HOURS = 24;

/** @throws EnvironmentError naming what is missing or does not agree with `datasets/names`. */
export function readEnvironment(env: string, templates: Readonly<Record<string, Template>>): LocalEnvironment {
  const resources = Object.values(templates).flatMap((template) => Object.values(template.Resources ?? {}));
  const ofType = (type: string) =>
    resources.filter((resource) => resource.Type === type).map(({ Properties }) => Properties ?? {});

  const connector = only(ofType('AWS::KafkaConnect::Connector'), 'AWS::KafkaConnect::Connector', env);
  const connectorName = String(connector.ConnectorName);
  const userId = connectorName.replace(/-connector$/, '');
  const streams = new Map(ofType('AWS::Kinesis::Stream').map((stream) => [String(stream.Name), stream]));
  const names = namesOf(userId, { name: sharedStream(userId, [...streams.keys()]) });
  if (connectorName !== names.connector) {
    throw new EnvironmentError(`${env}: connector is named ${connectorName}, expected <userId>-connector`);
  }

  const settings = literalSettings(connector.ConnectorConfiguration as Record<string, unknown>);
  const compression = settings['s3.compression.type'] ?? 'none';
  if (compression !== 'none') {
    throw new EnvironmentError(
      `${env}: the connector's s3.compression.type is ${compression}; the laptop's batch layer reads uncompressed files, so set none`,
    );
  }

  const stream = (dataset: Dataset) => {
    const found = streams.get(names.streams[dataset]);
    if (!found) {
      throw new EnvironmentError(
        `${env}: no template declares the stream ${names.streams[dataset]} (declared: ${[...streams.keys()].join(', ')})`,
      );
    }
    return found;
  };

  const partitions: Record<string, number> = { [names.deadLetterTopic]: 1 };
  for (const dataset of DATASETS) partitions[names.topics[dataset]] = DEFAULT_PARTITIONS;
  for (const topic of ofType('AWS::MSK::Topic')) {
    if (typeof topic.TopicName === 'string') partitions[topic.TopicName] = Number(topic.PartitionCount);
  }

  return {
    env,
    userId,
    names,
    shards: forEachDataset((dataset) => Number(stream(dataset).ShardCount ?? ON_DEMAND_SHARDS)),
    retentionHours: forEachDataset((dataset) =>
      Number(stream(dataset).RetentionPeriodHours ?? DEFAULT_RETENTION_HOURS),
    ),
    partitions,
    corsOrigins: allowedOrigins(ofType('AWS::ApiGateway::Method')),
    connector: settings,
    bucket: bucketName(templates) ?? `user-${userId}-bucket`,
  };
}

/** The bucket's name where `lakeBucketName` fixes it; else CloudFormation would pick one. */
function bucketName(templates: Readonly<Record<string, Template>>): string | undefined {
  for (const { Outputs, Resources } of Object.values(templates)) {
    const output = (Outputs as Record<string, { Value?: { Ref?: string } }> | undefined)?.TopicsBucket;
    const name = Resources?.[output?.Value?.Ref ?? '']?.Properties?.BucketName;
    if (typeof name === 'string') return name;
  }
  return undefined;
}

/** The one stream that is declared, where it is none of those that a dataset has for itself. */
function sharedStream(userId: string, declared: readonly string[]): string | undefined {
  const [only, ...others] = declared;
  return others.length === 0 && only !== undefined && !Object.values(namesOf(userId).streams).includes(only)
    ? only
    : undefined;
}

/** The connector's settings that are plain values; the bucket's name and region are the cloud's and mean nothing here. */
function literalSettings(configuration: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(configuration ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function allowedOrigins(methods: Record<string, unknown>[]): string[] {
  const preflights = methods
    .filter((method) => method.HttpMethod === 'OPTIONS')
    .map((method) => JSON.stringify(method.Integration));
  const named = preflights.flatMap((preflight) => preflight.match(/https?:\/\/[A-Za-z0-9.:-]+/g) ?? []);
  const any = preflights.some((preflight) => /Allow-Origin":"'\*'/.test(preflight)) ? ['*'] : [];
  return [...new Set([...any, ...named])];
}

function only<T>(found: T[], type: string, env: string): T {
  if (found.length !== 1)
    throw new EnvironmentError(`${env}: expected one ${type} in the templates, got ${found.length}`);
  return found[0]!;
}

function forEachDataset<T>(value: (dataset: Dataset) => T): Record<Dataset, T> {
  return Object.fromEntries(DATASETS.map((dataset) => [dataset, value(dataset)])) as Record<Dataset, T>;
}
